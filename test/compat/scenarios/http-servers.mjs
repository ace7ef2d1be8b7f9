const head = `
[supervisord]
logfile=@DIR@/supervisord.log
pidfile=@DIR@/supervisord.pid
[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
`
const program = `
[program:env]
command=/bin/sh -c "echo $SUPERVISOR_SERVER_URL $SUPERVISOR_ENABLED $SUPERVISOR_PROCESS_NAME $SUPERVISOR_GROUP_NAME; exec cat"
stdout_logfile=@DIR@/env.out
`
export default {
  about:
    'several servers of a kind, each with its own mode and password; what SUPERVISOR_SERVER_URL names; no server at all',
  files: {
    'supervisord.conf': `${head}
[unix_http_server]
file=@DIR@/s.sock
[unix_http_server:second]
file=@DIR@/second.sock
chmod=0777
username=joe
password=secret
[inet_http_server]
port=127.0.0.1:@PORT@
[inet_http_server:open]
port=localhost:@PORT1@
username=ann
password={SHA}906072001efddf3e11e6d2b5782f4777fe038739
${program}`,
    'inet.conf': `${head}
[inet_http_server:a]
port=127.0.0.1:@PORT@
[inet_http_server:b]
port=@PORT1@
${program}`,
    'none.conf': `${head}${program}`,
    'own.conf': `${head}
[unix_http_server]
file=@DIR@/s.sock
${program}
serverurl=http://example.invalid:1234
[program:auto]
command=/bin/sh -c "echo $SUPERVISOR_SERVER_URL; exec cat"
stdout_logfile=@DIR@/auto.out
serverurl=AUTO
`,
  },
  steps: [
    { start: true },
    { wait: { env: 'RUNNING' } },
    { read: 'env.out' },
    { stat: ['s.sock', 'second.sock'] },
    { rpc: 'supervisor.getIdentification' },
    { rpc: 'supervisor.getIdentification', url: 'unix:@DIR@/second.sock' },
    { rpc: 'supervisor.getIdentification', url: 'unix:@DIR@/second.sock', user: 'joe', pass: 'secret' },
    { rpc: 'supervisor.getIdentification', url: 'http://127.0.0.1:@PORT@' },
    {
      rpc: 'supervisor.getIdentification',
      url: 'http://127.0.0.1:@PORT@',
      user: 'any',
      pass: 'one',
      label: 'a password nobody asked for',
    },
    { rpc: 'supervisor.getIdentification', url: 'http://127.0.0.1:@PORT1@' },
    { rpc: 'supervisor.getIdentification', url: 'http://127.0.0.1:@PORT1@', user: 'ann', pass: 'geheim' },
    { ctl: ['-s', 'http://127.0.0.1:@PORT@', 'status'], bare: true },
    { ctl: ['-s', 'http://127.0.0.1:@PORT1@', '-u', 'ann', '-p', 'geheim', 'restart', 'env'], bare: true },
    { ctl: ['-s', 'http://localhost:@PORT1@', '-u', 'ann', '-p', 'geheim', 'tail', 'env'], bare: true },
    { ctl: ['-s', 'unix://@DIR@/second.sock', '-u', 'joe', '-p', 'secret', 'avail'], bare: true },
    { log: true, only: 'CRIT|RPC interface', sort: true },
    { stop: true },
    { stat: ['s.sock', 'second.sock'] },
    { remove: 'env.out' },
    { start: { conf: 'inet.conf' }, url: 'http://127.0.0.1:@PORT@' },
    { waitFile: { file: 'env.out', match: 'env' } },
    { read: 'env.out' },
    { rpc: 'supervisor.getIdentification', url: 'http://127.0.0.1:@PORT1@' },
    { stop: true },
    { remove: 'env.out' },
    { start: { conf: 'none.conf', ready: 'pid' } },
    { waitFile: { file: 'env.out', match: 'env' } },
    { read: 'env.out' },
    { stop: true },
    { remove: 'env.out' },
    { start: { conf: 'own.conf' } },
    { waitFile: { file: 'env.out', match: 'env' } },
    { waitFile: { file: 'auto.out', lines: 1 } },
    { read: 'env.out' },
    { read: 'auto.out' },
    { stop: true },
  ],
}
