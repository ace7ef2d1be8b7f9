export default {
  about:
    'the unix socket: chmod, chown, password on it, a stale socket, two daemons for one socket, removal at the end',
  files: {
    'supervisord.conf': `
[supervisord]
logfile=@DIR@/supervisord.log
pidfile=@DIR@/supervisord.pid
[unix_http_server]
file=@DIR@/s.sock
chmod=0666
chown=nobody:nogroup
username=joe
password=secret
[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
[supervisorctl]
serverurl=unix://@DIR@/s.sock
username=joe
password=secret
`,
    'plain.conf': '@BASE@',
    'owner.conf':
      '[supervisord]\nlogfile=@DIR@/o.log\npidfile=@DIR@/o.pid\n[unix_http_server]\nfile = %(here)s/s.sock \nchown=nobody\n[rpcinterface:supervisor]\nsupervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface\n',
  },
  user: 'joe',
  pass: 'secret',
  steps: [
    {
      sh: `@NODE@ -e "const s=require('net').createServer().listen('s.sock',()=>process.kill(process.pid,'SIGKILL'))"; test -S s.sock && echo a stale socket lies there`,
      drop: 'exit|ended',
    },
    { start: true },
    { stat: 's.sock' },
    { ctl: 'pid', pids: true },
    { rpc: 'supervisor.getState' },
    { rpc: 'supervisor.getState', pass: 'no' },
    { supervisord: ['-n', '-c', '@DIR@/plain.conf'], timeout: 6000, label: 'another daemon, the same socket' },
    { stat: 's.sock' },
    { rpc: 'supervisor.getState' },
    { stop: true },
    { stat: 's.sock' },
    { start: { conf: 'owner.conf' } },
    { stat: 's.sock' },
    { stop: true },
    { start: { conf: 'plain.conf' } },
    { stat: 's.sock' },
    { signal: 'KILL' },
    { waitExit: true },
    { stat: ['s.sock', 'supervisord.pid'] },
    { start: { conf: 'plain.conf' }, label: 'after a crash' },
    { rpc: 'supervisor.getState' },
    { stop: true },
    { read: 'supervisord.log', only: 'CRIT|WARN|nlink' },
  ],
}
