export default {
  about: 'startsecs: a program that outlives it, one that does not, ends with an expected code, negative; startretries',
  files: {
    'supervisord.conf': `
@BASE@
[program:long]
command=/bin/sh -c "sleep 4.5; exit 0"
startsecs=2
autorestart=false
[program:expected]
command=/bin/sh -c "sleep 0.5; exit 0"
startsecs=3
startretries=0
autorestart=false
[program:always]
command=/bin/sh -c "sleep 0.5; exit 0"
startsecs=3
startretries=1
autorestart=true
[program:negative]
command=/bin/sh -c "sleep 0.5; exit 0"
startsecs=-1
autorestart=false
[program:slow]
command=/bin/cat
startsecs=4
`,
  },
  steps: [
    { start: true },
    { wait: { long: 'RUNNING', slow: 'STARTING', expected: 'FATAL' } },
    { ctl: 'status slow' },
    { ctl: 'status expected', label: 'too quickly, whatever the code' },
    { wait: { negative: 'EXITED', long: 'EXITED', always: 'FATAL', slow: 'RUNNING' }, timeout: 20000 },
    { rpc: 'supervisor.getAllProcessInfo', pick: ['name', 'statename', 'exitstatus', 'spawnerr'] },
    { log: true, only: ' long |.long.' },
    { log: true, only: ' expected |.expected. with' },
    { log: true, only: ' always |.always. ' },
    { log: true, only: ' slow |.slow. ' },
    { log: true, only: 'exited: negative' },
  ],
}
