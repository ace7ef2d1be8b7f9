// the reference's client may linger for half a minute after it has said "Exiting
// foreground"; it is not waited for
export default {
  about: 'fg: wrong arguments, then stdin forwarded and output shown until the end of input',
  files: {
    'echo.sh':
      '#!/bin/sh\nwhile read -r l; do echo "you said $l"; echo "oops $l" >&2; [ "$l" = die ] && exit 0; done\n',
    'supervisord.conf': `
@BASE@
[program:echo]
command=/bin/sh @DIR@/echo.sh
stdout_logfile=@DIR@/echo.out
stderr_logfile=@DIR@/echo.err
autorestart=false
[program:off]
command=/bin/cat
autostart=false
`,
  },
  steps: [
    { start: true },
    { wait: { echo: 'RUNNING' } },
    { ctl: 'fg' },
    { ctl: 'fg a b' },
    { ctl: 'fg nosuch' },
    { ctl: 'fg off' },
    {
      ctl: 'fg echo',
      stdin: [
        [1500, 'one\n'],
        [1500, 'two\n'],
        [1500, ''],
      ],
      timeout: 20000,
      until: 'Exiting',
      // biome-ignore lint/suspicious/noThenProperty: names the signal that ends the command
      then: 'KILL',
      only: 'stdout',
      sort: true,
      label: 'ends at the end of its input',
    },
    { read: 'echo.out' },
    { read: 'echo.err' },
    {
      ctl: 'fg echo',
      stdin: [
        [1500, 'die\n'],
        [1500, 'more\n'],
        [1500, 'yet more\n'],
        [1000, ''],
      ],
      timeout: 20000,
      until: 'Exiting',
      // biome-ignore lint/suspicious/noThenProperty: names the signal that ends the command
      then: 'KILL',
      only: 'stdout',
      drop: ' die',
      sort: true,
      label: 'the program ends meanwhile; what it says last may come too late',
    },
    { wait: { echo: 'EXITED' } },
    { ctl: 'fg echo' },
  ],
}
