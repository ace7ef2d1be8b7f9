const LINES = [
  ...['avail x', 'avail', 'reread x', 'reread', 'update x', 'update all', 'update all x', 'update off nosuch'],
  ...['add', 'add off', 'add nosuch off nosuch', 'add all', 'add *', 'remove', 'remove off', 'remove off off'],
  ...['add off', 'add off off', 'remove all', 'remove nosuch:*', 'remove off:*', 'add off:off'],
  ...['pid all off', 'pid off all', 'version x', 'clear all', 'clear all off', 'clear', 'clear off off'],
  ...['tail', 'tail -', 'tail -- off', 'tail -1 -1 off', 'tail off off', 'tail off stdout stderr', 'tail -ff off'],
  ...['tail -F off', 'tail -0x1 off', 'tail -1e3 off', 'tail - 5 off', 'tail -5 off stdout extra', 'tail -f'],
  ...['maintail -', 'maintail -f -5', 'maintail -1 off', 'maintail stdout', 'maintail --'],
  ...['fg', 'fg nosuch', 'fg g:*', 'fg all', 'fg off:x', 'open', 'open x y', 'open ftp://x', 'open file:///x'],
  ...['signal', 'signal HUP', 'signal off', 'signal hup off', 'signal SIGHUP off', 'signal 1 off', 'signal 0 off'],
  ...['signal -1 off', 'signal 99 off', 'signal FOO off', 'signal FOO nosuch', 'signal 9999999999 off'],
  ...['signal RTMIN off', 'signal SIG off', 'signal "" off', 'signal CONT off nosuch', 'signal CONT all'],
  ...['signal CONT g:*', 'signal FOO all', 'signal FOO g:*', 'signal FOO nosuch:*', 'exit x', 'help help'],
  ...['help  start', '?x', '? ', 'help ?', 'help !', 'Status', 'shutdown x', 'reload x', '-', '_', '1', 'startx'],
  ...['start_', 'start-off', 'start.', 'help all', 'status\toff', '\tstatus off', 'status -v'],
]
const alone = [
  'update nosuch',
  'open ftp://x',
  'signal FOO all',
  'fg all',
  'tail -f',
  'maintail x',
  'add nosuch off',
  '_',
]
export default {
  about: 'every action with arguments that it does not take, too few and too many of them',
  files: {
    'supervisord.conf':
      '@BASE@\n[program:off]\ncommand=/bin/cat\nautostart=false\n[program:on]\ncommand=/bin/cat\nstartsecs=0\n[group:g]\nprograms=on\n',
  },
  steps: [
    { start: true },
    { wait: { 'g:on': 'RUNNING' } },
    // `exit x` leaves; what follows is asked in a second shell
    ...[LINES.slice(0, LINES.indexOf('exit x') + 1), LINES.slice(LINES.indexOf('exit x') + 1)].map((lines) => ({
      ctl: [],
      stdin: `${lines.join('\n')}\nquit\n`,
      replace: [['^(stdout\\| (supervisor> )?)\\d+$', '$1<PID>']],
    })),
    ...alone.map((words) => ({ ctl: words, stdin: '' })),
  ],
}
