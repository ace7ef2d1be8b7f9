export default {
  about: 'start, stop and restart: every answer and exit status, with wrong and missing arguments',
  files: {
    'supervisord.conf': `
@BASE@
[program:a]
command=/bin/cat
[program:b]
command=/bin/cat
autostart=false
[program:bad]
command=@DIR@/nothere
autostart=false
[program:dies]
command=/bin/sh -c "sleep 0.3; exit 1"
autostart=false
startsecs=2
startretries=0
[program:slow]
command=/bin/cat
autostart=false
startsecs=2
`,
  },
  steps: [
    { start: true },
    { wait: { a: 'RUNNING' } },
    { ctl: 'start' },
    { ctl: 'stop' },
    { ctl: 'restart' },
    { ctl: 'start a' },
    { ctl: 'start b a' },
    { ctl: 'start nosuch' },
    { ctl: 'start nosuch a' },
    { ctl: 'start bad' },
    { ctl: 'start dies' },
    { ctl: 'start slow' },
    { ctl: 'status slow' },
    { ctl: 'stop b' },
    { ctl: 'stop b' },
    { ctl: 'stop nosuch' },
    { ctl: 'stop b nosuch a' },
    { ctl: 'stop bad' },
    { ctl: 'restart a' },
    { ctl: 'restart a b' },
    { ctl: 'restart bad' },
    { ctl: 'restart nosuch' },
    { ctl: 'start a:*' },
    { ctl: 'stop a:a' },
    { ctl: 'start a:b' },
    { ctl: 'stop all', sort: true },
    { ctl: 'stop all' },
    { ctl: 'start all', sort: true, label: 'some of them fail' },
    { ctl: 'start all a', sort: true },
    { ctl: 'start bad dies', label: 'the last one decides the exit status' },
    { ctl: 'start dies bad' },
  ],
}
