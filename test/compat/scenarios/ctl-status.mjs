export default {
  about: 'status: columns, long names, unknown names and groups, mixtures; exit statuses',
  files: {
    'supervisord.conf': `
@BASE@
[program:up]
command=/bin/cat
[program:down]
command=/bin/cat
autostart=false
[program:a_program_with_a_really_long_name_that_widens_the_columns]
command=/bin/cat
autostart=false
[program:fatal]
command=@DIR@/nothere
startretries=0
[program:p]
command=/bin/cat
process_name=%(program_name)s%(process_num)d
numprocs=2
`,
  },
  steps: [
    { start: true },
    { wait: { up: 'RUNNING', fatal: 'FATAL', 'p:p0': 'RUNNING', 'p:p1': 'RUNNING' } },
    { ctl: 'status' },
    { ctl: 'status all' },
    { ctl: 'status up' },
    { ctl: 'status down' },
    { ctl: 'status fatal' },
    { ctl: 'status up down' },
    { ctl: 'status down up' },
    { ctl: 'status up up' },
    { ctl: 'status nosuch' },
    { ctl: 'status nosuch up' },
    { ctl: 'status up nosuch' },
    { ctl: 'status down nosuch' },
    { ctl: 'status nosuch down' },
    { ctl: 'status p:*' },
    { ctl: 'status p:' },
    { ctl: 'status p:p1 p:p0' },
    { ctl: 'status p:p2' },
    { ctl: 'status nogroup:*' },
    { ctl: 'status up:*' },
    { ctl: 'status up:up' },
    { ctl: 'status *' },
    { ctl: 'status all nosuch' },
    { ctl: ['status', 'up', 'p:*'] },
    { ctl: ['status up p:*'], label: 'one word with blanks in it' },
    { ctl: ['  status   up  '] },
    { ctl: 'statu' },
    { ctl: 'STATUS' },
    { ctl: ['status', ''] },
    { ctl: [''], stdin: '' },
  ],
}
