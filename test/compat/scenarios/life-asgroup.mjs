const prog = (name, more) => `
[program:${name}]
command=/bin/sh -c "sleep 71.${name.length} & sleep 72.${name.length} & wait"
stopwaitsecs=1
stdout_logfile=NONE
stderr_logfile=NONE
${more}
`
export default {
  about: 'stopasgroup and killasgroup: which grandchildren survive the stop',
  files: {
    'stubborn.sh': { mode: 0o755, text: '#!/bin/sh\ntrap "" TERM\nsleep 73.1 &\nwhile :; do sleep 0.1; done\n' },
    'supervisord.conf': `
@BASE@
${prog('x', '')}
${prog('xx', 'stopasgroup=true')}
${prog('xxx', 'killasgroup=true')}
[program:stubborn]
command=@DIR@/stubborn.sh
stopwaitsecs=1
killasgroup=true
stdout_logfile=NONE
[program:stubborn2]
command=@DIR@/stubborn.sh
stopwaitsecs=1
killasgroup=false
stdout_logfile=NONE
`,
  },
  steps: [
    { start: true },
    { wait: { x: 'RUNNING', xx: 'RUNNING', xxx: 'RUNNING', stubborn: 'RUNNING', stubborn2: 'RUNNING' } },
    { processes: '^sleep 7' },
    { ctl: 'signal USR1 nosuch' },
    { ctl: 'stop x' },
    { ctl: 'stop xx' },
    { ctl: 'stop xxx' },
    { ctl: 'stop stubborn' },
    { sleep: 200 },
    { processes: '^sleep 7' },
    { ctl: 'stop stubborn2' },
    { sleep: 200 },
    { processes: '^sleep 7' },
    { log: true, from: 'waiting for x', uniq: true },
  ],
}
