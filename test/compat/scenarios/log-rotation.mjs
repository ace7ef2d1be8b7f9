export default {
  about: 'rotation of child logs: sizes and names of the files, backups=0, no rotation, long lines',
  files: {
    'lines.sh':
      '#!/bin/sh\n# 60 lines of 50 bytes, one write each\ni=100\nwhile [ $i -lt 160 ]; do printf "%s %s\\n" $i "012345678901234567890123456789012345678901234"; i=$((i+1)); sleep 0.02; done\nexec cat\n',
    'supervisord.conf': `
@BASE@
[program:rot]
command=/bin/sh @DIR@/lines.sh
stdout_logfile=@DIR@/logs/rot.log
stdout_logfile_maxbytes=500
stdout_logfile_backups=2
[program:none]
command=/bin/sh @DIR@/lines.sh
stdout_logfile=@DIR@/logs/none.log
stdout_logfile_maxbytes=500
stdout_logfile_backups=0
[program:forever]
command=/bin/sh @DIR@/lines.sh
stdout_logfile=@DIR@/logs/forever.log
stdout_logfile_maxbytes=0
[program:big]
command=/bin/sh -c "head -c 5000 /dev/zero | tr '\\\\0' x; exec cat"
stdout_logfile=@DIR@/logs/big.log
stdout_logfile_maxbytes=1KB
stdout_logfile_backups=3
`,
    'logs/.keep': '',
  },
  steps: [
    { start: true },
    { waitFile: { file: 'logs/forever.log', lines: 60 } },
    { sleep: 700 },
    { ls: 'logs', sizes: true, drop: '^big' },
    { read: 'logs/rot.log' },
    { read: 'logs/rot.log.1' },
    { read: 'logs/rot.log.2', first: 3 },
    { read: 'logs/none.log' },
    { ls: 'logs', only: '^big', label: 'names only: how the writes were cut is not fixed' },
    { rpc: 'supervisor.readProcessStdoutLog', params: ['rot', -60, 0] },
    { ctl: 'tail rot', last: 3 },
    { ctl: 'clear rot' },
    { ls: 'logs', sizes: true, only: '^rot' },
    { rpc: 'supervisor.sendProcessStdin', params: ['rot', 'again\n'] },
    { waitFile: { file: 'logs/rot.log', match: 'again' } },
    { ls: 'logs', sizes: true, only: '^rot' },
  ],
}
