export default {
  about: 'startAll, stopAll, startProcessGroup and the like: result structs with failures among them; wait=false',
  files: {
    'supervisord.conf': `
@BASE@
[program:ok]
command=/bin/cat
autostart=false
[program:missing]
command=@DIR@/nothere
autostart=false
[program:dies]
command=/bin/sh -c "sleep 0.3; exit 1"
autostart=false
startsecs=2
startretries=0
[program:m1]
command=/bin/cat
autostart=false
[program:m2]
command=@DIR@/nothere
autostart=false
[group:mix]
programs=m1,m2
`,
  },
  steps: [
    { start: true },
    { rpc: 'supervisor.startAllProcesses', sortBy: 'name' },
    { rpc: 'supervisor.startAllProcesses', sortBy: 'name', label: 'the running ones are left out' },
    { rpc: 'supervisor.getAllProcessInfo', pick: ['name', 'group', 'statename', 'spawnerr'] },
    { rpc: 'supervisor.stopAllProcesses', sortBy: 'name' },
    { rpc: 'supervisor.stopAllProcesses' },
    { rpc: 'supervisor.startProcessGroup', params: ['mix'], sortBy: 'name' },
    { rpc: 'supervisor.stopProcessGroup', params: ['mix'], sortBy: 'name' },
    { rpc: 'supervisor.startProcessGroup', params: ['mix', false], sortBy: 'name' },
    { wait: { 'mix:m1': 'RUNNING' } },
    { rpc: 'supervisor.startAllProcesses', params: [false], sortBy: 'name' },
    { wait: { ok: 'RUNNING', dies: 'FATAL' } },
    { rpc: 'supervisor.stopAllProcesses', params: [false], sortBy: 'name' },
    { wait: { ok: 'STOPPED', 'mix:m1': 'STOPPED' } },
    { rpc: 'supervisor.startProcess', params: ['ok', false] },
    { rpc: 'supervisor.startProcess', params: ['ok', false] },
    { rpc: 'supervisor.getProcessInfo', params: ['ok'], pick: ['statename'], replace: [['RUNNING|STARTING', '<UP>']] },
    { rpc: 'supervisor.stopProcess', params: ['ok', false] },
    { wait: { ok: 'STOPPED' } },
    { rpc: 'supervisor.startProcess', params: ['mix:*'], sortBy: 'name' },
    { rpc: 'supervisor.stopProcess', params: ['mix:*'], sortBy: 'name' },
    { rpc: 'supervisor.signalAllProcesses', params: ['HUP'] },
  ],
}
