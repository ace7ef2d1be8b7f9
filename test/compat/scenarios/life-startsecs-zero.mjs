export default {
  about: 'startsecs=0: exits soon after the start are no failure; restarts; start of an EXITED program',
  files: {
    'supervisord.conf': `
@BASE@
[program:once]
command=/bin/sh -c "echo done; sleep 0.3"
startsecs=0
autorestart=false
stdout_logfile=@DIR@/once.out
[program:fails]
command=/bin/sh -c "echo failing >&2; sleep 0.3; exit 9"
startsecs=0
autorestart=unexpected
exitcodes=9
stderr_logfile=@DIR@/fails.err
[program:stays]
command=/bin/cat
startsecs=0
[program:missing]
command=@DIR@/nothere
startsecs=0
startretries=1
`,
  },
  steps: [
    { start: true },
    { wait: { once: 'EXITED', fails: 'EXITED', stays: 'RUNNING', missing: 'FATAL' } },
    { ctl: 'status' },
    { ctl: 'start once' },
    { wait: { once: 'EXITED' } },
    { ctl: 'start fails' },
    { wait: { fails: 'EXITED' } },
    { ctl: 'restart stays' },
    { ctl: 'stop once' },
    { ctl: 'restart once' },
    { read: 'fails.err' },
    { waitFile: { file: 'once.out', lines: 3 } },
    { read: 'once.out' },
    { log: true, only: 'once', uniq: true },
    { log: true, only: 'fails|missing|stays', sort: true },
  ],
}
