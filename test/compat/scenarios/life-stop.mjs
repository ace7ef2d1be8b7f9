const sigs = ['TERM', 'HUP', 'INT', 'QUIT', 'KILL', 'USR1', 'USR2']
export default {
  about: 'stopsignal of each kind, stopwaitsecs and SIGKILL, exit codes when stopped',
  files: {
    'supervisord.conf': `
@BASE@
${sigs.map((s) => `[program:s_${s.toLowerCase()}]\ncommand=/bin/sh @DIR@/h/on-signal.sh 0\nstopsignal=${s}\nstdout_logfile=@DIR@/${s}.out\n`).join('')}
[program:stubborn]
command=/bin/sh @DIR@/h/ignore-term.sh
stopwaitsecs=1
stdout_logfile=@DIR@/stubborn.out
[program:code]
command=/bin/sh @DIR@/h/on-signal.sh 7
stdout_logfile=@DIR@/code.out
`,
  },
  steps: [
    { start: true },
    {
      wait: Object.fromEntries([
        ...sigs.map((s) => [`s_${s.toLowerCase()}`, 'RUNNING']),
        ['stubborn', 'RUNNING'],
        ['code', 'RUNNING'],
      ]),
    },
    ...sigs.flatMap((s) => [{ ctl: `stop s_${s.toLowerCase()}` }, { read: `${s}.out` }]),
    { ctl: 'stop stubborn' },
    { read: 'stubborn.out' },
    { ctl: 'stop code' },
    { rpc: 'supervisor.getAllProcessInfo', pick: ['name', 'statename', 'exitstatus', 'spawnerr', 'description'] },
    { ctl: 'status' },
    { ctl: 'stop code' },
    { ctl: 'start stubborn' },
    { rpc: 'supervisor.stopProcess', params: ['stubborn', false] },
    { rpc: 'supervisor.getProcessInfo', params: ['stubborn'], pick: ['statename', 'state', 'description'] },
    { rpc: 'supervisor.stopProcess', params: ['stubborn'] },
    { wait: { stubborn: 'STOPPED' } },
    { log: true, only: 'stopped|killing|waiting for stubborn', waiting: true, uniq: true },
  ],
}
