const prog = (name, priority) => `[program:${name}]\ncommand=/bin/cat\npriority=${priority}\n`
export default {
  about: 'the order of automatic start, start all, stop all, start and stop of a group, and of the shutdown',
  files: {
    'supervisord.conf': `
@BASE@
${prog('z', 1)}
${prog('a', 500)}
${prog('m30', 30)}
${prog('m10', 10)}
${prog('m20', 20)}
${prog('same2', 600)}
${prog('same1', 600)}
${prog('late', 1000)}
[group:mix]
programs=m30,m10,m20
priority=100
[program:num]
command=/bin/cat
process_name=p%(process_num)d
numprocs=3
numprocs_start=9
priority=50
`,
  },
  steps: [
    { start: true },
    {
      wait: {
        z: 'RUNNING',
        a: 'RUNNING',
        'mix:m30': 'RUNNING',
        same1: 'RUNNING',
        late: 'RUNNING',
        'num:p9': 'RUNNING',
        'num:p11': 'RUNNING',
      },
    },
    { log: true, only: 'spawned', label: 'automatic start' },
    { remove: 'before.log' },
    { sh: 'cp supervisord.log before.log' },
    { ctl: 'status' },
    { rpc: 'supervisor.getAllProcessInfo', pick: ['group', 'name'] },
    { rpc: 'supervisor.stopProcessGroup', params: ['mix'], sortBy: 'name' },
    { rpc: 'supervisor.startProcessGroup', params: ['mix', false], sortBy: 'name' },
    { wait: { 'mix:m10': 'RUNNING', 'mix:m20': 'RUNNING', 'mix:m30': 'RUNNING' } },
    { log: true, last: 9, only: 'spawned.*m.0', label: 'start of a group' },
    { rpc: 'supervisor.stopAllProcesses', sortBy: 'name' },
    { rpc: 'supervisor.startAllProcesses', params: [false], pick: ['name'], sortBy: 'name' },
    { wait: { late: 'RUNNING', 'mix:m30': 'RUNNING', 'num:p11': 'RUNNING' } },
    { log: true, only: 'spawned', last: 11, label: 'start of all' },
    { signal: 'TERM' },
    { waitExit: true },
    { log: true, from: 'SIGTERM', only: 'stopped', sort: true },
  ],
}
