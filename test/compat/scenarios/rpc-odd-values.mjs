const arity = {
  ...{ getAPIVersion: 0, getVersion: 0, getSupervisorVersion: 0, getIdentification: 0, getState: 0, getPID: 0 },
  ...{ clearLog: 0, reloadConfig: 0, getAllConfigInfo: 0, getAllProcessInfo: 0, clearAllProcessLogs: 0 },
  ...{ addProcessGroup: 1, removeProcessGroup: 1, startProcess: 2, startProcessGroup: 2, startAllProcesses: 1 },
  ...{ stopProcess: 2, stopProcessGroup: 2, stopAllProcesses: 1, signalProcess: 2, signalProcessGroup: 2 },
  ...{ signalAllProcesses: 1, getProcessInfo: 1, readProcessStdoutLog: 3, readProcessLog: 3, readProcessStderrLog: 3 },
  ...{ tailProcessStdoutLog: 3, tailProcessLog: 3, tailProcessStderrLog: 3, clearProcessLogs: 1, clearProcessLog: 1 },
  ...{ sendProcessStdin: 2, sendRemoteCommEvent: 2 },
}
const xml = ($xml) => ({ $xml })
const values = [
  ...['off', '', 'nosuch', 'g:*', ':', 7, -1, true],
  ...['<nil/>', '<array><data/></array>', '<struct/>', '<double>1.5</double>'].map(xml),
]
const calls = Object.entries(arity).flatMap(([method, count]) => {
  if (count === 0)
    return [
      [method, [1]],
      [method, ['x', 'y']],
    ]
  const filler = /^(read|tail)/.test(method) ? 0 : true
  return [
    [method, []],
    [method, Array(count + 1).fill('off')],
    ...values.flatMap((value) => [
      [method, [value, ...Array(count - 1).fill(filler)]],
      ...(count > 1 ? [[method, ['off', value, ...Array(count - 2).fill(0)]]] : []),
      ...(count > 2 ? [[method, ['off', 0, value]]] : []),
    ]),
  ]
})
const members = [5, 'x', {}, { methodName: 5 }, { methodName: '', params: [] }, { methodName: 'supervisor.getState' }]
const odd = [
  ...[
    [],
    ['x'],
    [1],
    [xml('<nil/>')],
    [xml('<array><data/></array>')],
    [xml('<struct/>')],
    [xml('<double>1.5</double>')],
  ],
  ...[['a', 'b'], ...members.map((member) => [[member]])],
  ...[[[{ methodName: 'supervisor.getState', params: 'x' }]], [[{ methodName: 'supervisor.getState', params: [1] }]]],
]
export default {
  about: 'every method with values of other types in each place, too few and too many of them; odd multicalls',
  files: {
    'supervisord.conf':
      '@BASE@\n[program:off]\ncommand=/bin/cat\nautostart=false\nstartsecs=0\n[group:g]\nprograms=off\n[program:q]\ncommand=/bin/cat\nautostart=false\n',
  },
  replace: [['<PID>|\\b\\d{3,7}\\b', 'N']],
  steps: [
    { start: true },
    ...calls.map(([method, params]) => ({ rpc: `supervisor.${method}`, params, timeout: 6000 })),
    ...['listMethods', 'methodHelp', 'methodSignature', 'multicall'].flatMap((method) =>
      odd.map((params) => ({ rpc: `system.${method}`, params })),
    ),
    { ctl: 'status' },
  ],
}
