export default {
  about: 'SIGUSR2 reopens the main log and the child logs after an outside rotation',
  files: {
    'supervisord.conf': `
@BASE@
[program:cat]
command=/bin/cat
stdout_logfile=@DIR@/cat.out
stderr_logfile=@DIR@/cat.err
[program:plain]
command=/bin/cat
stdout_logfile=@DIR@/plain.out
stdout_logfile_maxbytes=0
[program:off]
command=/bin/cat
autostart=false
stdout_logfile=@DIR@/off.out
`,
  },
  steps: [
    { start: true },
    { wait: { cat: 'RUNNING', plain: 'RUNNING' } },
    { rpc: 'supervisor.sendProcessStdin', params: ['cat', 'first\n'] },
    { rpc: 'supervisor.sendProcessStdin', params: ['plain', 'first\n'] },
    { waitFile: { file: 'cat.out', match: 'first' } },
    { waitFile: { file: 'plain.out', match: 'first' } },
    { rename: { 'cat.out': 'cat.out.old', 'plain.out': 'plain.out.old', 'supervisord.log': 'supervisord.log.old' } },
    { rpc: 'supervisor.sendProcessStdin', params: ['cat', 'second\n'] },
    { waitFile: { file: 'cat.out.old', match: 'second' } },
    { signal: 'USR2' },
    { waitFile: { file: 'cat.out' } },
    { waitFile: { file: 'plain.out' } },
    { rpc: 'supervisor.sendProcessStdin', params: ['cat', 'third\n'] },
    { rpc: 'supervisor.sendProcessStdin', params: ['plain', 'third\n'] },
    { waitFile: { file: 'cat.out', match: 'third' } },
    { waitFile: { file: 'plain.out', match: 'third' } },
    { read: 'cat.out' },
    { read: 'cat.out.old' },
    { read: 'plain.out' },
    { read: 'plain.out.old' },
    { log: true },
    { log: 'supervisord.log.old', last: 4 },
    { remove: 'cat.out' },
    { ctl: 'clear cat' },
    { stat: 'cat.out' },
    { stop: true },
    { log: true },
  ],
}
