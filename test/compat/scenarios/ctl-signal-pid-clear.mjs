export default {
  about: 'signal, pid and clear: names, groups, all, wrong names and signals',
  files: {
    'supervisord.conf': `
@BASE@
[program:sig]
command=/bin/sh @DIR@/h/ignore-term.sh
process_name=%(program_name)s%(process_num)d
numprocs=2
stopsignal=KILL
stdout_logfile=@DIR@/%(program_name)s%(process_num)d.out
[program:cat]
command=/bin/sh -c "echo hello; echo error >&2; exec cat"
stdout_logfile=@DIR@/cat.out
stderr_logfile=@DIR@/cat.err
[program:off]
command=/bin/cat
autostart=false
[program:mute]
command=/bin/cat
autostart=false
stdout_logfile=NONE
stderr_logfile=NONE
`,
  },
  steps: [
    { start: true },
    { wait: { 'sig:sig0': 'RUNNING', 'sig:sig1': 'RUNNING', cat: 'RUNNING' } },
    { ctl: 'signal' },
    { ctl: 'signal HUP' },
    { ctl: 'signal USR1 sig:sig0' },
    { waitFile: { file: 'sig0.out', match: 'USR1' } },
    { ctl: 'signal SIGUSR2 sig:sig0' },
    { waitFile: { file: 'sig0.out', match: 'USR2' } },
    { ctl: 'signal usr1 sig:sig1' },
    { waitFile: { file: 'sig1.out', match: 'USR1' } },
    { ctl: 'signal 1 sig:*', sort: true },
    { waitFile: { file: 'sig1.out', match: 'HUP' } },
    { waitFile: { file: 'sig0.out', match: 'HUP' } },
    { read: 'sig0.out' },
    { read: 'sig1.out' },
    { ctl: 'signal NOSUCH cat' },
    { ctl: 'signal 99 cat' },
    { ctl: 'signal NOSUCH sig:*' },
    { ctl: 'signal HUP off' },
    { ctl: 'signal HUP nosuch' },
    { ctl: 'signal HUP nosuch:*' },
    { ctl: 'signal USR1 sig:sig0 off nosuch' },
    { ctl: 'signal WINCH all', sort: true },
    { rpc: 'supervisor.signalProcess', params: ['cat', 'WINCH'] },
    { rpc: 'supervisor.signalProcess', params: ['off', 'WINCH'] },
    { rpc: 'supervisor.signalProcess', params: ['cat', 'BAD'] },
    { rpc: 'supervisor.signalProcess', params: ['cat', 28] },
    { rpc: 'supervisor.signalProcessGroup', params: ['sig', 'WINCH'] },
    { rpc: 'supervisor.signalProcessGroup', params: ['nosuch', 'WINCH'] },
    { rpc: 'supervisor.signalAllProcesses', params: ['WINCH'], sortBy: 'name' },
    { ctl: 'signal TERM cat' },
    { waitFile: { file: 'supervisord.log', match: 'exited: cat' } },
    { log: true, only: 'exited' },
    { ctl: 'pid', pids: true },
    { ctl: 'pid sig:sig0', pids: true },
    { ctl: 'pid off', pids: true },
    { ctl: 'pid nosuch', pids: true },
    { ctl: 'pid off sig:sig0', pids: true },
    { ctl: 'pid nosuch off sig:sig0', pids: true },
    { ctl: 'pid sig:*', pids: true },
    { wait: { cat: 'RUNNING' } },
    { ctl: 'pid all', pids: true },
    { ctl: 'clear' },
    { ctl: 'clear cat' },
    { stat: ['cat.out', 'cat.err'] },
    { read: 'cat.out' },
    { ctl: 'clear nosuch' },
    { ctl: 'clear off' },
    { ctl: 'clear mute' },
    { ctl: 'clear cat sig:sig0 nosuch' },
    { ctl: 'clear sig:*' },
    { read: 'sig0.out' },
    { ctl: 'clear all' },
    { rpc: 'supervisor.clearAllProcessLogs' },
    { rpc: 'supervisor.clearProcessLogs', params: ['nosuch'] },
  ],
}
