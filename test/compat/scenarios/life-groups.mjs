export default {
  about: 'heterogeneous and homogeneous groups: names, start/stop/restart/status of groups and members',
  files: {
    'supervisord.conf': `
@BASE@
[program:a]
command=/bin/cat
priority=20
[program:b]
command=/bin/cat
priority=10
autostart=false
[program:c]
command=/bin/cat
process_name=%(program_name)s_%(process_num)02d
numprocs=3
numprocs_start=1
[program:alone]
command=/bin/cat
process_name=other
[group:ab]
programs=a,b
priority=5
[program:d]
command=/bin/cat
autostart=false
`,
  },
  steps: [
    { start: true },
    { wait: { 'ab:a': 'RUNNING', 'c:c_01': 'RUNNING', 'c:c_03': 'RUNNING', 'alone:other': 'RUNNING' } },
    { ctl: 'status' },
    { ctl: 'status ab:*' },
    { ctl: 'status c:c_02 ab:b' },
    { ctl: 'status c' },
    { ctl: 'status a' },
    { ctl: 'status alone' },
    { ctl: 'status alone:other' },
    { ctl: 'start ab:*' },
    { ctl: 'start ab:*' },
    { ctl: 'stop c:c_02' },
    { ctl: 'stop c:*' },
    { ctl: 'start c:c_02 c:c_01' },
    { ctl: 'restart c:*', sort: true },
    { ctl: 'stop ab:a' },
    { ctl: 'restart ab:' },
    { ctl: 'stop ab' },
    { ctl: 'start nosuch:*' },
    { ctl: 'stop nosuch:*' },
    { ctl: 'start c:nosuch' },
    { ctl: 'restart nosuch:x' },
    { rpc: 'supervisor.startProcess', params: ['c'] },
    { rpc: 'supervisor.startProcess', params: ['c:*'] },
    { rpc: 'supervisor.getProcessInfo', params: ['ab:*'] },
    { rpc: 'supervisor.getProcessInfo', params: ['ab:a'], pick: ['name', 'group', 'statename'] },
    { rpc: 'supervisor.stopProcessGroup', params: ['ab'] },
    { rpc: 'supervisor.startProcessGroup', params: ['ab'] },
    { rpc: 'supervisor.startProcessGroup', params: ['nosuch'] },
    { ctl: 'stop all', sort: true },
    { ctl: 'start all', sort: true },
    { ctl: 'start all', sort: true },
    { ctl: 'restart all', sort: true },
    { ctl: 'avail' },
    { rpc: 'supervisor.removeProcessGroup', params: ['ab'] },
    { rpc: 'supervisor.getAllProcessInfo', pick: ['name', 'group', 'statename'] },
  ],
}
