export default {
  about: 'SIGHUP and the restart RPC: the daemon starts over with the new configuration, in the same process',
  files: {
    'supervisord.conf':
      '@BASE@\n[program:old]\ncommand=/bin/cat\n[program:both]\ncommand=/bin/cat\nstdout_logfile=@DIR@/both.out\n',
  },
  steps: [
    { start: true },
    { wait: { old: 'RUNNING', both: 'RUNNING' } },
    {
      write: {
        'supervisord.conf':
          '@BASE@\n[program:new]\ncommand=/bin/cat\n[program:both]\ncommand=/bin/cat -u\nstdout_logfile=@DIR@/both.out\n',
      },
    },
    { sh: 'cp supervisord.pid before.pid' },
    { signal: 'HUP' },
    { waitFile: { file: 'supervisord.log', match: 'spawned: .new.' } },
    { waitUp: true },
    { wait: { new: 'RUNNING', both: 'RUNNING' } },
    { ctl: 'status' },
    { sh: 'cmp before.pid supervisord.pid && echo same pid' },
    { log: true, drop: 'old to die|both to die|waiting' },
    { rpc: 'supervisor.restart' },
    { waitFile: { file: 'supervisord.log', match: 'spawned: .new.', count: 2 } },
    { waitUp: true },
    { wait: { new: 'RUNNING' } },
    { sh: 'cmp before.pid supervisord.pid && echo same pid' },
    { ctl: 'reload' },
    { waitFile: { file: 'supervisord.log', match: 'spawned: .new.', count: 3 } },
    { waitUp: true },
    { wait: { new: 'RUNNING' } },
    { write: { 'supervisord.conf': '@BASE@\n[program:new]\ncommand=/bin/cat\nstartsecs=never\n' } },
    { signal: 'HUP' },
    { waitExit: true, label: 'the new configuration is broken' },
    { stdout: true, only: 'stderr' },
    { log: true, last: 4, drop: 'to die' },
  ],
}
