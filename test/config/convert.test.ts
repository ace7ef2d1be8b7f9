import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { convertFile } from '../../src/config/convert.js'
import type { Config } from '../../src/model/config.js'
import type { Parsed } from '../../src/model/diagnostic.js'
import { loadText } from '../desired/load.js'

const INI = '/etc/x/supervisord.conf'
const YAML = '/etc/x/svctl.yaml'

/** @throws Error with what is wrong */
function convert(text: string, file: string): string {
  const converted = convertFile(new TextEncoder().encode(text), file)
  if (!converted.ok) throw new Error(converted.errors.map(({ message }) => message).join('\n'))
  return converted.value
}

const toYaml = (text: string) => convert(text, INI)
const toIni = (text: string) => convert(text, YAML)

/** What a configuration says, or why it says nothing: without places, which differ between files. */
function meaning(text: string, file: string, environment: Readonly<Record<string, string>>): unknown {
  const loaded: Parsed<Config> = loadText(text, { file, environment })
  if (!loaded.ok) return loaded.errors.map(({ code }) => code)
  const { daemon, servers, rpcInterfaces, groups, numprocs } = loaded.value
  return { daemon, servers, rpcInterfaces, groups, numprocs }
}

describe('INI as YAML', () => {
  test.each([
    [
      'numbers, truths, lists and maps',
      '[program:a]\nnumprocs=2\nautostart=false\nexitcodes=0,2\nenvironment=A="1",B="x y"\n',
      'program:\n  a:\n    numprocs: 2\n    autostart: false\n    exitcodes: [0, 2]\n    environment:\n      A: "1"\n      B: x y\n',
    ],
    [
      'what other readers would take for a number stays a text',
      '[program:a]\numask=022\ncommand=1\n',
      'program:\n  a:\n    umask: "022"\n    command: "1"\n',
    ],
    [
      'an environment that a variable may take apart stays a text',
      '[program:a]\nenvironment=A="%(ENV_X)s"\n',
      'program:\n  a:\n    environment: A="%(ENV_X)s"\n',
    ],
    [
      'sections of one kind below it, in their order',
      '[program:b]\n[group:g]\nprograms=b,a\n[program:a]\ncommand=x\n',
      'program:\n  b: {}\n\n  a:\n    command: x\n\ngroup:\n  g:\n    programs: [b, a]\n',
    ],
    [
      'servers under their own names',
      '[unix_http_server:b]\nfile=/b\n[unix_http_server]\nfile=/a\n',
      'unix_http_server:b:\n  file: /b\n\nunix_http_server:\n  file: /a\n',
    ],
    [
      'a group whose options Supervisor ignores',
      '[group:g]\nprograms=a\nuser=me\n',
      'group:\n  g:\n    defaults: false\n    programs: [a]\n    user: me\n',
    ],
  ])('%s', (_, ini, yaml) => {
    expect(toYaml(ini)).toBe(yaml)
  })

  test.each([
    [
      'above and beside',
      '; file\n\n;one\n# two\n[program:a] ; head\n; above\ncommand=x ; beside\n;off=1\n',
      '# file\n\nprogram:\n  #one\n  # two\n  # head\n  a:\n    # above\n    command: x # beside\n\n#off=1\n',
    ],
    [
      'within a value of several lines',
      '[program:a]\nenvironment=A="1",\n  ; B="2",\n  C="3" ; last\nuser=x\n',
      'program:\n  a:\n    # B="2",\n    # last\n    environment:\n      A: "1"\n      C: "3"\n    user: x\n',
    ],
    [
      'of an option that is set twice',
      '[s]\n; first\na=1\n; second\na=2\nb=3\n',
      's:\n  # first\n  # second\n  a: "2"\n  b: "3"\n',
    ],
  ])('comments: %s', (_, ini, yaml) => {
    expect(toYaml(ini)).toBe(yaml)
  })

  test.each([
    ['[program]\na=1\n', 1, 1],
    ['\n[x-free]\n', 2, 1],
    ['[s]\n[$schema]\na=b\n', 2, 1],
  ])('what YAML cannot say is an error with its place: %j', (ini, line, column) => {
    expect(convertFile(new TextEncoder().encode(ini), INI)).toMatchObject({
      ok: false,
      errors: [{ code: 'CONFIG_NOT_PRINTABLE', at: { file: INI, line, column } }],
    })
  })
})

