export default {
  about: 'start, status, stop, restart of one plain program; what the log says',
  files: {
    'supervisord.conf': `
@BASE@
[program:cat]
command=/bin/cat
stdout_logfile=@DIR@/cat.out
stderr_logfile=@DIR@/cat.err
`,
  },
  steps: [
    { start: true },
    { wait: { cat: 'RUNNING' } },
    { ctl: 'status' },
    { rpc: 'supervisor.getProcessInfo', params: ['cat'] },
    { ctl: 'stop cat' },
    { ctl: 'status cat' },
    { ctl: 'start cat' },
    { ctl: 'restart cat' },
    { rpc: 'supervisor.sendProcessStdin', params: ['cat', 'hello\nWörld\n'] },
    { waitFile: { file: 'cat.out', match: 'Wörld' } },
    { ctl: 'tail cat' },
    { read: 'cat.out' },
    { ctl: 'shutdown' },
    { waitExit: true },
    { log: true },
    { stdout: true },
    { stat: ['supervisord.pid', 's.sock', 'supervisord.log', 'cat.out', 'cat.err'] },
  ],
}
