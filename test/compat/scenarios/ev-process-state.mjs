export default {
  about: 'PROCESS_STATE_* payloads of every transition a program can make; headers and serials',
  files: {
    'supervisord.conf': `
@BASE@
[eventlistener:el]
command=@NODE@ @DIR@/h/listener.mjs --out @DIR@/events.jsonl
events=PROCESS_STATE
priority=1
[program:cat]
command=/bin/cat
autostart=false
[program:dies]
command=/bin/sh -c "sleep 0.3; exit 1"
autostart=false
startsecs=2
startretries=1
[program:missing]
command=@DIR@/nothere
autostart=false
startretries=0
[program:ends]
command=/bin/sh -c "sleep 0.2; exit 3"
autostart=false
autorestart=false
startsecs=0
[group:grp]
programs=ends
`,
  },
  steps: [
    { start: true },
    { wait: { el: 'RUNNING' } },
    { ctl: 'start cat' },
    { ctl: 'stop cat' },
    { rpc: 'supervisor.startProcess', params: ['dies', false] },
    { wait: { dies: 'FATAL' } },
    { ctl: 'start grp:ends' },
    { wait: { 'grp:ends': 'EXITED' } },
    { ctl: 'start cat' },
    { signal: 'KILL', to: 'cat' },
    { waitFile: { file: 'events.jsonl', match: 'processname:cat groupname:cat from_state:STARTING pid', count: 3 } },
    { events: 'events.jsonl' },
    {
      read: 'events.jsonl',
      first: 1,
      replace: [
        ['.*"header":"(.*?)".*', '$1'],
        ['serial:\\d+', 'serial:N'],
        ['len:\\d+', 'len:N'],
      ],
    },
  ],
}
