import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { getopt, type OptionSpec } from '../../src/cli/getopt.js'

const OPTIONS: readonly OptionSpec[] = [
  { name: 'config', short: 'c', long: 'configuration', argument: true },
  { name: 'nodaemon', short: 'n', long: 'nodaemon', argument: false },
  { name: 'help', short: 'h', long: 'help', argument: false },
  { name: 'help', short: '?', argument: false },
  { name: 'logfile', short: 'l', long: 'logfile', argument: true },
  { name: 'loglevel', short: 'e', long: 'loglevel', argument: true },
  { name: 'maxbytes', short: 'y', long: 'logfile_maxbytes', argument: true },
  { name: 'converge', long: 'converge', argument: true, ours: true },
]

const option = (name: string, spelling: string, value = '') => ({ name, spelling, value })

describe('what is understood', () => {
  for (const { name, argv, given, rest = [] } of [
    { name: 'a short option with its argument behind it', argv: ['-c', 'x'], given: [option('config', '-c', 'x')] },
    { name: 'a short option with its argument attached', argv: ['-cx'], given: [option('config', '-c', 'x')] },
    { name: 'an equals sign is part of a short argument', argv: ['-c=x'], given: [option('config', '-c', '=x')] },
    {
      name: 'short options in a cluster',
      argv: ['-nhc', 'x'],
      given: [option('nodaemon', '-n'), option('help', '-h'), option('config', '-c', 'x')],
    },
    { name: 'a question mark as an option', argv: ['-?'], given: [option('help', '-?')] },
    { name: 'a long option', argv: ['--nodaemon'], given: [option('nodaemon', '--nodaemon')] },
    { name: 'a long argument behind it', argv: ['--logfile', 'x'], given: [option('logfile', '--logfile', 'x')] },
    { name: 'a long argument attached', argv: ['--logfile=x=y'], given: [option('logfile', '--logfile', 'x=y')] },
    { name: 'an empty long argument', argv: ['--logfile='], given: [option('logfile', '--logfile', '')] },
    {
      name: 'a unique prefix, quoted in full',
      argv: ['--conf', 'x'],
      given: [option('config', '--configuration', 'x')],
    },
    {
      name: 'a prefix that our own option would make ambiguous',
      argv: ['--con=x'],
      given: [option('config', '--configuration', 'x')],
    },
    { name: 'our own option in full', argv: ['--converge=auto'], given: [option('converge', '--converge', 'auto')] },
    {
      name: 'the exact name of one that others begin with',
      argv: ['--logfile=x'],
      given: [option('logfile', '--logfile', 'x')],
    },
    { name: 'an argument that looks like an option', argv: ['-c', '-n'], given: [option('config', '-c', '-n')] },
    {
      name: 'the first other word ends the options',
      argv: ['-n', 'stop', '-c'],
      given: [option('nodaemon', '-n')],
      rest: ['stop', '-c'],
    },
    {
      name: 'two dashes end the options and vanish',
      argv: ['-n', '--', '-c'],
      given: [option('nodaemon', '-n')],
      rest: ['-c'],
    },
    { name: 'one dash is a word', argv: ['-', '-n'], given: [], rest: ['-', '-n'] },
  ]) {
    test(name, () => expect(getopt(argv, OPTIONS)).toEqual({ ok: true, given, rest }))
  }
})

describe('what is refused', () => {
  for (const { argv, classic } of [
    { argv: ['-Z'], classic: 'option -Z not recognized' },
    { argv: ['-nZ'], classic: 'option -Z not recognized' },
    { argv: ['-c'], classic: 'option -c requires argument' },
    { argv: ['--configuration'], classic: 'option --configuration requires argument' },
    { argv: ['--conf'], classic: 'option --configuration requires argument' },
    { argv: ['--nosuch'], classic: 'option --nosuch not recognized' },
    { argv: ['--nosuch=x'], classic: 'option --nosuch not recognized' },
    { argv: ['--log=x'], classic: 'option --log not a unique prefix' },
    { argv: ['--nodaemon=1'], classic: 'option --nodaemon must not have an argument' },
    { argv: ['--conv=auto'], classic: 'option --conv not recognized' },
  ]) {
    test(`${argv.join(' ')}: ${classic}`, () => expect(getopt(argv, OPTIONS)).toEqual({ ok: false, classic }))
  }
})

const python = spawnSync('python3', ['--version']).status === 0

test.skipIf(!python)('any command line is read as by getopt of Python', () => {
  const word = fc.oneof(
    fc.constantFrom('-', '--', '-n', '-c', '-nc', '-cn', '-hh', '-lx', '-?', '-X', 'word', ''),
    fc.constantFrom(
      '--conf',
      '--configuration=',
      '--log',
      '--logf',
      '--logfile',
      '--logfile=a',
      '--n',
      '--nodaemon=x',
      '--h',
    ),
    fc.string({ unit: fc.constantFrom('-', 'n', 'c', 'l', '=', 'x'), maxLength: 5 }),
  )
  const lines = fc.sample(fc.array(word, { maxLength: 5 }), { numRuns: 500, seed: 1 })
  const program = `
import getopt, json, sys
out = []
for argv in json.load(sys.stdin):
    try:
        opts, rest = getopt.getopt(argv, 'c:nh?l:e:y:', ['configuration=', 'nodaemon', 'help', 'logfile=', 'loglevel=', 'logfile_maxbytes='])
        out.append({'ok': True, 'given': opts, 'rest': rest})
    except getopt.error as error:
        out.append({'ok': False, 'classic': str(error)})
print(json.dumps(out))`
  const said = spawnSync('python3', ['-c', program], { input: JSON.stringify(lines), encoding: 'utf8' })
  const theirs: unknown[] = JSON.parse(said.stdout)
  const classicOptions = OPTIONS.filter(({ ours }) => ours !== true)
  for (const [index, line] of lines.entries()) {
    const read = getopt(line, classicOptions)
    const ours = read.ok ? { ...read, given: read.given.map(({ spelling, value }) => [spelling, value]) } : read
    expect({ line, ...ours }).toEqual({ line, ...(theirs[index] as object) })
  }
})
