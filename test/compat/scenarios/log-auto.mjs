const conf = (more) => `
[supervisord]
logfile=@DIR@/supervisord.log
pidfile=@DIR@/supervisord.pid
childlogdir=@DIR@/child
${more}
[unix_http_server]
file=@DIR@/s.sock
[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
[supervisorctl]
serverurl=unix://@DIR@/s.sock
[program:talk]
command=/bin/sh -c "echo out; echo err >&2; exec cat"
[program:off]
command=/bin/cat
autostart=false
stdout_logfile=AUTO
stderr_logfile=none
[program:num]
command=/bin/sh -c "echo numbered; sleep 0.5"
process_name=%(program_name)s_%(process_num)02d
numprocs=2
startsecs=0
autorestart=false
autostart=false
`
export default {
  about:
    'AUTO logs: names, modes, of programs never started, over restarts of the process, nocleanup, added and removed groups',
  files: {
    'supervisord.conf': conf(''),
    'keep.conf': conf('nocleanup=true\nidentifier=id.with-signs'),
    'child/talk-stdout---supervisor-aaaaaaaa.log': 'stale\n',
    'child/talk-stdout---supervisor-aaaaaaaa.log.1': 'stale\n',
    'child/gone-stderr---supervisor-bbbbbbbb.log': 'stale\n',
    'child/talk-stdout---other-cccccccc.log': 'not ours\n',
    'child/supervisor.log': 'not ours\n',
  },
  steps: [
    { start: true },
    { wait: { talk: 'RUNNING' } },
    { ls: 'child', sizes: true },
    { sh: 'stat -c %a child/*supervisor-* | sort | uniq -c | tr -s " "' },
    { ctl: 'tail talk' },
    { ctl: 'tail talk stderr' },
    { ctl: 'tail off' },
    { ctl: 'tail off stderr' },
    { ctl: 'restart talk' },
    { ctl: 'tail talk' },
    { ctl: 'clear talk' },
    { ctl: 'tail talk' },
    { ls: 'child' },
    { ctl: 'start num:*', sort: true },
    { wait: { 'num:num_00': 'EXITED', 'num:num_01': 'EXITED' } },
    { ctl: 'tail num:num_01' },
    { ctl: 'remove num' },
    { ls: 'child', label: 'a removed group' },
    { ctl: 'add num' },
    { ls: 'child', count: true, label: 'added again' },
    { stop: true },
    { ls: 'child', count: true },
    { start: { conf: 'keep.conf' } },
    { wait: { talk: 'RUNNING' } },
    { ls: 'child', only: 'id.with' },
    { stop: true },
    { start: { conf: 'keep.conf' } },
    { wait: { talk: 'RUNNING' } },
    { ls: 'child', only: 'id.with', count: true, label: 'nocleanup keeps those of the last run' },
    { stop: true },
  ],
}
