import { expect, test } from 'vitest'
import { readDocument } from '../../src/config/read.js'
import { originOf } from '../../src/desired/origins.js'
import type { Files } from '../../src/model/ports.js'

const INI = `[supervisord]
environment=SHARED="1",BOTH="2"
[program: web ]
command=/bin/cat
stopasgroup=true
user=nobody
environment=BOTH="3",
  OWN="4"
stdout_logfile=syslog
[include]
files=more.conf
`
const MORE = `[program:web]
startsecs=5
`
const YAML = `program:
  web:
    command: /bin/cat
    environment:
      OWN: "4"
`

function documentOf(files: Readonly<Record<string, string>>) {
  const read: Files['read'] = (path) => {
    const text = files[path]
    if (text === undefined) return { ok: false, reason: 'missing', errno: 'ENOENT' }
    return { ok: true, bytes: new TextEncoder().encode(text) }
  }
  const [file = ''] = Object.keys(files)
  const glob: Files['glob'] = (pattern) => Object.keys(files).filter((path) => path === pattern)
  const parsed = readDocument(
    { file, environment: {}, hostName: 'h' },
    { read, glob, kind: (path) => (path in files ? 'file' : null) },
  )
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors))
  return parsed.value
}

const ini = documentOf({ '/etc/main.conf': INI.replace(': web ', ':web'), '/etc/more.conf': MORE })
const shown = (document: typeof ini, section: string, field: string) => {
  const origin = originOf(document, section, field)
  return origin && `${origin.at.file}:${origin.at.line} ${origin.option}`
}

for (const [what, field, wanted] of [
  ['an option of its own', 'command', '/etc/main.conf:4 command'],
  ['a field that is named otherwise than its option', 'uid', '/etc/main.conf:6 user'],
  ['an option that an included file sets', 'startSecs', '/etc/more.conf:2 startsecs'],
  ['a field that follows another option', 'killAsGroup', '/etc/main.conf:5 stopasgroup'],
  ['a part of a record', 'stdout.logfile.kind', '/etc/main.conf:9 stdout_logfile'],
  ['the old way to say syslog', 'stdout.syslog', '/etc/main.conf:9 stdout_logfile'],
  ['a variable of its own', 'environment.OWN', '/etc/main.conf:7 environment'],
  ['a variable that overrules the shared one', 'environment.BOTH', '/etc/main.conf:7 environment'],
  ['a variable of [supervisord]', 'environment.SHARED', '/etc/main.conf:2 environment'],
  ['a variable that nobody sets', 'environment.GONE', '/etc/main.conf:3 null'],
  ['a default', 'startRetries', '/etc/main.conf:3 null'],
] as const) {
  test(`originOf: ${what}`, () => expect(shown(ini, 'program:web', field)).toBe(wanted))
}

test('originOf: blanks in the name of a section do not count', () => {
  const blanks = documentOf({ '/etc/main.conf': INI.slice(0, INI.indexOf('[include]')) })
  expect(shown(blanks, 'program:web', 'command')).toBe('/etc/main.conf:4 command')
})

test('originOf: a map in YAML', () => {
  const yaml = documentOf({ '/etc/svctl.yaml': YAML })
  expect(shown(yaml, 'program:web', 'environment.OWN')).toBe('/etc/svctl.yaml:5 environment')
  expect(shown(yaml, 'program:web', 'environment.X')).toBe('/etc/svctl.yaml:2 null')
})

test('originOf: a section that is not there', () => {
  expect(originOf(ini, 'program:other', 'command')).toBeNull()
})
