const fields = [
  'name',
  'group',
  'inuse',
  'autostart',
  'command',
  'group_prio',
  'process_prio',
  'startsecs',
  'stdout_logfile',
]
export default {
  about:
    'getAllConfigInfo and getAllProcessInfo over time: what is read, what is in use, groups, formats, after reread, add and remove',
  files: {
    'supervisord.conf': `
@BASE@
[program:a]
command=/bin/cat %(program_name)s %(process_num)d
autostart=false
[program:b]
command=/bin/cat
process_name=%(group_name)s_%(program_name)s_%(process_num)02d
numprocs=2
autostart=false
directory=/
user=nobody
[group:g]
programs=b,a
priority=3
[group:h]
programs=a
`,
  },
  steps: [
    { start: true },
    { rpc: 'supervisor.getAllConfigInfo', drop: '\\.autorestart: ' },
    { rpc: 'supervisor.getAllProcessInfo', drop: 'now' },
    {
      append: {
        'supervisord.conf':
          '[program:new]\ncommand=/bin/cat -u\nautostart=false\nstdout_logfile=@X@/new.out\nstartsecs=7\n'.replace(
            '@X@/',
            '',
          ),
      },
    },
    { rpc: 'supervisor.getAllConfigInfo', pick: fields, label: 'not read yet' },
    { rpc: 'supervisor.reloadConfig' },
    { rpc: 'supervisor.getAllConfigInfo', pick: fields },
    { rpc: 'supervisor.getAllProcessInfo', pick: ['name', 'group'] },
    { rpc: 'supervisor.addProcessGroup', params: ['new'] },
    { rpc: 'supervisor.removeProcessGroup', params: ['h'] },
    { rpc: 'supervisor.getAllConfigInfo', pick: ['name', 'group', 'inuse'] },
    {
      rpc: 'supervisor.getAllProcessInfo',
      pick: ['name', 'group', 'statename', 'description', 'start', 'stop', 'exitstatus'],
    },
    { rpc: 'supervisor.reloadConfig' },
    { rpc: 'supervisor.getProcessInfo', params: ['new'] },
    { ctl: 'avail' },
    { ctl: 'status' },
  ],
}
