export default {
  about: 'ini syntax: continuations, comments, delimiters, case, blank values, repeated sections and keys',
  files: {
    'supervisord.conf': `
# a comment
; another
@BASE@
[program:one]   ; a comment after a section header
command = /bin/echo
   first
	second   ; inline comment in a continuation
   ; a comment line inside a continuation
   third
startsecs=0
AutoRestart : false
stdout_logfile=@DIR@/one.out

[program:two]
command:/bin/echo a=b c:d "x ; y" e;f #g
autorestart=false
startsecs = 0 ; zero
stdout_logfile = @DIR@/two.out	; after a tab
priority=10
[program:two]
priority=20
stderr_logfile=NONE

[program:three]
command=/bin/echo   spaced    'single  quoted'   "double \\" quoted" back\\slash  
autorestart=FALSE
startsecs=0
stdout_logfile=@DIR@/three.out
autostart=Yes
priority=5
priority=7

[program:five]
command=/bin/sh -c 'echo a=b c:d "$0" e;f #g' zero
autorestart=false
startsecs = 0
stdout_logfile = @DIR@/five.out

[program:six]
command=/bin/echo a=b c:d 'x;y' e;f g#h
autorestart=false
startsecs = 0
stdout_logfile = @DIR@/six.out

[program:hash]
command=/bin/echo one #two
autorestart=off
startsecs=0
stdout_logfile=@DIR@/hash.out

[unknownsection]
whatever=1
[program:four]
nosuchoption=here
command=/bin/echo four
startsecs=0
autorestart=0
stdout_logfile=@DIR@/four.out
`,
  },
  steps: [
    { start: true },
    { wait: { one: 'EXITED', two: 'FATAL', three: 'EXITED', four: 'EXITED', hash: 'EXITED' } },
    { read: 'one.out' },
    { ctl: 'start two', label: 'its quote is not closed' },
    { log: true, only: 'two' },
    { wait: { five: ['EXITED', 'FATAL'], six: 'EXITED' } },
    { rpc: 'supervisor.getProcessInfo', params: ['five'], pick: ['statename', 'spawnerr'] },
    { read: 'six.out' },
    { read: 'three.out' },
    { read: 'four.out' },
    { read: 'hash.out' },
    {
      rpc: 'supervisor.getAllConfigInfo',
      pick: ['name', 'command', 'process_prio', 'group_prio', 'stderr_logfile', 'startsecs', 'autostart'],
    },
    { ctl: 'avail' },
  ],
}
