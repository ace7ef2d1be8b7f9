const STUBBORN = '/bin/sh @DIR@/h/ignore-term.sh'
export default {
  about: 'stopwaitsecs 0 and 1, stopsignal KILL, INT, 1 and a realtime signal; what the log says of each stop',
  files: {
    'supervisord.conf': `
@BASE@
[program:atonce]
command=${STUBBORN}
stopwaitsecs=0
[program:second]
command=${STUBBORN}
stopwaitsecs=1
stdout_logfile=@DIR@/second.out
[program:kill]
command=/bin/cat
stopsignal=KILL
[program:int]
command=/bin/cat
stopsignal=int
[program:number]
command=/bin/cat
stopsignal=1
[program:own]
command=/bin/sh @DIR@/h/on-signal.sh 0
stopsignal=USR2
stdout_logfile=@DIR@/own.out
[program:codes]
command=/bin/sh @DIR@/h/on-signal.sh 7
stopsignal=SIGQUIT
stdout_logfile=@DIR@/codes.out
exitcodes=7
`,
  },
  steps: [
    { start: true },
    { waitFile: { file: 'second.out', match: 'ready' } },
    { waitFile: { file: 'own.out', match: 'ready' } },
    { waitFile: { file: 'codes.out', match: 'ready' } },
    {
      wait: {
        atonce: 'RUNNING',
        second: 'RUNNING',
        kill: 'RUNNING',
        int: 'RUNNING',
        number: 'RUNNING',
        own: 'RUNNING',
        codes: 'RUNNING',
      },
    },
    ...['atonce', 'second', 'kill', 'int', 'number', 'own', 'codes'].map((name) => ({ ctl: `stop ${name}` })),
    { read: 'second.out' },
    { read: 'own.out' },
    { read: 'codes.out' },
    { rpc: 'supervisor.getAllProcessInfo', pick: ['name', 'statename', 'exitstatus', 'spawnerr'] },
    { log: true, from: 'stopped: atonce|killing .atonce', uniq: true },
  ],
}
