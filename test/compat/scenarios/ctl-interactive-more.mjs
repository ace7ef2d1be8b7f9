export default {
  about:
    'the shell: every verb in one session, wrong words, blanks, end of input in the midst, a server that comes and goes',
  files: {
    'supervisord.conf':
      '@BASE@\n[program:cat]\ncommand=/bin/sh -c "echo hello; exec cat"\nstdout_logfile=@DIR@/cat.out\n[program:off]\ncommand=/bin/cat\nautostart=false\n',
  },
  steps: [
    { ctl: [], stdin: 'status\nquit\n', label: 'nobody there' },
    { start: true },
    { wait: { cat: 'RUNNING' } },
    { ctl: [], stdin: 'avail\nreread\nupdate\nadd cat\nremove cat\nremove nosuch\nquit\n' },
    {
      ctl: [],
      stdin: 'start\nstart off\nstop off\nrestart off\nstop off\nsignal CONT cat\nsignal\npid off\npid nosuch\nexit\n',
    },
    { ctl: [], stdin: 'tail cat\ntail\ntail -3 cat\nclear cat\nclear\nmaintail x\nfg\nfg off\nfg nosuch\nquit\n' },
    {
      ctl: [],
      stdin: '  status   off  \n\tstatus off\nSTATUS\nstatus;status\n?\n!ls\n#x\nstatus off; quit\nquit now\n',
    },
    { ctl: [], stdin: 'help\nhelp nosuch\nhelp quit\nhelp EOF\nquit\n' },
    { ctl: [], stdin: 'status off', label: 'the last line is not ended' },
    {
      ctl: [],
      stdin: 'open\nopen nowhere\nopen unix://@DIR@/nothere.sock\nstatus\nopen unix://@DIR@/s.sock\nstatus off\nquit\n',
    },
    { ctl: [], stdin: 'version x\nreload x\nshutdown x\nupdate nosuch\nquit x\n' },
    { ctl: [], stdin: 'shutdown\n\nreload\n\nshutdown\nN\nquit\n' },
    { ctl: ['-i', 'shutdown'], stdin: 'no\n' },
    { ctl: ['-i', 'reload'], stdin: '', replace: [['error: <class.*', 'error: <EXCEPTION>']] },
    { rpc: 'supervisor.getState' },
    { ctl: ['-i', 'shutdown'], stdin: 'Yes please\n' },
    { waitExit: true },
  ],
}
