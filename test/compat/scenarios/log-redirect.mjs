const TALK = '/bin/sh @DIR@/talk.sh'
export default {
  about:
    'redirect_stderr with events and capture, logs of both channels in one file, strip_ansi of both, NONE with events',
  supervisord: 'strip_ansi=true',
  files: {
    'talk.sh':
      '#!/bin/sh\nsleep 1.3\necho out one; sleep 0.3\necho err one >&2; sleep 0.3\nprintf "<!--XSUPERVISOR:BEGIN-->from err<!--XSUPERVISOR:END-->" >&2; sleep 0.3\nprintf "\\033[1mbold\\033[0m and a rather long line of output\\n"; sleep 0.3\nprintf "\\033[31mred\\033[0m and a rather long line of errors\\n" >&2; exec cat\n',
    'supervisord.conf': `
@BASE@
[eventlistener:el]
command=@NODE@ @DIR@/h/listener.mjs --out @DIR@/@EVENTS@
events=PROCESS_COMMUNICATION,PROCESS_LOG
priority=1
[program:redirected]
command=${TALK}
redirect_stderr=true
stdout_logfile=@DIR@/redirected.out
stderr_logfile=@DIR@/never.err
stdout_events_enabled=true
stdout_capture_maxbytes=1KB
stderr_events_enabled=true
stderr_capture_maxbytes=1KB
[program:both]
command=${TALK}
stdout_logfile=@DIR@/both.out
stderr_logfile=@DIR@/both.err
stderr_capture_maxbytes=1KB
stderr_events_enabled=true
[program:none]
command=${TALK}
stdout_logfile=NONE
stderr_logfile=OFF
stdout_events_enabled=true
`.replace('@EVENTS@', 'events.jsonl'),
  },
  steps: [
    { start: true },
    { wait: { el: 'RUNNING', redirected: 'RUNNING', both: 'RUNNING', none: 'RUNNING' } },
    { waitFile: { file: 'redirected.out', match: 'red and' } },
    { waitFile: { file: 'both.err', match: 'red and' } },
    { waitFile: { file: 'events.jsonl', match: 'processname:none(.|\\n)*bold and' } },
    { sleep: 500 },
    { read: 'redirected.out' },
    { read: 'both.out' },
    { read: 'both.err' },
    { stat: ['never.err'] },
    ...['redirected', 'both', 'none'].map((name) => ({
      sh: `grep 'processname:${name} ' events.jsonl | sed 's/.*eventname:\\([A-Z_]*\\) .*"payload":"\\(.*\\)","len.*/\\1 \\2/'`,
      replace: [['pid:\\d+', 'pid:<PID>']],
      label: name,
    })),
    { ctl: 'tail redirected stderr' },
    { ctl: 'tail none' },
    { rpc: 'supervisor.getProcessInfo', params: ['redirected'], pick: ['stdout_logfile', 'stderr_logfile', 'logfile'] },
    { log: true, only: 'WARN' },
  ],
}
