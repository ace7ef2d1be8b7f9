export default {
  about: 'the order programs are started and, at the end, stopped in: group and program priorities',
  files: {
    'supervisord.conf': `
@BASE@
[program:late]
command=/bin/sh @DIR@/h/on-signal.sh
priority=900
[program:early]
command=/bin/sh @DIR@/h/on-signal.sh
priority=1
[program:mid_b]
command=/bin/sh @DIR@/h/on-signal.sh
priority=500
[program:mid_a]
command=/bin/sh @DIR@/h/on-signal.sh
priority=500
[program:g_second]
command=/bin/sh @DIR@/h/on-signal.sh
priority=2
[program:g_first]
command=/bin/sh @DIR@/h/on-signal.sh
priority=1
[group:g]
programs=g_second,g_first
priority=300
`,
  },
  steps: [
    { start: true },
    {
      wait: {
        late: 'RUNNING',
        early: 'RUNNING',
        'g:g_second': 'RUNNING',
        'g:g_first': 'RUNNING',
        mid_a: 'RUNNING',
        mid_b: 'RUNNING',
      },
    },
    { log: true, only: 'spawned' },
    { rpc: 'supervisor.getAllProcessInfo', pick: ['name', 'group'], label: 'by name' },
    { ctl: 'avail' },
    { rpc: 'supervisor.stopAllProcesses', sortBy: 'name' },
    { rpc: 'supervisor.startAllProcesses', sortBy: 'name' },
    { log: true, only: 'spawned' },
    { sleep: 300 },
    { signal: 'TERM' },
    { waitExit: true },
    { log: true, from: 'SIGTERM', only: 'stopped:|SIGTERM', drop: 'g_', label: 'those of one group stop together' },
  ],
}
