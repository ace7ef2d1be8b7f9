import { describe, expect, test } from 'vitest'
import { createKnownPrograms } from '../../src/desired/known-programs.js'
import { loadConfig } from '../../src/desired/load.js'
import type { LoadRequest } from '../../src/desired/reading.js'
import type { Config } from '../../src/model/config.js'
import type { Parsed } from '../../src/model/diagnostic.js'
import type { Users } from '../../src/model/ports.js'
import { filesOf, requestFor, TWO_USERS } from './load.js'

const FILE = '/etc/x/supervisord.conf'
const BEFORE = `[supervisord]
[program:a]
command=/bin/cat %(ENV_COLOUR)s
[program:b]
command=/bin/b
directory=/opt
user=nobody
[program:c]
command=/bin/c %(process_num)s
numprocs=2
process_name=%(program_name)s_%(process_num)s
[program:d]
command=/bin/d
env_file=/etc/x/d.env
`
const OTHERS = { '/opt/file': '', '/etc/x/d.env': 'A=1\n' }

interface World {
  readonly text?: string
  readonly others?: Readonly<Record<string, string>>
  readonly users?: Users
  readonly request?: Partial<LoadRequest>
}

/** Reads the first world and then the second. */
function readBoth(first: World, second: World): { readonly again: Parsed<Config>; readonly before: Parsed<Config> } {
  const known = createKnownPrograms()
  const before = read(first, known)
  return { before, again: read(second, known) }
}

function read(
  { text = BEFORE, others = OTHERS, users = TWO_USERS, request = {} }: World,
  known = createKnownPrograms(),
) {
  return loadConfig(requestFor(FILE, request), filesOf({ ...others, [FILE]: text }), users, known)
}

function groupOf(parsed: Parsed<Config>, name: string) {
  return parsed.ok ? parsed.value.groups.find((group) => group.name === name) : undefined
}

const otherNobody: Users = {
  ...TWO_USERS,
  user: (name) => (name === 'nobody' ? { uid: 99, gid: 99, name: 'nobody' } : null),
}
const bad = (fixed: boolean) => `[DEFAULT]\nstartsecs=x\n[supervisord]\n[program:a]\ncommand=/bin/a
${fixed ? 'startsecs=1\n' : ''}[program:b]\ncommand=/bin/b\n`
const unlimited = (options: string) => `[program-default]\nstdout_logfile_maxbytes=0\n[supervisord]\n[program:a]
command=/bin/a\n${options}[program:b]\ncommand=/bin/b\n`

describe('a read that knows the one before comes to what a first read does', () => {
  for (const [name, first, second] of [
    ['nothing changed', {}, {}],
    ['an option', {}, { text: BEFORE.replace('/bin/b', '/bin/bb') }],
    ['a line above moves all others', {}, { text: `; hello\n${BEFORE}` }],
    ['a program comes', {}, { text: `${BEFORE}[program:e]\ncommand=/bin/e\n` }],
    ['a program goes', {}, { text: BEFORE.replace(/\[program:b\][^[]*/, '') }],
    ['a variable of ours', {}, { request: { environment: { COLOUR: 'red' } } }],
    ['a variable of ours goes', {}, { request: { environment: {} } }],
    ['the environment of [supervisord]', {}, { text: BEFORE.replace('d]\n', 'd]\nenvironment=X="1"\n') }],
    ['a server', {}, { text: `${BEFORE}[unix_http_server]\nfile=/tmp/s\n` }],
    ['a folder goes', {}, { others: { '/etc/x/d.env': 'A=1\n' } }],
    ['a folder comes', { others: { '/etc/x/d.env': 'A=1\n' } }, {}],
    ['a file of variables', {}, { others: { ...OTHERS, '/etc/x/d.env': 'A=2\n' } }],
    ['the number of a user', {}, { users: otherNobody }],
    ['a scale', {}, { request: { scales: { c: { numprocs: 3, fileNumprocs: 2, sinceWallMs: 0, by: 'x' } } } }],
    ['strictness', {}, { request: { strict: true } }],
    ['a group takes it in', {}, { text: `${BEFORE}[group:g]\nprograms=a,c\n` }],
    ['a group lets it go', { text: `${BEFORE}[group:g]\nprograms=a,c\n` }, {}],
    ['what is inherited', { text: unlimited('') }, { text: unlimited('').replace('=0', '=1') }],
    ['one of two that share a mistake', { text: bad(false) }, { text: bad(true) }],
    ['one of two that share a warning', { text: unlimited('') }, { text: unlimited('stdout_logfile=NONE\n') }],
  ] as const satisfies readonly (readonly [string, World, World])[])
    test(name, () => {
      expect(readBoth(first, second).again).toEqual(read(second))
    })
})

test('what did not change is the same object, and is still counted', () => {
  const { before, again } = readBoth({}, { text: `; hello\n${BEFORE.replace('/bin/cat', '/bin/tac')}` })
  expect(groupOf(again, 'b')).toBe(groupOf(before, 'b'))
  expect(groupOf(again, 'c')).toBe(groupOf(before, 'c'))
  expect(groupOf(again, 'a')).not.toEqual(groupOf(before, 'a'))
  expect(again.ok && again.value.numprocs).toEqual(before.ok && before.value.numprocs)
})
