export default {
  about: 'system.multicall: waiting calls one after the other, faults in between, groups, nested and odd members',
  files: {
    'supervisord.conf': `
@BASE@
[program:a]
command=/bin/cat
autostart=false
[program:b]
command=/bin/cat
autostart=false
[program:bad]
command=@DIR@/nothere
autostart=false
[program:n]
command=/bin/cat
process_name=n%(process_num)d
numprocs=2
autostart=false
`,
  },
  steps: [
    { start: true },
    {
      multicall: [
        ['supervisor.startProcess', 'a'],
        ['supervisor.startProcess', 'a'],
        ['supervisor.startProcess', 'bad'],
        ['supervisor.startProcess', 'nosuch'],
        ['supervisor.stopProcess', 'a'],
        ['supervisor.stopProcess', 'a'],
      ],
    },
    {
      multicall: [
        ['supervisor.startProcessGroup', 'n'],
        ['supervisor.stopProcessGroup', 'n'],
      ],
      replace: [['n[01]', 'nX']],
    },
    {
      multicall: [
        ['supervisor.startProcess', 'b', false],
        ['supervisor.getProcessInfo', 'nosuch'],
        ['supervisor.getState'],
      ],
    },
    { wait: { b: 'RUNNING' } },
    { multicall: [['supervisor.stopAllProcesses'], ['supervisor.stopAllProcesses']] },
    {
      multicall: [
        ['supervisor.getState', 'extra'],
        ['supervisor'],
        ['supervisor.'],
        ['.x'],
        ['system.nosuch'],
        ['supervisor._x'],
      ],
    },
    {
      multicall: [['system.listMethods'], ['system.methodSignature', 'system.listMethods'], ['system.methodSignature']],
      count: true,
    },
    { multicall: [['system.methodHelp', 'nosuch.x'], ['supervisor.getAPIVersion'], ['supervisor.getVersion']] },
    {
      multicall: [
        ['supervisor.readProcessStdoutLog', 'a', 0, -1],
        ['supervisor.tailProcessStderrLog', 'nosuch', 0, 1],
      ],
    },
    { rpc: 'system.multicall', params: [[{ methodName: 'supervisor.getState', params: [], extra: 'x' }]] },
    { rpc: 'system.multicall', params: [] },
    { rpc: 'system.multicall', params: [[], []] },
    { rpc: 'system.listMethods', params: ['x'] },
    { rpc: 'system.methodHelp', params: [] },
    { rpc: 'system.methodSignature', params: ['supervisor.startProcess', 'x'] },
    ...[
      'supervisor.signalProcess',
      'supervisor.reloadConfig',
      'supervisor.tailProcessLog',
      'supervisor.clearAllProcessLogs',
      'supervisor.stopProcessGroup',
      'supervisor.sendProcessStdin',
      'supervisor.getProcessInfo',
      'supervisor.readMainLog',
      'supervisor.restart',
    ].map((name) => ({ rpc: 'system.methodSignature', params: [name] })),
  ],
}
