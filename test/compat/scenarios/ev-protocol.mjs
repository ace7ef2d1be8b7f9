// The reference puts a refused event back into the buffer of every pool whose listener
// has the same priority as the one that refused it; different priorities keep that out.
const L = '@NODE@ @DIR@/h/listener.mjs'
export default {
  about: 'the listener protocol: FAIL, rubbish before READY, a wrong result, exits, never READY, a full buffer',
  supervisord: 'loglevel=info',
  files: {
    'supervisord.conf': `
@BASE@
[eventlistener:fail]
priority=10
command=${L} --out @DIR@/fail.jsonl --fail-first 2
events=REMOTE_COMMUNICATION
[eventlistener:rubbish]
priority=20
command=${L} --out @DIR@/rubbish.jsonl --raw "hello there\\\\n"
events=REMOTE_COMMUNICATION
[eventlistener:badresult]
priority=30
command=${L} --out @DIR@/badresult.jsonl --bad-first 1
events=REMOTE_COMMUNICATION
[eventlistener:exits]
priority=40
command=${L} --out @DIR@/exits.jsonl --exit-after 1
events=REMOTE_COMMUNICATION
autorestart=true
startsecs=0
[eventlistener:never]
priority=50
command=${L} --out @DIR@/never.jsonl --no-ready
events=REMOTE_COMMUNICATION
buffer_size=2
`,
  },
  steps: [
    { start: true },
    { wait: { fail: 'RUNNING', rubbish: 'RUNNING', badresult: 'RUNNING', never: 'RUNNING' } },
    { rpc: 'supervisor.sendRemoteCommEvent', params: ['one', '1'] },
    { waitFile: { file: 'fail.jsonl', lines: 3 } },
    { waitFile: { file: 'exits.jsonl', lines: 1 } },
    { events: 'fail.jsonl', label: 'sent again until it is taken' },
    { events: 'exits.jsonl' },
    { events: 'rubbish.jsonl' },
    { waitFile: { file: 'badresult.jsonl', lines: 2 } },
    { events: 'badresult.jsonl' },
    { rpc: 'supervisor.sendRemoteCommEvent', params: ['two', '2'] },
    { rpc: 'supervisor.sendRemoteCommEvent', params: ['three', '3'] },
    { rpc: 'supervisor.sendRemoteCommEvent', params: ['four', '4'] },
    { sleep: 500 },
    { events: 'never.jsonl' },
    { ctl: 'status', only: 'fail|rubbish|badresult|never' },
    { log: true, only: 'rubbish|never|badresult|fail', drop: 'spawned|success', sort: true, uniq: true },
    { ctl: 'tail badresult' },
    { ctl: 'tail rubbish' },
  ],
}
