export default {
  about: 'the main log: levels, debug messages, rotation, silent, syslog-free stdout copy, a log that is a device',
  files: {
    'supervisord.conf':
      '@BASE@\n[program:cat]\ncommand=/bin/cat\n[program:quick]\ncommand=/bin/sh -c "exit 4"\nstartsecs=0\nautorestart=false\n',
    'warn.conf': `
[supervisord]
logfile=@DIR@/warn.log
pidfile=@DIR@/supervisord.pid
loglevel=warn
nodaemon=true
silent=true
[unix_http_server]
file=@DIR@/s.sock
[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
[program:quick]
command=/bin/sh -c "exit 4"
startsecs=0
autorestart=false
`,
    'rot.conf': `
[supervisord]
logfile=@DIR@/logs/rot.log
logfile_maxbytes=400
logfile_backups=2
pidfile=@DIR@/supervisord.pid
user=@USER@
[unix_http_server]
file=@DIR@/s.sock
[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
[supervisorctl]
serverurl=unix://@DIR@/s.sock
[program:cat]
command=/bin/cat
`,
    'dev.conf': `
[supervisord]
logfile=/dev/null
logfile_maxbytes=0
pidfile=@DIR@/supervisord.pid
[unix_http_server]
file=@DIR@/s.sock
[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
[supervisorctl]
serverurl=unix://@DIR@/s.sock
`,
    'logs/.keep': '',
  },
  steps: [
    { start: { more: ['-e', 'debug'] } },
    { wait: { cat: 'RUNNING', quick: 'EXITED' } },
    { rpc: 'supervisor.sendProcessStdin', params: ['cat', 'hello\n'] },
    { waitFile: { file: 'supervisord.log', match: 'hello' } },
    { ctl: 'signal HUP cat' },
    { waitFile: { file: 'supervisord.log', match: 'exited: cat' } },
    { stop: true },
    {
      log: true,
      only: ' (DEBG|INFO|WARN) ',
      drop: 'quick entered|fd |poll|unix_http|/RPC2|closed |read event',
      sort: true,
      uniq: true,
    },
    { start: { conf: 'warn.conf', args: ['-c', '@DIR@/warn.conf'] } },
    { wait: { quick: 'EXITED' } },
    { read: 'warn.log' },
    { stop: true },
    { stdout: true, label: 'silent' },
    { start: { conf: 'rot.conf' } },
    { wait: { cat: 'RUNNING' } },
    { ctl: 'restart cat', conf: 'rot.conf' },
    { ctl: 'restart cat', conf: 'rot.conf' },
    { ctl: 'restart cat', conf: 'rot.conf' },
    { ls: 'logs' },
    { stop: true },
    { start: { conf: 'dev.conf' } },
    { ctl: 'maintail', conf: 'dev.conf' },
    { rpc: 'supervisor.clearLog', mayFail: true, label: 'not carried out: it would remove /dev/null', params: ['x'] },
    { stop: true },
    { stdout: true },
  ],
}
