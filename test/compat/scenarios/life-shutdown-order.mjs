// one group at a time from the highest priority down: each ends when it is told, and only then is the next one told
const prog = (name, priority) => `
[program:${name}]
command=/bin/sh @DIR@/slow-end.sh
priority=${priority}
stopwaitsecs=20
`
export default {
  about: 'shutdown: group after group by priority; what still answers, which RPCs are refused, the client meanwhile',
  files: {
    'slow-end.sh': '#!/bin/sh\ntrap "sleep 1.2; exit 0" TERM\nwhile :; do sleep 0.1; done\n',
    'supervisord.conf': `
@BASE@
${prog('first', 900)}
${prog('second', 500)}
${prog('third', 100)}
${prog('g2', 2)}
${prog('g1', 1)}
[group:g]
programs=g1,g2
priority=50
[program:backoff]
command=/bin/sh -c "exit 1"
startsecs=2
startretries=50
priority=300
[program:off]
command=/bin/cat
autostart=false
priority=700
`,
  },
  steps: [
    { start: true },
    {
      wait: {
        first: 'RUNNING',
        second: 'RUNNING',
        third: 'RUNNING',
        'g:g1': 'RUNNING',
        'g:g2': 'RUNNING',
        backoff: 'BACKOFF',
      },
    },
    { rpc: 'supervisor.shutdown' },
    { sleep: 600 },
    ...[
      ['supervisor.getState'],
      ['supervisor.getVersion'],
      ['supervisor.getPID'],
      ['supervisor.getIdentification'],
      ['supervisor.readLog', 0, 10],
      ['supervisor.clearLog'],
      ['supervisor.startProcess', 'off'],
      ['supervisor.stopProcess', 'first'],
      ['supervisor.startAllProcesses'],
      ['supervisor.getProcessInfo', 'first'],
      ['supervisor.reloadConfig'],
      ['supervisor.addProcessGroup', 'x'],
      ['supervisor.removeProcessGroup', 'off'],
      ['supervisor.restart'],
      ['supervisor.sendProcessStdin', 'first', 'x'],
      ['supervisor.sendRemoteCommEvent', 'a', 'b'],
      ['supervisor.signalProcess', 'first', 'HUP'],
      ['supervisor.readProcessStdoutLog', 'first', 0, 0],
      ['supervisor.nosuch'],
      ['system.listMethods'],
    ].map(([rpc, ...params]) => ({ rpc, params, first: 2 })),
    { multicall: [['supervisor.getState'], ['system.methodSignature', 'supervisor.getPID']] },
    { ctl: 'avail' },
    { ctl: 'reread' },
    { ctl: 'shutdown' },
    { ctl: 'reload' },
    { ctl: 'add x' },
    { waitExit: true },
    { log: true, from: 'SIGTERM|spawned', only: 'stopped|SIGTERM', drop: ' g[12] ', label: 'one group after another' },
    { log: true, only: 'stopped: g[12]', sort: true },
    { stat: ['supervisord.pid', 's.sock'] },
  ],
}
