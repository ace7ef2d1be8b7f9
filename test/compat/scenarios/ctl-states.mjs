// each state a process can be in, and what start, stop, restart, signal, pid and clear say to it
const STUBBORN = '/bin/sh @DIR@/h/ignore-term.sh'
export default {
  about: 'start, stop, restart, signal and pid of STARTING, BACKOFF, FATAL, EXITED, STOPPED and STOPPING processes',
  files: {
    'supervisord.conf': `
@BASE@
[program:starting]
command=/bin/cat
startsecs=1000
autostart=false
[program:backoff]
command=/bin/sh -c "sleep 0.3; exit 3"
startsecs=2
startretries=60
autostart=false
[program:fatal]
command=/bin/sh -c "sleep 0.3; exit 3"
startsecs=2
startretries=0
autostart=false
[program:exited]
command=/bin/sh -c "sleep 0.4; exit 0"
startsecs=0
autorestart=false
autostart=false
[program:stopping]
command=${STUBBORN}
stopwaitsecs=1000
stdout_logfile=@DIR@/stopping.out
`,
  },
  steps: [
    { start: true },
    { waitFile: { file: 'stopping.out', match: 'ready' } },
    { wait: { stopping: 'RUNNING' } },
    { rpc: 'supervisor.startProcess', params: ['starting', false] },
    { rpc: 'supervisor.startProcess', params: ['backoff', false] },
    { rpc: 'supervisor.startProcess', params: ['fatal', false] },
    { rpc: 'supervisor.startProcess', params: ['exited', false] },
    { rpc: 'supervisor.stopProcess', params: ['stopping', false] },
    { wait: { starting: 'STARTING', backoff: 'BACKOFF', fatal: 'FATAL', exited: 'EXITED', stopping: 'STOPPING' } },
    { ctl: 'status', drop: '^stdout\\| backoff' },
    { ctl: 'start starting' },
    { ctl: 'stop stopping' },
    { rpc: 'supervisor.stopProcess', params: ['stopping'] },
    { ctl: 'stop exited' },
    { ctl: 'stop fatal' },
    { ctl: 'signal CONT starting fatal exited' },
    { ctl: 'signal HUP stopping' },
    { waitFile: { file: 'stopping.out', match: 'got HUP' } },
    { ctl: 'pid starting', pids: true },
    { ctl: 'pid fatal' },
    { ctl: 'pid exited' },
    // Now STARTING, now BACKOFF, where there is nobody to signal.
    { ctl: 'signal CONT all', drop: 'backoff', sort: true },
    {
      ctl: 'start backoff',
      replace: [
        ['already started|abnormal termination', '<DEPENDS>'],
        ['exit: [07]', 'exit: <DEPENDS>'],
      ],
    },
    { ctl: 'stop starting' },
    { rpc: 'supervisor.getProcessInfo', params: ['starting'], pick: ['statename', 'exitstatus', 'spawnerr', 'pid'] },
    {
      rpc: 'supervisor.getProcessInfo',
      params: ['stopping'],
      pick: ['statename', 'exitstatus', 'spawnerr', 'description'],
    },
    { signal: 'KILL', to: 'stopping' },
    { wait: { stopping: 'STOPPED' } },
    { rpc: 'supervisor.getProcessInfo', params: ['stopping'], pick: ['statename', 'exitstatus', 'spawnerr'] },
    { ctl: 'restart exited', label: 'one that has ended' },
    { wait: { exited: 'EXITED' } },
    { ctl: 'start stopping' },
    { log: true, only: ' (stopped|exited|gave up|killing).*(starting|fatal|stopping)' },
  ],
}
