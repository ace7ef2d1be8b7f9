import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { parseArguments } from '../../src/cli/svctl/arguments.js'
import { COMMANDS, type CommandRow, GLOBAL_FLAGS } from '../../src/cli/svctl/commands.js'
import { parseDuration } from '../../src/cli/svctl/duration.js'
import type { Flags } from '../../src/cli/svctl/flags.js'
import { flagShape } from '../../src/cli/svctl/tokens.js'
import { fakeDaemon } from '../api/fake-operator.js'
import { svctl } from './svctl-run.js'

const ROWS = Object.entries<CommandRow>(COMMANDS)

describe('what is read', () => {
  for (const { name, argv, wanted, flags = () => true } of [
    {
      name: 'names stay texts',
      argv: ['status', '007', '1e3', 'true', '0x10'],
      wanted: { names: ['007', '1e3', 'true', '0x10'] },
    },
    {
      name: 'a flag without value takes no name with it',
      argv: ['status', '--watch', 'web'],
      wanted: { names: ['web'] },
      flags: (flags: Flags) => flags.has('--watch'),
    },
    {
      name: 'values stay texts',
      argv: ['status', '-u', '007', '--password=', '-s', 'http://h'],
      wanted: { options: { username: '007', password: '', server: 'http://h' } },
    },
    {
      name: 'a value may be attached',
      argv: ['diff', '-cnext.conf', '--color=never'],
      wanted: { options: { color: 'never' } },
      flags: (flags: Flags) => flags.text('--file') === 'next.conf',
    },
    {
      name: 'a value may look like a flag when attached',
      argv: ['status', '-p-x'],
      wanted: { options: { password: '-x' } },
    },
    {
      name: 'flags may stand before the command',
      argv: ['-s', 'status', 'drift'],
      wanted: { command: 'drift', options: { server: 'status' } },
    },
    {
      name: 'flags of the command may stand before it',
      argv: ['--watch', 'status'],
      wanted: { command: 'status' },
      flags: (flags: Flags) => flags.has('--watch'),
    },
    {
      name: 'after -- everything is a name',
      argv: ['stop', '--', '--watch', '-x'],
      wanted: { names: ['--watch', '-x'] },
    },
    {
      name: 'waiting is the default',
      argv: ['apply'],
      wanted: { command: 'apply' },
      flags: (flags: Flags) => !flags.has('--no-wait') && flags.ms('--timeout', 1) === 1,
    },
    {
      name: 'no-wait is said once',
      argv: ['apply', '--no-wait', '--timeout', '2m'],
      wanted: { command: 'apply' },
      flags: (flags: Flags) => flags.has('--no-wait') && flags.ms('--timeout', 1) === 120_000,
    },
    { name: 'the version has a flag', argv: ['--version'], wanted: { command: 'version' } },
  ])
    test(name, () => {
      const read = parseArguments(argv)
      expect(read).toMatchObject({ kind: 'run', ...wanted })
      expect(read.kind === 'run' && flags(read.options.flags)).toBe(true)
    })
})

