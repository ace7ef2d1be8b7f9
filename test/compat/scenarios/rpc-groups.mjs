export default {
  about: 'RPCs for groups, members and all: waiting or not, signals, what is left out, unknown and empty groups',
  files: {
    'supervisord.conf': `
@BASE@
[program:a]
command=/bin/cat
priority=3
[program:b]
command=/bin/cat
autostart=false
priority=1
[program:c]
command=@DIR@/nothere
autostart=false
priority=2
[group:g]
programs=a,b,c
[group:empty]
programs=
[program:single]
command=/bin/cat
`,
  },
  steps: [
    { start: true },
    { wait: { 'g:a': 'RUNNING', single: 'RUNNING' } },
    { rpc: 'supervisor.getAllProcessInfo', pick: ['name', 'group', 'statename'] },
    { rpc: 'supervisor.signalProcessGroup', params: ['g', 'CONT'] },
    { rpc: 'supervisor.signalProcess', params: ['g:*', 'CONT'] },
    { rpc: 'supervisor.signalProcess', params: ['g:b', 'CONT'] },
    { rpc: 'supervisor.signalProcess', params: ['g', 'CONT'] },
    { rpc: 'supervisor.signalProcessGroup', params: ['g', 'NOSUCH'] },
    { rpc: 'supervisor.signalAllProcesses', params: ['0x1'] },
    { rpc: 'supervisor.signalProcess', params: ['single', 0] },
    { rpc: 'supervisor.signalProcess', params: ['single', ' cont '] },
    { rpc: 'supervisor.signalProcess', params: ['single', ''] },
    { rpc: 'supervisor.startProcessGroup', params: ['empty'] },
    { rpc: 'supervisor.stopProcessGroup', params: ['empty'] },
    { rpc: 'supervisor.startProcess', params: ['empty:*'] },
    { rpc: 'supervisor.startProcess', params: ['empty'] },
    { rpc: 'supervisor.startProcessGroup', params: ['g:*'] },
    { rpc: 'supervisor.startProcessGroup', params: ['g', false], sortBy: 'name' },
    { wait: { 'g:b': 'RUNNING' } },
    { rpc: 'supervisor.startProcessGroup', params: ['g'], sortBy: 'name' },
    { rpc: 'supervisor.stopProcess', params: ['g:b', false] },
    { wait: { 'g:b': 'STOPPED' } },
    { rpc: 'supervisor.stopProcessGroup', params: ['g', false], sortBy: 'name' },
    { wait: { 'g:a': 'STOPPED' } },
    { rpc: 'supervisor.stopProcess', params: ['g:'] },
    { rpc: 'supervisor.startProcess', params: ['g:'], sortBy: 'name' },
    { rpc: 'supervisor.startProcess', params: ['single:single', false] },
    { rpc: 'supervisor.stopProcess', params: ['single:*'] },
    { rpc: 'supervisor.startProcess', params: ['single', 1] },
    { rpc: 'supervisor.stopProcess', params: ['single', 0] },
    { wait: { single: 'STOPPED' } },
    { rpc: 'supervisor.startProcess', params: ['single', 'no'] },
    { rpc: 'supervisor.removeProcessGroup', params: ['empty'] },
    { rpc: 'supervisor.addProcessGroup', params: ['empty'] },
    { ctl: 'status' },
  ],
}
