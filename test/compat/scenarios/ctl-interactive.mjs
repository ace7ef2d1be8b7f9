export default {
  about:
    'the client as a shell (stdin is a pipe): prompt, first status, quit, exit, EOF, wrong words, open, confirmations',
  files: {
    'supervisord.conf': `
@BASE@
[program:cat]
command=/bin/cat
[program:off]
command=/bin/cat
autostart=false
`,
    'prompt.conf': '[supervisorctl]\nserverurl=unix://@DIR@/s.sock\nprompt=mine\n',
  },
  steps: [
    { start: true },
    { wait: { cat: 'RUNNING' } },
    { ctl: [], stdin: 'quit\n' },
    { ctl: [], stdin: 'exit\n' },
    { ctl: [], stdin: '' },
    { ctl: [], stdin: '\n\nstatus off\nnosuch\nhelp pid\nstop\nstart off\nstop off\nEOF\n' },
    { ctl: ['-i'], stdin: 'version\nquit\n', replace: [['\\d+\\.\\d+\\.\\d+\\S*', '<VERSION>']] },
    { ctl: ['-i', 'status', 'cat'], stdin: 'pid off\nquit\n' },
    { ctl: [], conf: 'prompt.conf', stdin: 'avail\nquit\n' },
    { ctl: [], stdin: 'open unix://@DIR@/s.sock\nquit\n' },
    { ctl: [], stdin: 'open ftp://x\nopen http://127.0.0.1:@PORT@\nquit\n' },
    { ctl: [], stdin: 'shutdown\nn\nreload\nno\nquit\n' },
    { ctl: ['-s', 'http://127.0.0.1:@PORT@'], stdin: 'status\nquit\n' },
    { ctl: [], stdin: 'tail -5 nosuch\nsignal HUP cat\nquit\n' },
    { wait: { cat: 'RUNNING' } },
    { ctl: [], stdin: 'reload\ny\nquit\n' },
    { waitFile: { file: 'supervisord.log', match: 'received SIGHUP|started with pid', count: 2 } },
    { waitUp: true },
    { wait: { cat: 'RUNNING' } },
    { ctl: [], stdin: 'shutdown\nyes\nquit\n' },
    { waitExit: true },
    { ctl: [], stdin: 'status\nstart cat\nquit\n' },
  ],
}
