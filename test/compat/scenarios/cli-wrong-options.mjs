const C = '@DIR@/supervisord.conf'
const N = ['-n', '-c', C]
const cases = [
  ...[
    ['-c', '@DIR@'],
    ['-c', 'a.conf', '-c', 'b'],
    ['--configuration=@DIR@/x'],
    ['--conf=@DIR@/x'],
    ['--configuration'],
  ],
  ...[
    ['-nc', '@DIR@/x'],
    ['-n', '-c@DIR@/x'],
    [...N, '-e', 'debug', '-e', 'info'],
    [...N, '-l'],
    [...N, '-j', '@DIR@/no/x'],
  ],
  ...[
    [...N, '-q', ''],
    [...N, '-q', C],
    [...N, '-d', C],
    [...N, '-m', 'rwx'],
    [...N, '-y', '1.5MB'],
    [...N, '-y', ''],
  ],
  ...[
    [...N, '-z', '1.5'],
    [...N, '-a', ''],
    [...N, '--minprocs='],
    [...N, '-u', '99999'],
    [...N, '-u', ''],
  ],
  ...[
    [...N, '-s', '-s'],
    [...N, '-k', '--nocleanup'],
    [...N, '--'],
    [...N, '-'],
    [...N, '--', 'x'],
    [...N, '--l=x'],
  ],
  ...[
    [...N, '--no=x'],
    [...N, '--silent=yes'],
    ['-v', 'x'],
    ['-vn'],
    ['-n', '-v', '-X'],
    ['-X', '-v'],
    ['--version=1'],
  ],
  ...[['--vers'], ['--profile_options'], [...N, '-e', ''], [...N, '-e', '10'], [...N, '-e', 'warning'], ['foo']],
  ...[[...N, 'a b', "c'd"], ['-é'], ['-c', '~/nosuch.conf']],
]
export default {
  about: "the daemon's options given twice, empty, cut short, clustered, with values of a wrong kind",
  files: {
    // what gets past the options ends at this file
    'supervisord.conf': '[supervisord]\nlogfile=@DIR@/l.log\npidfile=@DIR@/p.pid\nenvironment=A=\n',
    'cwd/.keep': '',
  },
  steps: cases.map((words) => ({
    supervisord: words,
    timeout: 4000,
    cwd: 'cwd',
    replace: [['\\d+\\.\\d+\\.\\d+\\S*', '<VERSION>']],
  })),
}
