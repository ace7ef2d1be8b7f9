const L = '@NODE@ @DIR@/h/listener.mjs'
export default {
  about:
    'events= in all spellings; groups coming and going as a listener sees them; a pool that changes, goes and comes back',
  files: {
    'supervisord.conf': `
@BASE@
[eventlistener:groups]
priority=1
command=${L} --out @DIR@/groups.jsonl
events=process_group , Remote_Communication,PROCESS_GROUP
[eventlistener:states]
priority=2
command=${L} --out @DIR@/states.jsonl
events=PROCESS_STATE_STARTING,PROCESS_STATE_FATAL,
  PROCESS_STATE_STOPPED
[program:a]
command=/bin/cat
autostart=false
`.replace('PROCESS_STATE_FATAL,\n  PROCESS', 'PROCESS_STATE_FATAL,PROCESS'),
  },
  steps: [
    { start: true },
    { wait: { groups: 'RUNNING', states: 'RUNNING' } },
    { waitFile: { file: 'groups.jsonl', match: 'groupname:a' } },
    {
      append: {
        'supervisord.conf':
          '[program:b]\ncommand=/bin/cat\nautostart=false\n[program:c]\ncommand=/bin/sh -c "sleep 0.3; exit 1"\nautostart=false\nstartsecs=2\nstartretries=0\n[group:g]\nprograms=b\n',
      },
    },
    { ctl: 'update' },
    { waitFile: { file: 'groups.jsonl', match: 'groupname:c' } },
    { ctl: 'start a g:b c' },
    { wait: { c: 'FATAL' } },
    { ctl: 'stop a g:b' },
    { waitFile: { file: 'states.jsonl', match: 'PROCESS_STATE_STOPPED(.|\\n)*PROCESS_STATE_STOPPED' } },
    { events: 'states.jsonl', drop: 'name:(groups|states)', only: 'payload' },
    { ctl: 'remove a g' },
    { rpc: 'supervisor.sendRemoteCommEvent', params: ['the', 'last'] },
    { waitFile: { file: 'groups.jsonl', match: 'last' } },
    { events: 'groups.jsonl' },
    { ctl: 'remove groups' },
    { ctl: 'stop groups' },
    { ctl: 'remove groups' },
    { ctl: 'add groups' },
    { wait: { groups: 'RUNNING' } },
    { remove: 'groups.jsonl' },
    { rpc: 'supervisor.sendRemoteCommEvent', params: ['once', 'more'] },
    { waitFile: { file: 'groups.jsonl', match: 'more' } },
    { events: 'groups.jsonl', last: 4 },
    { ctl: 'status' },
  ],
}
