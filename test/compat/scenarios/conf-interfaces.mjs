const RPC = 'supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface\n'
const X = '[program:x]\ncommand=/bin/cat\nautostart=false\n'
const base = (more, name = 'supervisor') =>
  `[supervisord]\nlogfile=@DIR@/x.log\npidfile=@DIR@/x.pid\n[unix_http_server]\nfile=@DIR@/s.sock\n${name && `[rpcinterface:${name}]\n${RPC}`}[supervisorctl]\nserverurl=unix://@DIR@/s.sock\n${more}`
const listener = (more) => base(`[eventlistener:e]\ncommand=/bin/cat\nautostart=false\n${more}`)
const odd = {
  two: base(`[rpcinterface:other]\n${RPC}${X}`),
  none: base(X, ''),
  renamed: base(X, 'sup'),
  'server name goes on': base(X).replace('[unix_http_server]', '[unix_http_serverfoo]'),
  handler: listener('events=tick_60, TICK_60 ,Tick_60\nresult_handler=supervisor.dispatchers:default_handler\n'),
  'names in capitals': base(`[program:X]\nCOMMAND=/bin/cat\nAutoStart=False\n${X}`),
}
const refused = {
  module: base(`[rpcinterface:other]\n${RPC.replace('supervisor.rpcinterface:', 'nosuch.module:')}${X}`),
  member: base(`[rpcinterface:other]\n${RPC.replace(':make_main_rpcinterface', ':nosuch')}${X}`),
}
const file = (name) => `${name.replaceAll(' ', '-')}.conf`
export default {
  about: 'interfaces that there are twice, not at all, under other names; sections and options written otherwise',
  files: Object.fromEntries(Object.entries({ ...odd, ...refused }).map(([name, text]) => [file(name), text])),
  steps: [
    ...Object.keys(odd).flatMap((name) => [
      { start: { conf: file(name), ready: 'output', match: 'supervisord started' }, label: name },
      { ctl: 'avail', conf: file(name) },
      { rpc: 'system.listMethods', only: 'other|sup\\.|fault|system' },
      { stop: true },
    ]),
    ...Object.keys(refused).map((name) => ({ supervisord: ['-n', '-c', `@DIR@/${file(name)}`], only: 'exit|stderr' })),
  ],
}
