const conf =
  '@BASE@\n[program:slow]\ndirectory=@DIR@\ncommand=/bin/sh @DIR@/slow-end.sh\nstopwaitsecs=100\nstdout_logfile=@DIR@/slow.out\n[program:cat]\ncommand=/bin/cat\npriority=1\n'
export default {
  about: 'signals while it shuts down, several at once, USR2 without a change, QUIT; the order of what is said',
  files: {
    'slow-end.sh':
      '#!/bin/sh\ntrap "while [ ! -e end ]; do sleep 0.1; done; exit 0" TERM\necho ready\nwhile :; do sleep 0.1; done\n',
    'supervisord.conf': conf,
  },
  steps: [
    { start: true },
    { waitFile: { file: 'slow.out', match: 'ready' } },
    { wait: { slow: 'RUNNING', cat: 'RUNNING' } },
    { signal: 'USR2' },
    { waitFile: { file: 'supervisord.log', match: 'logreopen' } },
    { signal: 'CHLD' },
    { signal: 'INT' },
    { waitFile: { file: 'supervisord.log', match: 'received SIGINT' } },
    { signal: 'TERM' },
    { waitFile: { file: 'supervisord.log', match: 'received SIGTERM' } },
    { signal: 'HUP' },
    { waitFile: { file: 'supervisord.log', match: 'ignored SIGHUP' } },
    { write: { end: '' } },
    { waitExit: true },
    { log: true, from: 'SIGUSR2', sort: true },
    { stat: ['supervisord.pid', 's.sock'] },
    { remove: ['supervisord.log', 'slow.out'] },
    { start: { daemonize: true } },
    { waitFile: { file: 'slow.out', match: 'ready' } },
    { wait: { slow: 'RUNNING', cat: 'RUNNING' } },
    { signal: 'QUIT' },
    { waitExit: true },
    { log: true, from: 'SIGQUIT' },
    { stat: ['supervisord.pid', 's.sock'] },
  ],
}
