import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import type { FieldTable } from '../../src/config/fields/row.js'
import { FIELDS, fieldNames, SECTION_KINDS } from '../../src/config/fields.js'
import { sampleConfig } from '../../src/desired/sample.js'
import { type Schema, yamlSchema } from '../../src/desired/schema.js'
import { configOf, loadText, processesOf } from '../desired/load.js'

const schema = yamlSchema()
const ajv = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false, allErrors: true })
const complaintsOf = (part: Schema) => {
  const validate = ajv.compile(part)
  return (value: unknown): readonly string[] =>
    validate(value) ? [] : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath}: ${message}`)
}
const complain = complaintsOf(schema)
const complaints = (yaml: string) => complain(parse(yaml))

describe('the schema of the YAML form', () => {
  test('is the one that is committed', () => {
    const file = new URL('../../schemas/svctl.schema.json', import.meta.url)
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(schema)
  })
  test('describes every option of every section', () => {
    const bodies = schema.$defs as Readonly<
      Record<string, { readonly properties: Readonly<Record<string, { readonly description: string }>> }>
    >
    for (const kind of SECTION_KINDS) {
      expect(Object.keys(bodies[kind]?.properties ?? {})).toEqual(fieldNames(kind))
      for (const { description } of Object.values(bodies[kind]?.properties ?? {}))
        expect(description).toMatch(/^[A-Z].*\.$/)
    }
  })
  test('holds its own defaults', () => {
    const bodies = schema.$defs as Readonly<
      Record<string, { readonly properties: Readonly<Record<string, { readonly default?: unknown }>> }>
    >
    for (const kind of SECTION_KINDS)
      for (const [name, field] of Object.entries(bodies[kind]?.properties ?? {}))
        if ('default' in field) expect([kind, name, complaintsOf(field)(field.default)]).toEqual([kind, name, []])
  })

  for (const [name, yaml] of [
    [
      'numbers, lists and maps',
      'supervisord: {environment: {A: 1}}\nprogram:\n  web: {command: [a, b], numprocs: 2, exitcodes: [0, 2], umask: 022, autorestart: unexpected}',
    ],
    [
      'text as INI has it',
      'program: {web: {command: a b, exitcodes: "0,2", startsecs: "10", stdout_logfile_maxbytes: 5 MB}}',
    ],
    ['variables where a number is expected', 'program: {web: {command: a, startsecs: "%(ENV_SECS)s"}}'],
    ['section names written out', '"program:web": {command: a}\n"unix_http_server:x": {file: /s}'],
    ['servers alone and by name', 'inet_http_server: {port: 9001}\nunix_http_server: {a: {file: /s}}'],
    [
      'an empty section and anchors',
      'supervisord:\nx-base: &base {command: a}\nprogram: {web: {startsecs: 1, command: b}}',
    ],
    [
      'defaults, templates and what extends them',
      'program-default: {startsecs: 5}\ntemplate: {t: {command: a, socket: x}}\nprogram: {web: {extends: t}}\ngroup: {g: {programs: [web], stopsignal: INT}}',
    ],
    ['options of plugins', 'rpcinterface: {x: {supervisor.rpcinterface_factory: "a:b", anything: 1}}'],
  ] as const)
    test(`accepts ${name}`, () => expect(complaints(yaml)).toEqual([]))

  for (const [name, yaml] of [
    ['an option that does not exist', 'program: {web: {command: a, autorestrat: true}}'],
    ['a section that does not exist', 'programs: {web: {command: a}}'],
    ['a word for a number', 'program: {web: {command: a, startsecs: soon}}'],
    ['an exit code out of range', 'program: {web: {command: a, exitcodes: [256]}}'],
    ['a program without a command', 'program: {web: {startsecs: 1}}'],
    ['a command for all', 'program-default: {command: a}'],
    ['a level that is none', 'supervisord: {loglevel: chatty}'],
    ['an event that does not exist', 'eventlistener: {e: {command: a, events: [TICK_7]}}'],
  ] as const)
    test(`refuses ${name}`, () => expect(complaints(yaml)).not.toEqual([]))
})

describe('the table', () => {
  test('a default written out is what leaving the option out gives', () => {
    const bare = '[supervisord]\n[program:x]\ncommand=a\n'
    const rows = (table: FieldTable) => Object.entries(table).filter(([, { default: text }]) => text !== null)
    const program = rows(FIELDS.program).map(([name, field]) => `${name}=${field.default}`)
    const daemon = rows(FIELDS.supervisord).map(([name, field]) => `${name}=${field.default}`)
    const written = configOf(`[supervisord]\n${daemon.join('\n')}\n[program:x]\ncommand=a\n${program.join('\n')}\n`)
    const left = configOf(bare)
    expect(written.daemon).toEqual(left.daemon)
    expect(processesOf(written)).toEqual(processesOf(left))
  })
  test('every example is a value that its option takes', () => {
    for (const kind of SECTION_KINDS) {
      const table: FieldTable = FIELDS[kind]
      for (const [name, { example }] of Object.entries(table)) {
        // Clients read ctlplugin; some examples name what only the whole sample has.
        if (example === undefined || kind === 'ctlplugin' || kind === 'group' || name === 'extends') continue
        const loaded = loadText(`[supervisord]\n${asSection(kind, `${name}=${example}`)}`)
        const found = loaded.ok ? [] : loaded.errors.filter(({ excerpt }) => excerpt === `${name}=${example}`)
        expect(found).toEqual([])
      }
    }
  })
  test('sentences begin with a capital and have no full stop', () => {
    for (const kind of SECTION_KINDS)
      for (const { doc } of Object.values(FIELDS[kind] as FieldTable)) expect(doc).toMatch(/^[A-Z].*[^.]$/)
  })
})

function asSection(kind: string, line: string): string {
  if (kind === 'supervisord') return `${line}\n`
  return kind.endsWith('server') || ['supervisorctl', 'include', 'program-default'].includes(kind)
    ? `[${kind}]\n${line}\n`
    : `[${kind}:x]\n${line}\n`
}

describe('the sample file', () => {
  test('says what it is in its first line', () => {
    expect(sampleConfig().split('\n')[0]).toContain('Sample supervisor config file')
  })
  test('loads without a word and starts nothing', () => {
    const config = configOf(sampleConfig(), { strict: true })
    expect(config.warnings).toEqual([])
    expect(config.groups).toEqual([])
    expect(config.servers.map(({ section }) => section)).toEqual(['unix_http_server'])
    expect(config.rpcInterfaces.map(({ name }) => name)).toEqual(['supervisor'])
  })
  test('with every line switched on, shows every option and still loads', () => {
    const open = sampleConfig().replace(/^;(?=\[|[a-z_.]+=)/gm, '')
    const shown = configOf(open, { strict: true })
    expect(shown.groups.map(({ name }) => name)).toEqual(['example-listener', 'example-group'])
    for (const name of [...fieldNames('program'), ...fieldNames('supervisord')])
      expect(open).toMatch(new RegExp(`^${name}=`, 'm'))
  })
})
