export default {
  about:
    'PROCESS_LOG, PROCESS_COMMUNICATION, REMOTE_COMMUNICATION, PROCESS_GROUP, SUPERVISOR_STATE_CHANGE and TICK payloads',
  files: {
    'talk.sh':
      '#!/bin/sh\nsleep 1.5\necho "to stdout ✓"; sleep 0.3\necho "to stderr" >&2; sleep 0.3\nprintf "<!--XSUPERVISOR:BEGIN-->out capture<!--XSUPERVISOR:END-->"; sleep 0.3\nprintf "<!--XSUPERVISOR:BEGIN-->err capture<!--XSUPERVISOR:END-->" >&2; sleep 0.3\necho done, in a line long enough not to be held back; exec cat\n',
    'supervisord.conf': `
@BASE@
[eventlistener:el]
command=@NODE@ @DIR@/h/listener.mjs --out @DIR@/events.jsonl
events=PROCESS_LOG,PROCESS_COMMUNICATION,REMOTE_COMMUNICATION,PROCESS_GROUP,SUPERVISOR_STATE_CHANGE
[eventlistener:tick]
command=@NODE@ @DIR@/h/listener.mjs --out @DIR@/ticks.jsonl
events=TICK_5
[eventlistener:stderronly]
command=@NODE@ @DIR@/h/listener.mjs --out @DIR@/stderr.jsonl
events=PROCESS_LOG_STDERR,process_communication_stderr
[program:talk]
command=/bin/sh @DIR@/talk.sh
stdout_events_enabled=true
stderr_events_enabled=true
stdout_capture_maxbytes=1MB
stderr_capture_maxbytes=1MB
stdout_logfile=@DIR@/talk.out
[program:quiet]
command=/bin/sh -c "echo not enabled; exec cat"
`,
  },
  steps: [
    { start: true },
    { wait: { el: 'RUNNING', talk: 'RUNNING' } },
    { waitFile: { file: 'events.jsonl', match: 'done' } },
    { waitFile: { file: 'stderr.jsonl', lines: 2 } },
    { rpc: 'supervisor.sendRemoteCommEvent', params: ['the type', 'the data\nin two lines'] },
    { rpc: 'supervisor.sendRemoteCommEvent', params: ['t', ''] },
    { append: { 'supervisord.conf': '[program:added]\ncommand=/bin/cat\nautostart=false\n' } },
    { ctl: 'update' },
    { rpc: 'supervisor.removeProcessGroup', params: ['added'] },
    { waitFile: { file: 'events.jsonl', match: 'PROCESS_GROUP_REMOVED' } },
    { events: 'events.jsonl' },
    { events: 'stderr.jsonl' },
    { waitFile: { file: 'ticks.jsonl' }, timeout: 8000 },
    { events: 'ticks.jsonl', first: 2 },
    { signal: 'TERM' },
    { waitExit: true },
    { events: 'events.jsonl', event: 'SUPERVISOR' },
  ],
}
