const info = (name) => ({
  rpc: 'supervisor.getProcessInfo',
  params: [name],
  pick: ['state', 'statename', 'spawnerr', 'exitstatus', 'pid'],
  replace: [['pid: int [1-9]\\d*', 'pid: int <PID>']],
})
const start = (name) => ({ rpc: 'supervisor.startProcess', params: [name, false] })
const stop = (name) => ({ rpc: 'supervisor.stopProcess', params: [name, false] })
export default {
  about:
    'requests that meet: start of what is starting, stop of what is stopping, both at once without waiting, while in BACKOFF',
  files: {
    'supervisord.conf': `@BASE@
[program:slow]
command=/bin/cat
startsecs=60
autostart=false
[program:stubborn]
command=/bin/sh @DIR@/h/ignore-term.sh
stopwaitsecs=2
[program:quick]
command=/bin/sh -c "sleep 0.2"
startsecs=2
startretries=0
autostart=false
`,
  },
  steps: [
    { start: true },
    { wait: { stubborn: 'RUNNING' } },
    start('slow'),
    start('slow'),
    { ctl: 'start slow' },
    { ctl: 'status slow' },
    stop('slow'),
    { wait: { slow: 'STOPPED' } },
    {
      multicall: [
        ['supervisor.stopProcess', 'stubborn', false],
        ['supervisor.stopProcess', 'stubborn', false],
        ['supervisor.stopProcessGroup', 'stubborn'],
        ['supervisor.signalProcess', 'stubborn', 'USR1'],
        ['supervisor.removeProcessGroup', 'stubborn'],
        ['supervisor.sendProcessStdin', 'stubborn', 'x'],
      ],
    },
    { wait: { stubborn: 'STOPPED' } },
    info('stubborn'),
    { ctl: 'start quick' },
    { wait: { quick: 'FATAL' } },
    { ctl: 'status quick' },
    info('quick'),
    { ctl: 'stop quick' },
    { ctl: 'signal TERM quick' },
    { rpc: 'supervisor.sendProcessStdin', params: ['quick', 'x'] },
    { log: true, drop: 'success' },
  ],
}
