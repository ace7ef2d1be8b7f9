const S = 'unix://@DIR@/s.sock'
const status = [
  ...['foo', '', 'http:', 'http://', 'unix:', 'unix:///', 'unix:/x', 'ftp://x/', 'http://127.0.0.1:x'],
  ...['http://127.0.0.1:99999', 'http://127.0.0.1:@PORT@/x', 'HTTP://127.0.0.1:@PORT@', 'http://u:p@127.0.0.1:@PORT@'],
  ...['UNIX://@DIR@/s.sock', 'unix://@DIR@', 'unix://@DIR@/supervisord.conf'],
].map((url) => ['-s', url])
const others = [
  ...[['-s', S, '-u'], ['-s', S, '-u', 'x'], ['-s', S, '-u', '', '-p', ''], [`--serverurl=${S}`]],
  ...[[`-s${S}`], ['--username=a', '--pass', 'b', '-s', S], ['-i'], ['-r']],
  ...[['-c', '@DIR@'], ['--conf', '@DIR@/supervisord.conf'], ['--history_file=x', '-s', S], ['-']],
]
export default {
  about: 'addresses and other options of the client in right and wrong forms, in front of status',
  files: {
    'supervisord.conf':
      '@BASE@\n[inet_http_server]\nport=127.0.0.1:@PORT@\n[program:off]\ncommand=/bin/cat\nautostart=false\n',
    'cwd/supervisord.conf': '[supervisorctl]\nserverurl=unix://@DIR@/s.sock\n',
  },
  steps: [
    { start: true },
    ...[...status, ...others].map((words) => ({ ctl: [...words, 'status'], bare: true, cwd: 'cwd', stdin: '' })),
    ...['ftp://x/', 'unix://@DIR@/nosuch', 'http://127.0.0.1:1'].flatMap((url) =>
      ['avail', 'pid off'].map((action) => ({ ctl: ['-s', url, ...action.split(' ')], bare: true, cwd: 'cwd' })),
    ),
  ],
}
