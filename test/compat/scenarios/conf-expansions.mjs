export default {
  about: '%(...)s expansions in commands, names, folders, log names and environment; %% and formats',
  env: { COLOUR: 'blue', PERCENTY: '50%' },
  files: {
    'sub/.keep': '',
    'supervisord.conf': `
@BASE@
[program:web]
command=/bin/sh -c "echo cmd %(program_name)s %(group_name)s %(process_num)d %(numprocs)s %(here)s %(ENV_COLOUR)s 100%% %(process_num)03d; echo env $A $B $C; pwd"
process_name=%(program_name)s_%(process_num)02d
numprocs=2
numprocs_start=5
directory=%(here)s/sub
environment=A="%(program_name)s-%(process_num)d",B="%(ENV_COLOUR)s/%(host_node_name)s",C="75%%"
stdout_logfile=%(here)s/%(program_name)s-%(process_num)s.out
stderr_logfile=NONE
startsecs=0
autorestart=false
[program:member]
command=/bin/echo %(program_name)s in %(group_name)s
stdout_logfile=%(here)s/member.out
startsecs=0
autorestart=false
[group:grp]
programs=member
[program:own]
command=/bin/sh -c "echo %(ENV_MINE)s"
environment=MINE="from my environment"
stdout_logfile=%(here)s/own.out
startsecs=0
autorestart=false
`,
  },
  steps: [
    { start: true },
    { wait: { 'web:web_05': 'EXITED', 'web:web_06': 'EXITED', 'grp:member': 'EXITED', own: 'EXITED' } },
    { read: 'web-5.out' },
    { read: 'web-6.out' },
    { read: 'member.out' },
    { read: 'own.out' },
    {
      rpc: 'supervisor.getAllConfigInfo',
      pick: ['name', 'group', 'command', 'directory', 'stdout_logfile', 'stderr_logfile'],
    },
    { ctl: 'status' },
  ],
}
