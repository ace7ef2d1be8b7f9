export default {
  about:
    'output: much of it at once, of the last moment, of grandchildren that stay, bytes that are no text, closed streams',
  files: {
    'supervisord.conf': `
@BASE@
[program:much]
command=/bin/sh -c "head -c 3000000 /dev/zero | tr '\\\\000' a; echo; exec cat"
stdout_logfile=@DIR@/much.out
stdout_logfile_maxbytes=0
[program:last]
command=/bin/sh -c "sleep 0.4; echo last words; echo last errors >&2; exit 0"
startsecs=0
autorestart=false
stdout_logfile=@DIR@/last.out
stderr_logfile=@DIR@/last.err
[program:trap]
command=/bin/sh -c "trap 'echo bye; exit 0' TERM; echo up; while :; do sleep 0.1; done"
stdout_logfile=@DIR@/trap.out
[program:closed]
command=/bin/sh -c "echo before; exec 1>&- 2>&-; sleep 1000"
stdout_logfile=@DIR@/closed.out
[program:grand]
command=/bin/sh -c "(sleep 1.5; echo from the grandchild) & sleep 0.4; echo parent ends"
startsecs=0
autorestart=false
stdout_logfile=@DIR@/grand.out
[program:bytes]
command=/bin/sh -c "printf 'a\\\\000b\\\\377c\\\\r\\\\n'; exec cat"
stdout_logfile=@DIR@/bytes.out
[program:kilo]
command=/bin/sh -c "i=0; while [ $i -lt 2000 ]; do echo line $i; i=$((i+1)); done; exec cat"
stdout_logfile=@DIR@/kilo.out
stdout_logfile_maxbytes=0
`,
  },
  steps: [
    { start: true },
    { waitFile: { file: 'much.out', size: 3000001 } },
    { waitFile: { file: 'kilo.out', lines: 2000 } },
    { waitFile: { file: 'trap.out', match: 'up' } },
    {
      wait: {
        last: 'EXITED',
        closed: 'RUNNING',
        grand: 'EXITED',
        bytes: 'RUNNING',
        trap: 'RUNNING',
        much: 'RUNNING',
        kilo: 'RUNNING',
      },
    },
    { sh: 'wc -c < much.out; tr -d "a\\n" < much.out | wc -c; cksum < kilo.out' },
    { read: 'last.out' },
    { read: 'last.err' },
    { read: 'closed.out' },
    { sh: 'od -c bytes.out' },
    { ctl: 'stop trap' },
    { read: 'trap.out' },
    { ctl: 'tail -11 kilo' },
    { rpc: 'supervisor.tailProcessStdoutLog', params: ['much', 0, 5] },
    { rpc: 'supervisor.readProcessStdoutLog', params: ['kilo', -22, 0] },
    { ctl: 'status closed' },
    { ctl: 'stop closed' },
    { log: true, only: ' (last|closed|trap) ', drop: 'waiting|success' },
  ],
}
