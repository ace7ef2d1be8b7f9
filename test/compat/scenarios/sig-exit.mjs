const conf =
  '@BASE@\n[program:nice]\ncommand=/bin/sh @DIR@/h/on-signal.sh 3\n[program:stubborn]\ncommand=/bin/sh @DIR@/h/ignore-term.sh\nstopwaitsecs=2\npriority=1\n[program:dead]\ncommand=/bin/sh -c "sleep 0.3; exit 1"\nautostart=false\n'
export default {
  about:
    'TERM, INT, QUIT: the order of the end, exit status, log, what is removed; a second signal; calls meanwhile; ignored signals',
  files: { 'supervisord.conf': conf },
  steps: [
    ...['TERM', 'INT', 'QUIT'].flatMap((s) => [
      { start: true },
      { wait: { nice: 'RUNNING', stubborn: 'RUNNING' } },
      { signal: s },
      { waitExit: true },
      { log: true, uniq: true, drop: 'waiting' },
      { stat: ['supervisord.pid', 's.sock'] },
      { remove: 'supervisord.log' },
    ]),
    { start: true },
    { wait: { nice: 'RUNNING', stubborn: 'RUNNING' } },
    { signal: 'USR1', label: 'no handler', mayFail: true },
    { sleep: 500 },
    { rpc: 'supervisor.getState', mayFail: true },
    { remove: 'supervisord.log' },
    { start: true },
    { wait: { nice: 'RUNNING', stubborn: 'RUNNING' } },
    { rpc: 'supervisor.shutdown' },
    { sleep: 400 },
    { rpc: 'supervisor.getState', label: 'while it shuts down' },
    { rpc: 'supervisor.getAllProcessInfo', label: 'while it shuts down' },
    { rpc: 'supervisor.shutdown', label: 'while it shuts down' },
    { ctl: 'status', label: 'while it shuts down' },
    { waitExit: true },
  ],
}
