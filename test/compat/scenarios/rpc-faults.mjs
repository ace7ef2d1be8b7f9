const noArg = [
  'getAPIVersion',
  'getState',
  'getPID',
  'clearLog',
  'getAllProcessInfo',
  'getAllConfigInfo',
  'reloadConfig',
  'clearAllProcessLogs',
]
const oneName = [
  'startProcess',
  'stopProcess',
  'startProcessGroup',
  'stopProcessGroup',
  'getProcessInfo',
  'clearProcessLogs',
  'addProcessGroup',
  'removeProcessGroup',
]
export default {
  about: 'faults of every method: unknown methods, wrong names, too few or many arguments, wrong types',
  files: {
    'supervisord.conf': `
@BASE@
[program:cat]
command=/bin/cat
stdout_logfile=@DIR@/cat.out
[program:closed]
command=/bin/sh -c "exec 0<&-; sleep 100"
[program:off]
command=/bin/cat
autostart=false
stdout_logfile=NONE
`,
  },
  steps: [
    { start: true },
    { wait: { cat: 'RUNNING', closed: 'RUNNING' } },
    { rpc: 'supervisor.nosuch' },
    { rpc: 'nosuch.getState' },
    { rpc: 'getState' },
    { rpc: '' },
    { rpc: 'supervisor._update', params: ['x'] },
    { rpc: 'supervisor.supervisord' },
    { rpc: 'supervisor.getState.x' },
    ...noArg.map((m) => ({ rpc: `supervisor.${m}`, params: ['extra'] })),
    ...oneName.map((m) => ({ rpc: `supervisor.${m}`, params: [] })),
    ...oneName.map((m) => ({ rpc: `supervisor.${m}`, params: ['nosuch'] })),
    ...oneName.map((m) => ({ rpc: `supervisor.${m}`, params: ['nogroup:nosuch'] })),
    { rpc: 'supervisor.getProcessInfo', params: [''] },
    { rpc: 'supervisor.getProcessInfo', params: ['cat:'] },
    { rpc: 'supervisor.getProcessInfo', params: [':cat'] },
    { rpc: 'supervisor.startProcess', params: ['cat'] },
    { rpc: 'supervisor.startProcess', params: ['cat', true, 'more'] },
    { rpc: 'supervisor.stopProcess', params: ['off'] },
    { rpc: 'supervisor.sendProcessStdin', params: ['cat'] },
    { rpc: 'supervisor.sendProcessStdin', params: ['cat', 12] },
    { rpc: 'supervisor.sendProcessStdin', params: ['off', 'x'] },
    { rpc: 'supervisor.sendProcessStdin', params: ['nosuch', 'x'] },
    { rpc: 'supervisor.sendProcessStdin', params: ['cat:*', 'x'] },
    { rpc: 'supervisor.sendProcessStdin', params: ['closed', 'x'], label: 'its stdin is closed' },
    { rpc: 'supervisor.sendRemoteCommEvent', params: ['only-type'] },
    { rpc: 'supervisor.sendRemoteCommEvent', params: ['type', 'data'] },
    { rpc: 'supervisor.addProcessGroup', params: ['cat'] },
    { rpc: 'supervisor.removeProcessGroup', params: ['cat'] },
    { rpc: 'supervisor.removeProcessGroup', params: ['off'] },
    { rpc: 'supervisor.getProcessInfo', params: ['off'] },
    { rpc: 'supervisor.addProcessGroup', params: ['off'] },
    { rpc: 'supervisor.readProcessStdoutLog', params: ['off', 0, 10] },
    { rpc: 'supervisor.readProcessStdoutLog', params: ['nosuch', 0, 10] },
    { rpc: 'supervisor.readProcessStdoutLog', params: ['cat', 0] },
    { rpc: 'supervisor.tailProcessStdoutLog', params: ['off', 0, 10] },
    { rpc: 'supervisor.tailProcessStdoutLog', params: ['nosuch', 0, 10] },
    { rpc: 'supervisor.signalProcess', params: ['cat'] },
    { rpc: 'supervisor.shutdown', params: ['now'] },
    { rpc: 'supervisor.getState' },
  ],
}
