export default {
  about:
    'fcgi-program: unix and TCP sockets as fd 0, shared by numprocs, modes and owners, closing and reopening, errors',
  files: {
    'supervisord.conf': `
@BASE@
[fcgi-program:unix]
command=@NODE@ @DIR@/h/fcgi-accept.mjs
process_name=%(program_name)s_%(process_num)d
numprocs=2
socket=unix://@DIR@/%(program_name)s.sock
stdout_logfile=@DIR@/unix-%(process_num)d.out
redirect_stderr=true
[fcgi-program:mode]
command=@NODE@ @DIR@/h/fcgi-accept.mjs
socket=unix://@DIR@/mode.sock
socket_mode=0770
socket_owner=nobody:nogroup
socket_backlog=5
[fcgi-program:owned]
command=/bin/sleep 1000
socket=unix://@DIR@/owned.sock
socket_owner=nobody
user=nobody
[fcgi-program:tcp]
command=@NODE@ @DIR@/h/fcgi-accept.mjs
socket=tcp://127.0.0.1:@PORT1@
stdout_logfile=@DIR@/tcp.out
[fcgi-program:fds]
command=/bin/sh -c "readlink /proc/self/fd/0; exec sleep 1000"
socket=tcp://localhost:@PORT2@
stdout_logfile=@DIR@/fds.out
[fcgi-program:taken]
command=/bin/sleep 1000
socket=tcp://127.0.0.1:@PORT1@
autostart=false
startretries=0
`,
  },
  steps: [
    { start: true },
    { waitFile: { file: 'unix-0.out', match: 'listening' } },
    { waitFile: { file: 'unix-1.out', match: 'listening' } },
    { waitFile: { file: 'tcp.out', match: 'listening' } },
    { waitFile: { file: 'fds.out', match: 'socket' } },
    { wait: { 'unix:unix_0': 'RUNNING', 'unix:unix_1': 'RUNNING', mode: 'RUNNING', tcp: 'RUNNING' } },
    { stat: ['unix.sock', 'mode.sock', 'owned.sock'] },
    { read: 'fds.out' },
    { raw: '', url: 'unix:@DIR@/unix.sock', replace: [['unix_\\d', 'unix_N']] },
    { raw: '', url: 'unix:@DIR@/mode.sock' },
    { raw: '', url: 'http://127.0.0.1:@PORT1@' },
    { ctl: 'start taken' },
    { ctl: 'stop unix:unix_0' },
    { stat: 'unix.sock' },
    { raw: '', url: 'unix:@DIR@/unix.sock' },
    { ctl: 'stop unix:unix_1' },
    { stat: 'unix.sock', label: 'the last one is gone' },
    { ctl: 'start unix:*', sort: true },
    { stat: 'unix.sock' },
    { rpc: 'supervisor.getProcessInfo', params: ['tcp'], pick: ['name', 'group', 'statename'] },
    { rpc: 'supervisor.getAllConfigInfo', pick: ['name', 'command'] },
    { log: true, only: 'socket|taken' },
    { stop: true },
    { stat: ['unix.sock', 'mode.sock'] },
    { log: true, from: 'SIGTERM', only: 'socket', sort: true },
  ],
}
