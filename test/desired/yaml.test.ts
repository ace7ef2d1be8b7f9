import { describe, expect, test } from 'vitest'
import { configOf, errorsOf } from './load.js'

const AS_YAML = { file: '/etc/x/svctl.yaml' }

const INI = `[supervisord]
environment=A="a, b",N="1"
converge=manual
[unix_http_server]
file=/tmp/s.sock
chmod=0770
[inet_http_server:two]
port=127.0.0.1:9001
[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
[program:web]
command=/bin/sh -c 'echo %(process_num)d'
numprocs=2
process_name=%(program_name)s_%(process_num)02d
exitcodes=0,2
umask=022
autorestart=true
environment=PORT="80%(process_num)02d"
[program:one]
command=/bin/cat
stdout_logfile=NONE
[group:g]
programs=one,web
[eventlistener:e]
command=/bin/cat
events=TICK_5,PROCESS_STATE
`
const YAML = `
$schema: ./svctl.schema.json
supervisord:
  environment: { A: "a, b", N: 1 }
  converge: manual
unix_http_server:
  file: /tmp/s.sock
  chmod: 0770
inet_http_server:
  two:
    port: 127.0.0.1:9001
rpcinterface:
  supervisor:
    supervisor.rpcinterface_factory: supervisor.rpcinterface:make_main_rpcinterface
program:
  web:
    command: [/bin/sh, -c, "echo %(process_num)d"]
    numprocs: 2
    process_name: "%(program_name)s_%(process_num)02d"
    exitcodes: [0, 2]
    umask: 022
    autorestart: true
    environment:
      PORT: "80%(process_num)02d"
  one:
    command: /bin/cat
    stdout_logfile: NONE
group:
  g: { programs: [one, web] }
"eventlistener:e":
  command: /bin/cat
  events: [TICK_5, PROCESS_STATE]
`

describe('the YAML form', () => {
  test('means the same as the INI form', () => {
    const { file: _ini, files: _iniFiles, ...fromIni } = configOf(INI)
    const { file: _yaml, files: _yamlFiles, ...fromYaml } = configOf(YAML, AS_YAML)
    expect(fromYaml).toEqual(fromIni)
  })
  test('points to mistakes by line and column', () => {
    const [error] = errorsOf('supervisord:\nprogram:\n  x:\n    command: /bin/cat\n    startsecs: soon\n', AS_YAML)
    expect(error).toMatchObject({ code: 'CONFIG_BAD_NUMBER', at: { line: 5, column: 16 } })
  })
  test('a file without supervisord is told in YAML what to add', () => {
    expect(errorsOf('program: {}\n', AS_YAML)[0]?.help).toBe('add a line supervisord: {}')
  })
})

describe('shapes', () => {
  const body = 'supervisord: {}\nprogram:\n  web:\n    command: /w\n'
  test.each<readonly [string, string, number, number, string]>([
    ['a map for a command', '    directory: /\n    user: {a: b}\n', 6, 11, 'Cannot read user as a user: it is a map'],
    ['a list for a folder', '    directory: [/tmp]\n', 5, 16, 'it is a list'],
    ['a list for variables', '    environment: [A=1]\n', 5, 18, 'it is a list'],
    ['a map for a list', '    env_file: {a: b}\n', 5, 15, 'it is a map'],
    ['a map for a text', '    process_name: {a: b}\n', 5, 19, 'it is a map'],
  ])('%s is a mistake at the value', (_, more, line, column, said) => {
    const errors = errorsOf(body + more, AS_YAML)
    expect(errors).toMatchObject([{ code: 'CONFIG_BAD_TYPE', at: { line, column } }])
    expect(errors[0]?.message).toContain(said)
  })
  test('a byte order mark, a hint for editors and a directive are no mistake', () => {
    const text = `\ufeff# yaml-language-server: $schema=./s.json\n%YAML 1.2\n---\n$schema: ./s.json\n${body}`
    expect(configOf(text, AS_YAML).warnings).toEqual([])
  })
  test('what templates and defaults are in INI they are in YAML', () => {
    const yaml =
      'supervisord: {}\nprogram-default: {startsecs: 7}\ntemplate: {t: {command: [/t, "a b"], environment: {A: 1}}}\nprogram: {web: {extends: t, environment: {B: 2}}}\n'
    const ini =
      '[supervisord]\n[program-default]\nstartsecs=7\n[template:t]\ncommand=/t "a b"\nenvironment=A=1\n[program:web]\nextends=t\nenvironment=B=2\n'
    const [one, other] = [configOf(yaml, AS_YAML), configOf(ini)]
    expect(one.groups[0]?.processes[0]?.environment).toEqual({ A: '1', B: '2' })
    expect(one.groups).toEqual(
      other.groups.map((group) => ({
        ...group,
        processes: group.processes.map((spec) => ({ ...spec, command: "/t 'a b'" })),
      })),
    )
  })
})