describe('YAML as INI', () => {
  test.each([
    [
      'lists and maps',
      'program:\n  a:\n    command: [sh, -c, "a; b"]\n    environment: {A: 1, B: "x\\"y"}\n    exitcodes: [0, 2]\n',
      '[program:a]\ncommand=sh -c \'a; b\'\nenvironment=A="1",B="x\\"y"\nexitcodes=0,2\n',
    ],
    [
      'anchors and merges',
      'x-base: &base\n  user: me\nprogram:\n  a: {<<: *base, command: x}\n',
      '[program:a]\ncommand=x\nuser=me\n',
    ],
    [
      'options of a group, which YAML gives to its programs',
      'group:\n  g: {programs: [a], user: me}\n',
      '[group:g]\ndefaults=true\nprograms=a\nuser=me\n',
    ],
  ])('%s', (_, yaml, ini) => {
    expect(toIni(yaml)).toBe(ini)
  })

  test('comments: above, beside, within', () => {
    const yaml = `# yaml-language-server: $schema=x
# file

# one
program: # kind
  # two
  a: # head
    # above
    command: "a#b" # beside
    exitcodes:
      - 0 # fine
      # inside
      - 2
    user: |-
      #no comment
# end
`
    expect(toIni(yaml)).toBe(`; file

; one
; kind
; two
; head
[program:a]
; above
command=a#b ; beside
; fine
; inside
exitcodes=0,2
user=#no comment

; end
`)
  })

  test.each([
    ['a mark of comments after a blank', 'program:\n  a:\n    command: "a ;b"\n', 3, 5],
    ['a list whose item has a comma', 'group:\n  g: {programs: ["a,b"]}\n', 2, 7],
    ['a variable whose name has a blank', 'program:\n  a:\n    environment: {"A B": 1}\n', 3, 5],
    ['a section name of two lines', '"program:a\\nb": {}\n', 1, 1],
  ])('what INI cannot say is an error with its place: %s', (_, yaml, line, column) => {
    expect(convertFile(new TextEncoder().encode(yaml), YAML)).toMatchObject({
      ok: false,
      errors: [{ code: 'CONFIG_NOT_PRINTABLE', at: { file: YAML, line, column } }],
    })
  })

  test('a variable that INI takes apart only afterwards is warned of', () => {
    const yaml = 'program:\n  a:\n    command: x\n    environment: {A: "%(ENV_X)s"}\n'
    expect(convertFile(new TextEncoder().encode(yaml), YAML)).toMatchObject({
      ok: true,
      value: '[program:a]\ncommand=x\nenvironment=A="%(ENV_X)s"\n',
      warnings: [{ code: 'CONFIG_QUOTE_IN_VARIABLE', at: { line: 4 } }],
    })
  })
})

describe('the desired state stays the same', () => {
  const environment = { HOME: '/root', X: '1",C="2' }
  const confs = fileURLToPath(new URL('../compat/confs/', import.meta.url))

  test.each(readdirSync(confs).filter((name) => name.endsWith('.conf')))('%s, there and back', (name) => {
    const ini = readFileSync(`${confs}${name}`, 'utf8')
    const variables = Object.fromEntries([...ini.matchAll(/%\(ENV_(\w+)\)/g)].map((match) => [match[1] ?? '', 'a"b']))
    const yaml = toYaml(ini)
    const before = meaning(ini, INI, variables)
    expect(meaning(yaml, YAML, variables)).toEqual(before)
    expect(meaning(toIni(yaml), INI, variables)).toEqual(before)
    for (const [, remark = ''] of ini.matchAll(/^[;#] ?(.*\S)\s*$/gm)) expect(yaml).toContain(remark)
  })

  const remark = fc.constantFrom('', '; above', '# A="1"', '   ; deep')
  const lines = (options: readonly string[]) =>
    fc
      .uniqueArray(fc.tuple(remark, fc.constantFrom(...options)), { selector: ([, option]) => option, maxLength: 4 })
      .map((rows) => rows.flat().join('\n'))
  const shared = lines([
    'environment=A="%(ENV_X)s"',
    'environment=A=\'x y\',B="#",\n  ; C="3",\n  D=%%',
    'environment=HOME="%(here)s",N=2 ; beside',
    'exitcodes=0,2',
    'autostart=false',
    'autorestart=unexpected',
    'umask=022',
    'startsecs=007',
    'stopsignal=INT',
    'user=nobody',
    'stdout_logfile=/tmp/%(program_name)s.log',
    'stdout_logfile_maxbytes=5MB',
    'redirect_stderr=on',
    'serverurl=',
    'nobody_reads=a, b',
  ])
  const own = lines([
    'numprocs=2\nprocess_name=%(program_name)s_%(process_num)02d',
    'priority=-1',
    'directory=/tmp',
    'extends=t',
  ])
  const program = (name: string) =>
    fc.tuple(shared, own).map((parts) => `[program:${name}]\ncommand=sh -c "a;b" %%\n${parts.join('\n')}\n`)
  const group = fc
    .tuple(shared, fc.constantFrom('', 'defaults=true', 'defaults=off'))
    .map((parts) => `[group:g] ; head\nprograms=1, b\n${parts.join('\n')}\n`)
  const others = fc.tuple(
    fc
      .constantFrom('program-default', 'DEFAULT', 'supervisord', 'unknown')
      .chain((name) => shared.map((text) => `[${name}]\n${text}\n`)),
    shared.map((text) => `[template:t]\n${text}\n`),
  )

  test('of any INI, as YAML and as INI again', () => {
    fc.assert(
      fc.property(fc.tuple(program('1'), group, program('b'), program('c'), others), (parts) => {
        const ini = `[supervisord]\n[unix_http_server]\nfile=/s\n${parts.flat().join('\n')}`
        const before = meaning(ini, INI, environment)
        const yaml = toYaml(ini)
        expect(meaning(yaml, YAML, environment)).toEqual(before)
        expect(meaning(toIni(yaml), INI, environment)).toEqual(before)
      }),
      { numRuns: 150 },
    )
  })
})
