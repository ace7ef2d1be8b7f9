export default {
  about: 'strip_ansi; capture mode between <!--XSUPERVISOR:BEGIN--> and END, with and without room; binary output',
  supervisord: 'strip_ansi=true',
  files: {
    'ansi.sh':
      '#!/bin/sh\nprintf "\\033[31mred\\033[0m plain \\033[1;32mbold\\033[m\\n"; sleep 0.3; printf "tail \\033[K\\033[2Jend\\n"; exec cat\n',
    'capture.sh':
      '#!/bin/sh\necho before\nsleep 0.3\nprintf "<!--XSUPERVISOR:BEGIN-->captured text<!--XSUPERVISOR:END-->"\nsleep 0.3\necho between\nsleep 0.3\nprintf "<!--XSUPERVISOR:BEGIN-->split "\nsleep 0.3\nprintf "over writes<!--XSUPERVISOR:END-->"\nsleep 0.3\necho after this a line long enough not to be held back\nexec cat\n',
    'supervisord.conf': `
@BASE@
[program:ansi]
command=/bin/sh @DIR@/ansi.sh
stdout_logfile=@DIR@/ansi.out
[program:cap]
command=/bin/sh @DIR@/capture.sh
stdout_logfile=@DIR@/cap.out
stdout_capture_maxbytes=1KB
[program:nocap]
command=/bin/sh @DIR@/capture.sh
stdout_logfile=@DIR@/nocap.out
[program:capsmall]
command=/bin/sh @DIR@/capture.sh
stdout_logfile=@DIR@/capsmall.out
stdout_capture_maxbytes=4
[program:binary]
command=/bin/sh -c "printf '\\\\200\\\\201abc\\\\377\\\\n'; exec cat"
stdout_logfile=@DIR@/binary.out
stdout_events_enabled=true
[eventlistener:el]
command=@NODE@ @DIR@/h/listener.mjs --out @DIR@/events.jsonl
events=PROCESS_COMMUNICATION,PROCESS_LOG
`,
  },
  steps: [
    { start: true },
    { wait: { ansi: 'RUNNING', cap: 'RUNNING', nocap: 'RUNNING', capsmall: 'RUNNING', el: 'RUNNING' } },
    { waitFile: { file: 'cap.out', match: 'after' } },
    { waitFile: { file: 'nocap.out', match: 'after' } },
    { waitFile: { file: 'events.jsonl', lines: 5 } },
    { read: 'ansi.out' },
    { read: 'cap.out' },
    { read: 'nocap.out' },
    { read: 'capsmall.out' },
    { sh: 'od -c binary.out' },
    { events: 'events.jsonl', event: 'COMMUNICATION', sort: true },
    { events: 'events.jsonl', event: 'PROCESS_LOG' },
    { ctl: 'tail binary' },
    { rpc: 'supervisor.readProcessStdoutLog', params: ['ansi', 0, 0] },
  ],
}
