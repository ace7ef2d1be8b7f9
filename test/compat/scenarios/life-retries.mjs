const prog = (name, more) => `
[program:${name}]
command=/bin/sh -c "sleep 0.2; exit 1"
startsecs=2
autostart=false
${more}
`
export default {
  about:
    'startretries 0, 1 and 2, with every autorestart; stopped in BACKOFF, started again after FATAL; RPC with and without waiting',
  files: {
    'supervisord.conf': `
@BASE@
${prog('zero', 'startretries=0')}
${prog('one', 'startretries=1\nautorestart=false')}
${prog('two', 'startretries=2\nautorestart=true')}
${prog('held', 'startretries=100')}
[program:nofile]
command=@DIR@/later.sh
startretries=1
startsecs=2
`,
  },
  steps: [
    { start: true },
    { wait: { nofile: 'FATAL' }, timeout: 20000 },
    { rpc: 'supervisor.startProcess', params: ['one', false] },
    { rpc: 'supervisor.startProcess', params: ['two', false] },
    { ctl: 'start zero' },
    { wait: { one: 'FATAL', two: 'FATAL', zero: 'FATAL' }, timeout: 20000 },
    { ctl: 'status' },
    { log: true, only: '.zero|.one|.two', drop: 'waiting', sort: true },
    { log: true, only: 'nofile|later' },
    { ctl: 'start zero', label: 'again, out of FATAL' },
    { rpc: 'supervisor.startProcess', params: ['held', false] },
    { wait: { held: 'BACKOFF' } },
    { ctl: 'stop held' },
    { rpc: 'supervisor.getProcessInfo', params: ['held'], pick: ['statename', 'spawnerr', 'exitstatus', 'pid'] },
    { ctl: 'stop held' },
    { write: { 'later.sh': { mode: 0o755, text: '#!/bin/sh\nexec cat\n' } } },
    { ctl: 'start nofile', label: 'it is there now' },
    { ctl: 'status nofile' },
    { rpc: 'supervisor.getProcessInfo', params: ['nofile'], pick: ['statename', 'spawnerr', 'exitstatus'] },
    { remove: 'later.sh' },
    { ctl: 'start nofile', label: 'runs, but its file is gone' },
    { ctl: 'restart nofile' },
    { ctl: 'status nofile' },
  ],
}
