const L = '@NODE@ @DIR@/h/listener.mjs'
const remote = (n) => ({ rpc: 'supervisor.sendRemoteCommEvent', params: [`t${n}`, String(n)] })
export default {
  about:
    'listener pools: several processes, one that dies with an event, a small buffer that overflows, every EVENT, status and group verbs',
  files: {
    'supervisord.conf': `
@BASE@
[eventlistener:pair]
priority=10
command=/bin/sh -c "exec ${L} --out @DIR@/pair.jsonl"
process_name=%(program_name)s_%(process_num)d
numprocs=2
events=REMOTE_COMMUNICATION
[eventlistener:small]
priority=20
command=/bin/sh -c "sleep 6; exec ${L} --out @DIR@/small.jsonl"
events=REMOTE_COMMUNICATION
buffer_size=3
[eventlistener:dies]
priority=30
command=/bin/sh -c "[ -e @DIR@/died ] || { touch @DIR@/died; printf 'READY\\\\n'; read -r x; exit 3; }; exec ${L} --out @DIR@/dies.jsonl"
events=REMOTE_COMMUNICATION
startsecs=0
[eventlistener:everything]
priority=40
command=${L} --out @DIR@/everything.jsonl
events=EVENT
buffer_size=100
[program:cat]
command=/bin/cat
autostart=false
`,
  },
  steps: [
    { start: true },
    { wait: { 'pair:pair_0': 'RUNNING', 'pair:pair_1': 'RUNNING', everything: 'RUNNING', small: 'RUNNING' } },
    { waitFile: { file: 'everything.jsonl', match: 'PROCESS_STATE_RUNNING' } },
    ...[1, 2, 3, 4, 5].map(remote),
    { waitFile: { file: 'pair.jsonl', lines: 5 } },
    { waitFile: { file: 'dies.jsonl', lines: 5 } },
    { sh: 'sed "s/.*payload.:.\\([^,]*\\),.*/\\1/" pair.jsonl | sort' },
    { sh: 'sed "s/.*payload.:.\\([^,]*\\),.*/\\1/" dies.jsonl', label: 'nothing is lost with the one that died' },
    { waitFile: { file: 'small.jsonl', lines: 3 }, timeout: 12000 },
    { events: 'small.jsonl' },
    { log: true, only: 'overflow', replace: [['event \\d+', 'event <N>']] },
    { ctl: 'status' },
    { ctl: 'avail' },
    { ctl: 'start cat' },
    { ctl: 'stop cat' },
    { waitFile: { file: 'everything.jsonl', match: 'PROCESS_STATE_STOPPED' } },
    { events: 'everything.jsonl', event: 'PROCESS_STATE', only: 'name:cat' },
    { ctl: 'stop pair:*', sort: true },
    { ctl: 'start pair:*', sort: true },
    { rpc: 'supervisor.getAllConfigInfo', pick: ['name', 'group', 'group_prio', 'process_prio', 'inuse'] },
  ],
}
