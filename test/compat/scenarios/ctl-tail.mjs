// how the reference's client says good-bye to a SIGINT depends on where it strikes
const INT = 'KeyboardInterrupt|^stdout\\|\\s*$'
export default {
  about: 'tail and maintail: sizes, channels, -f, missing logs, wrong arguments',
  files: {
    'talk.sh':
      '#!/bin/sh\ni=0\nwhile [ $i -lt 100 ]; do echo "out line $i"; echo "err line $i" >&2; i=$((i+1)); done\necho "Smørrebrød ✓"\nexec cat\n',
    'supervisord.conf': `
@BASE@
[program:talk]
command=/bin/sh @DIR@/talk.sh
stdout_logfile=@DIR@/talk.out
stderr_logfile=@DIR@/talk.err
[program:mute]
command=/bin/cat
stdout_logfile=NONE
stderr_logfile=NONE
[program:off]
command=/bin/cat
autostart=false
stdout_logfile=@DIR@/off.out
`,
  },
  steps: [
    { start: true },
    { wait: { talk: 'RUNNING', mute: 'RUNNING' } },
    { waitFile: { file: 'talk.out', match: '✓' } },
    { ctl: 'tail talk' },
    { ctl: 'tail -50 talk' },
    { ctl: 'tail -12 talk', label: 'cuts a character in two' },
    { ctl: 'tail -50 talk stderr' },
    { ctl: 'tail talk STDERR', last: 2 },
    { ctl: 'tail -999999 talk', count: true },
    { ctl: 'tail -0 talk', count: true },
    { ctl: 'tail' },
    { ctl: 'tail -f' },
    { ctl: 'tail -x talk' },
    { ctl: 'tail talk stdin' },
    { ctl: 'tail a b c d' },
    { ctl: 'tail nosuch' },
    { ctl: 'tail mute' },
    { ctl: 'tail off' },
    { ctl: 'tail -f nosuch', timeout: 8000 },
    { ctl: 'tail -f mute', timeout: 8000 },
    { ctl: 'tail -f talk', until: '✓', timeout: 10000, drop: INT },
    { ctl: 'tail -f talk stderr', until: 'line 99', timeout: 10000, drop: INT },
    { ctl: 'maintail -x' },
    { ctl: 'maintail a b' },
    { ctl: 'maintail foo' },
    { ctl: 'maintail -20', drop: 'pid' },
    { ctl: 'maintail', only: 'entered RUNNING|exit' },
    { ctl: 'maintail -f', until: 'mute entered RUNNING', timeout: 10000, only: 'entered RUNNING|exit|Ctrl' },
    { rpc: 'supervisor.sendProcessStdin', params: ['talk', 'late\n'] },
    { ctl: 'tail -f talk', until: 'late', timeout: 10000, drop: INT, last: 2 },
  ],
}
