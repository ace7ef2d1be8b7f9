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
})
