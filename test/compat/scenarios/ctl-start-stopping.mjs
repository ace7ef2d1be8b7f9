export default {
  about: 'start, and restart, of a process that is being stopped',
  files: {
    'slow-end.sh': '#!/bin/sh\ntrap "sleep 2; exit 0" TERM\necho ready\nwhile :; do sleep 0.1; done\n',
    'supervisord.conf':
      '@BASE@\n[program:slow]\ncommand=/bin/sh @DIR@/slow-end.sh\nstopwaitsecs=20\nstdout_logfile=@DIR@/slow.out\n',
  },
  steps: [
    { start: true },
    { waitFile: { file: 'slow.out', match: 'ready' } },
    { wait: { slow: 'RUNNING' } },
    { rpc: 'supervisor.stopProcess', params: ['slow', false] },
    { ctl: 'start slow' },
    { wait: { slow: ['STOPPED', 'RUNNING'] } },
    { ctl: 'start slow' },
    { wait: { slow: 'RUNNING' } },
    { ctl: 'status' },
  ],
}
