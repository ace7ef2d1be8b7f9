export default {
  about: 'logs that are folders or in folders that are gone; a log that is removed while it is written to',
  files: {
    'logs/.keep': '',
    'supervisord.conf': `@BASE@
[program:dir]
command=/bin/cat
stdout_logfile=@DIR@/logs
startretries=0
[program:gone]
command=/bin/sh -c "echo start; while read l; do echo got $l; done"
stdout_logfile=@DIR@/logs/gone.out
stderr_logfile=NONE
[program:later]
command=/bin/cat
stdout_logfile=@DIR@/logs/%(program_name)s.out
autostart=false
`,
  },
  steps: [
    { start: true },
    { wait: { dir: 'FATAL', gone: 'RUNNING' } },
    { ctl: 'status dir' },
    { ctl: 'start dir' },
    {
      rpc: 'supervisor.getProcessInfo',
      params: ['dir'],
      pick: ['spawnerr', 'state', 'exitstatus', 'description', 'stdout_logfile'],
    },
    { ctl: 'tail dir' },
    { ctl: 'clear dir' },
    { remove: ['logs/gone.out'] },
    { ctl: 'tail gone' },
    { rpc: 'supervisor.tailProcessStdoutLog', params: ['gone', 0, 10] },
    { rpc: 'supervisor.readProcessStdoutLog', params: ['gone', 0, 10] },
    { ctl: 'clear gone' },
    { rpc: 'supervisor.sendProcessStdin', params: ['gone', 'one\n'] },
    { waitFile: { file: 'logs/gone.out', match: 'one' } },
    { ctl: 'tail gone' },
    { sh: 'mv logs logs2' },
    { ctl: 'clear gone' },
    { ctl: 'tail gone' },
    { ctl: 'start later' },
    { sh: 'mv logs2 logs' },
    { wait: { later: 'RUNNING' } },
    { ctl: 'start later' },
    { signal: 'USR2' },
    { waitFile: { file: 'supervisord.log', match: 'logreopen' } },
    { ls: 'logs' },
    { log: true, only: 'spawnerr|gave up|ERRO', uniq: true, sort: true },
  ],
}
