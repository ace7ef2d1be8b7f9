export default {
  about: 'sendProcessStdin: text, several lines, UTF-8, empty, large; to stopped, ended and stopping processes',
  files: {
    'until-done.sh':
      '#!/bin/sh\nwhile read -r l; do echo "got $l"; [ "$l" = done ] && exit 0; done\necho end of input\n',
    'supervisord.conf': `
@BASE@
[program:cat]
command=/bin/cat
stdout_logfile=@DIR@/cat.out
[program:until]
command=/bin/sh @DIR@/until-done.sh
stdout_logfile=@DIR@/until.out
autorestart=false
[program:off]
command=/bin/cat
autostart=false
[program:stubborn]
command=/bin/sh @DIR@/h/ignore-term.sh
stopwaitsecs=1000
stdout_logfile=@DIR@/stubborn.out
[program:mute]
command=/bin/cat
stdout_logfile=NONE
[group:g]
programs=mute
`,
  },
  steps: [
    { start: true },
    { waitFile: { file: 'stubborn.out', match: 'ready' } },
    { wait: { cat: 'RUNNING', until: 'RUNNING', stubborn: 'RUNNING', 'g:mute': 'RUNNING' } },
    { rpc: 'supervisor.sendProcessStdin', params: ['cat', ''] },
    { rpc: 'supervisor.sendProcessStdin', params: ['cat', 'one'] },
    { rpc: 'supervisor.sendProcessStdin', params: ['cat', ' line\nand another\n'] },
    { rpc: 'supervisor.sendProcessStdin', params: ['cat', 'naïve ☃ <&> "quoted"\n'] },
    { waitFile: { file: 'cat.out', match: '☃' } },
    { rpc: 'supervisor.sendProcessStdin', params: ['cat', 'x'.repeat(20000)] },
    { waitFile: { file: 'cat.out', match: 'x{20000}' } },
    { read: 'cat.out', first: 4, replace: [['x+<no newline>', 'x...']] },
    { rpc: 'supervisor.sendProcessStdin', params: ['cat', { $xml: '<base64>aGVsbG8K</base64>' }] },
    { rpc: 'supervisor.sendProcessStdin', params: ['cat', { $xml: '<array><data/></array>' }] },
    { rpc: 'supervisor.sendProcessStdin', params: ['cat', { $xml: '<boolean>1</boolean>' }] },
    { rpc: 'supervisor.sendProcessStdin', params: ['g:mute', 'x\n'] },
    { rpc: 'supervisor.sendProcessStdin', params: ['mute', 'x\n'] },
    { rpc: 'supervisor.sendProcessStdin', params: ['g:*', 'x\n'] },
    { rpc: 'supervisor.sendProcessStdin', params: ['g', 'x\n'] },
    { rpc: 'supervisor.sendProcessStdin', params: ['off', 'x\n'] },
    { rpc: 'supervisor.sendProcessStdin', params: ['until', 'first\ndone\n'] },
    { wait: { until: 'EXITED' } },
    { rpc: 'supervisor.sendProcessStdin', params: ['until', 'more\n'] },
    { read: 'until.out' },
    { rpc: 'supervisor.stopProcess', params: ['stubborn', false] },
    { rpc: 'supervisor.sendProcessStdin', params: ['stubborn', 'x\n'], label: 'while it is being stopped' },
    { signal: 'KILL', to: 'stubborn' },
  ],
}
