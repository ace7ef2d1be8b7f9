const conf = (m) => `@BASE@
[program:off]
command=/bin/cat ${m}
autostart=false
startsecs=0
[program:on]
command=/bin/cat ${m}
startsecs=0
[program:done]
command=/bin/sh -c "sleep 0.4; exit 0; ${m}"
startsecs=0
autorestart=false
[program:fatal]
command=/nosuch${m}
startretries=0
[program:retry]
command=/bin/sh -c "sleep 0.2; exit 1; ${m}"
startsecs=60
startretries=50
autostart=false
[program:a]
command=/bin/cat ${m}
startsecs=0
[program:b]
command=/bin/cat ${m}
autostart=false
startsecs=0
[group:g]
programs=a,b
`
export default {
  about:
    'what update makes of changed processes: running, stopped by hand, never to start by themselves, ended, FATAL, in BACKOFF',
  files: { 'supervisord.conf': conf('') },
  steps: [
    { start: true },
    { wait: { on: 'RUNNING', done: 'EXITED', fatal: 'FATAL', 'g:a': 'RUNNING' } },
    { ctl: 'start off' },
    { ctl: 'start g:b' },
    { ctl: 'stop on' },
    { rpc: 'supervisor.startProcess', params: ['retry', false] },
    { wait: { retry: 'BACKOFF' } },
    { ctl: 'status', replace: [['(STOPPED|EXITED) .*', '$1']] },
    { write: { 'supervisord.conf': conf('-') } },
    { ctl: 'update', sort: true },
    { wait: { on: 'RUNNING', 'g:a': 'RUNNING', done: 'EXITED', fatal: 'FATAL' } },
    { ctl: 'status', replace: [['(EXITED) .*', '$1']] },
    { rpc: 'supervisor.getAllProcessInfo' },
    { ctl: 'update' },
    { ctl: 'start off g:b' },
    { ctl: 'stop g:a' },
    { ctl: 'status', replace: [['(EXITED) .*', '$1']] },
    { log: true, sort: true, drop: 'waiting|retry' },
  ],
}