describe('every mistake ends with 2 before anything is sent', () => {
  for (const argv of [
    [],
    ['nope'],
    ['staus'],
    ['--nope'],
    ['-x', 'status'],
    ['status', '--nope'],
    ['status', '--nope=1'],
    ['status', '--no-watch'],
    ['status', '--watch=true'],
    ['status', '--watch', '--watch'],
    ['status', '-o'],
    ['status', '-o', 'pdf'],
    ['status', '-o', 'toString'],
    ['status', '-o', 'json', '-o', 'json'],
    ['status', '--output='],
    ['status', '-ho'],
    ['status', '---'],
    ['status', ''],
    ['status', 'a\nb'],
    ['status', '--__proto__=1'],
    ['status', '--constructor'],
    ['status', '--a.b'],
    ['status', '--color', 'red'],
    ['status', '--server', '--watch'],
    ['status', '--server='],
    ['status', '--allow-removals'],
    ['diff', '-c'],
    ['diff', '-c', ''],
    ['diff', '-o', 'wide'],
    ['diff', '-c', 'a', '--file', 'b'],
    ['apply', '--rev', ''],
    ['apply', '--timeout', 'soon'],
    ['apply', '--timeout', '-1'],
    ['apply', '--timeout', '1.5'],
    ['apply', '--timeout=1e3'],
    ['apply', '--timeout', '999999h'],
    ['apply', '--allowRemovals'],
    ['apply', '--no-allow-removals'],
    ['apply', '--wait'],
    ['drift', 'web'],
    ['start'],
    ['stop'],
    ['restart', '--no-wait'],
    ['release'],
    ['version', '1'],
    ['help', 'nope'],
    ['help', 'status', 'diff'],
    ['__proto__'],
    ['constructor'],
    ['toString', '--help'],
  ])
    test(`svctl ${argv.map((word) => JSON.stringify(word)).join(' ')}`, async () => {
      const run = await svctl(fakeDaemon().operator, argv)
      expect(run).toMatchObject({ code: 2, out: '', requests: [] })
      expect(run.err).toMatch(/^svctl: .+\n/)
    })

  test('-c is where the daemon is, as in supervisorctl, unless the command has another file of that name', () => {
    const read = (...argv: string[]) => {
      const parsed = parseArguments(argv)
      if (parsed.kind !== 'run') return parsed
      const { command, options } = parsed
      return [options.clientConfig, command === 'diff' ? options.flags.text('--file') : null]
    }
    expect(read('status', '-c', 'x.conf')).toEqual(['x.conf', null])
    expect(read('-c', 'x.conf', 'stop', 'web')).toEqual(['x.conf', null])
    expect(read('diff', '-c', 'x.conf', '--client-config', 'y.conf')).toEqual(['y.conf', 'x.conf'])
    expect(read('explain', '-c', 'x.conf', 'web')).toEqual(['x.conf', null])
    expect(read('explain', '-c', 'x.conf', '--client-config', 'y.conf', 'web')).toEqual(['y.conf', null])
  })

  const known = new Set(
    [...GLOBAL_FLAGS, ...ROWS.flatMap(([, row]) => row.flags)].flatMap((flag) => flagShape(flag).names),
  )
  const words = fc.oneof(
    fc.constantFrom(...Object.keys(COMMANDS), ...known, '--', '-', '-o', 'json', 'web', '007', '--timeout=5', '-1'),
    fc.string(),
    fc.string().map((text) => `--${text}`),
    fc.string().map((text) => `-${text}`),
  )

  test('an unknown flag anywhere is 2, whatever stands around it', () => {
    const unknown = fc.stringMatching(/^--[a-z]{2,12}(=.*)?$/).filter((word) => {
      const [flag = ''] = word.split('=')
      return !known.has(flag) && flag !== '--help' && flag !== '--version'
    })
    const rest = fc.array(fc.constantFrom('--watch', 'web', '-o=x', '--dry-run', '007'), { maxLength: 4 })
    return fc.assert(
      fc.asyncProperty(fc.constantFrom(...Object.keys(COMMANDS)), unknown, rest, async (command, flag, more) => {
        const run = await svctl(fakeDaemon().operator, [command, flag, ...more])
        expect(run.code).toBe(2)
        expect(run.requests).toEqual([])
      }),
    )
  })

  test('no arguments at all crash, and what is refused is refused before anything is sent', () =>
    fc.assert(
      fc.property(fc.array(words, { maxLength: 6 }), (argv) => {
        const read = parseArguments(argv)
        if (read.kind !== 'run') return
        const dashed = argv.slice(0, argv.includes('--') ? argv.indexOf('--') : undefined)
        for (const name of read.names) expect(argv).toContain(name)
        for (const word of dashed)
          if (/^--[^=]+$/.test(word)) expect(known.has(word) || word === '--version').toBe(true)
      }),
      { numRuns: 500 },
    ))
})

