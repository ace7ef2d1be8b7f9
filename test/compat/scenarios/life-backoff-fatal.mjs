// startsecs is 2 throughout: the reference may notice a child's end up to a second
// late, and with startsecs=1 it then takes the child to have been up long enough
export default {
  about: 'a program that exits too soon: STARTING, BACKOFF, FATAL; what start and status say of it',
  files: {
    'supervisord.conf': `
@BASE@
[program:quick]
command=/bin/sh -c "echo once more; exit 3"
startretries=2
startsecs=2
stdout_logfile=@DIR@/quick.out
[program:manual]
command=/bin/sh -c "sleep 0.3; exit 1"
autostart=false
startretries=0
startsecs=2
stdout_logfile=NONE
stderr_logfile=NONE
[program:zero]
command=/bin/sh -c "exit 0"
autostart=false
startretries=1
startsecs=2
stdout_logfile=NONE
`,
  },
  steps: [
    { start: true },
    { wait: { quick: 'BACKOFF' } },
    {
      rpc: 'supervisor.getProcessInfo',
      params: ['quick'],
      pick: ['statename', 'state', 'spawnerr', 'exitstatus', 'description', 'pid'],
    },
    { wait: { quick: 'FATAL' }, timeout: 20000 },
    { ctl: 'status' },
    { rpc: 'supervisor.getProcessInfo', params: ['quick'] },
    { read: 'quick.out' },
    { log: true, from: 'started with pid' },
    { ctl: 'start manual' },
    { ctl: 'status manual' },
    { rpc: 'supervisor.startProcess', params: ['manual'] },
    { rpc: 'supervisor.startProcess', params: ['manual', false] },
    { wait: { manual: 'FATAL' } },
    { ctl: 'start zero' },
    { wait: { zero: 'FATAL' }, timeout: 20000 },
    { ctl: 'status zero' },
    { ctl: 'stop quick' },
    { ctl: 'start quick' },
    { ctl: 'stop quick', label: 'in BACKOFF' },
    { ctl: 'status quick' },
    { ctl: 'restart manual' },
    { log: true, only: 'manual|zero' },
  ],
}
