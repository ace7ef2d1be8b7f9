export default {
  about:
    '[supervisord] options: expansions in paths, identifier, umask and directory in the foreground, minfds, pid file',
  env: { WHO: 'me', SUB: 'logs' },
  files: {
    'logs/.keep': '',
    'work/.keep': '',
    'supervisord.conf': `
[supervisord]
logfile=%(here)s/%(ENV_SUB)s/main.log
logfile_maxbytes = 10 MB
logfile_backups=0
pidfile=%(here)s/logs/%(ENV_WHO)s.pid
identifier=id-%(ENV_WHO)s
umask=077
directory=%(here)s/work
childlogdir=%(here)s/logs
nodaemon=true
minfds=1024
minprocs=200
strip_ansi=false
environment=FROM="%(here)s for %(ENV_WHO)s"
[unix_http_server]
file=%(here)s/s.sock
[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
[supervisorctl]
serverurl=unix://%(here)s/s.sock
[program:show]
command=/bin/sh -c "umask; pwd; echo $FROM; ulimit -n; touch %(here)s/made; exec cat"
stdout_logfile=%(here)s/show.out
redirect_stderr=true
[program:auto]
command=/bin/sh -c "echo automatic; exec cat"
`,
  },
  steps: [
    { start: { args: ['-c', '@DIR@/supervisord.conf'] } },
    { wait: { show: 'RUNNING', auto: 'RUNNING' } },
    { read: 'show.out', replace: [['^\\d{4,}$', '<LIMIT>']] },
    { stat: ['logs/main.log', 'logs/me.pid', 'show.out', 'made'] },
    { rpc: 'supervisor.getIdentification' },
    { ls: 'logs', drop: 'main.log' },
    { sh: 'test "$(cat logs/me.pid)" -gt 1 && wc -l < logs/me.pid' },
    { ctl: 'tail auto' },
    { stop: true },
    { ls: 'logs' },
    { log: 'logs/main.log', first: 6 },
  ],
}