describe('help', () => {
  for (const [command, row] of ROWS)
    test(`${command} has a help with its flags and two examples`, async () => {
      const print = vi.spyOn(console, 'info').mockImplementation(() => {})
      try {
        for (const argv of [
          [command, '--help'],
          [command, '-h'],
          ['help', command],
          ['-h', command],
        ]) {
          print.mockClear()
          expect((await svctl(fakeDaemon().operator, argv)).code).toBe(0)
          const text = String(print.mock.calls[0]?.[0])
          expect(text.startsWith(`${row.summary}\n\nUsage:\n`)).toBe(true)
          for (const example of row.examples) expect(text).toContain(`  $ ${example}\n`)
          for (const { flags } of row.flags) expect(text).toContain(flags)
          expect(text).toContain('124 timed out')
        }
      } finally {
        print.mockRestore()
      }
    })

  test('no exit status is explained twice or without a word', async () => {
    const print = vi.spyOn(console, 'info').mockImplementation(() => {})
    try {
      for (const [command] of ROWS) {
        print.mockClear()
        await svctl(fakeDaemon().operator, ['help', command])
        const [, codes = ''] = String(print.mock.calls[0]?.[0]).split('Exit status:\n')
        const lines = codes.trimEnd().split('\n')
        expect(lines.filter((line) => !/^ {2}\d+ \S/.test(line))).toEqual([])
        expect(new Set(lines.map((line) => Number.parseInt(line, 10))).size).toBe(lines.length)
      }
    } finally {
      print.mockRestore()
    }
  })

  test('the help of all fits a screen, in parts', async () => {
    const print = vi.spyOn(console, 'info').mockImplementation(() => {})
    await svctl(fakeDaemon().operator, ['--help'])
    const text = String(print.mock.calls[0]?.[0])
    print.mockRestore()
    expect(text.split('\n').length).toBeLessThanOrEqual(60)
    expect(text).toMatch(/^ Processes\n {2}start NAME\.\.\. /m)
    expect(text).toMatch(/^ {2}show-revision REVISION \[NAME\.\.\.\] /m)
    expect(text).toMatch(/Exit status:\n {2}0 yes.*\n {2}1 no/)
    for (const [command] of ROWS) expect(text).toMatch(new RegExp(`^  ${command} `, 'm'))
  })

  test('examples are commands that svctl takes', () => {
    for (const [command, { examples }] of ROWS)
      for (const example of examples) {
        const [, ...argv] = example.replaceAll('"', '').split(' ')
        expect(parseArguments(argv)).toMatchObject({ kind: 'run', command })
      }
  })

  test('a flag has the same shape in every command', () => {
    const shapes = new Map<string, boolean>()
    for (const flag of [...GLOBAL_FLAGS, ...ROWS.flatMap(([, row]) => row.flags)]) {
      const { names, takesValue } = flagShape(flag)
      for (const name of names) expect(shapes.set(name, shapes.get(name) ?? takesValue).get(name)).toBe(takesValue)
    }
  })
})

describe('parseDuration', () => {
  for (const [text, ms] of [
    ['60', 60_000],
    ['0', 0],
    ['500ms', 500],
    ['5m', 300_000],
    ['1h', 3_600_000],
    ['', null],
    ['5d', null],
    ['1.5s', null],
    ['-1', null],
    [' 5', null],
    ['99999999999', null],
  ] as const)
    test(`${JSON.stringify(text)} is ${ms}`, () => expect(parseDuration(text)).toBe(ms))
})

describe('a wrong span of time is told precisely', () => {
  const wanted = 'a time above 0 such as 60, 60s, 5m or 2h, at most 720h'
  for (const [text, said] of [
    ['0', `--for is ${wanted}, got "0"`],
    ['0ms', `--for is ${wanted}, got "0ms"`],
    ['99999999h', `--for is ${wanted}, got "99999999h": it is longer`],
    ['721h', `--for is ${wanted}, got "721h": it is longer`],
    ['-5m', `--for is ${wanted}, got "-5m": it is negative`],
    ['1.5h', `--for is ${wanted}, got "1.5h": the number has to be whole`],
    ['2d', `--for is ${wanted}, got "2d": "d" is no unit, write ms, s, m or h right after the number`],
    ['h', `--for is ${wanted}, got "h": it has no number`],
    ['soon', `--for is ${wanted}, got "soon"`],
    ['', `--for is empty: give ${wanted}`],
  ] as const)
    test(JSON.stringify(text), () =>
      expect(parseArguments(['hold', 'web', '--for', text])).toMatchObject({ kind: 'usage', message: `hold: ${said}` }),
    )

  test('none at all is a time to wait, and 30 days is one to hold', () => {
    expect(parseArguments(['start', 'web', '--timeout', '0'])).toMatchObject({ kind: 'run' })
    expect(parseArguments(['hold', 'web', '--for', '720h'])).toMatchObject({ kind: 'run' })
  })
})
