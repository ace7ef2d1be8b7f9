const rpc = (method, ...params) => ({ rpc: `supervisor.${method}`, params })
export default {
  about: 'loglevel=trace: calls that answer at once, that wait, that are refused, that fail after they have waited',
  supervisord: 'loglevel=trace',
  files: {
    'supervisord.conf': `@BASE@
[program:cat]
command=/bin/cat
[program:bad]
command=/bin/sh -c "sleep 0.2; exit 1"
autostart=false
startretries=0
startsecs=3
[program:nofile]
command=/nosuch
autostart=false
[program:parent]
command=/bin/sh -c "trap '' TERM; sh -c \\"trap '' TERM; sleep 300; :\\" & wait; wait"
stopwaitsecs=1
killasgroup=true
startsecs=0
autostart=false
`,
  },
  steps: [
    { start: true },
    { wait: { cat: 'RUNNING' } },
    rpc('stopProcess', 'cat'),
    rpc('startProcess', 'cat'),
    rpc('startProcess', 'cat'),
    rpc('startProcess', 'bad'),
    rpc('startProcess', 'nofile'),
    rpc('startProcess', 'nosuch'),
    rpc('stopProcess', 'cat', false),
    rpc('getState', 1),
    rpc('nosuch'),
    rpc('signalProcess', 'cat', 'FOO'),
    {
      multicall: [['supervisor.startProcess', 'cat'], ['supervisor.stopProcess', 'cat'], ['x.y']],
    },
    rpc('startProcess', 'parent'),
    { sleep: 500 },
    rpc('stopProcess', 'parent'),
    { sleep: 1200 },
    { log: true, drop: 'POST|get(State|AllProcessInfo)\\(|Medusa|Hostname|Port|fd |SIGCHLD' },
  ],
}
