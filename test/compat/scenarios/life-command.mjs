const prog = (name, command, more = '') => `
[program:${name}]
command=${command}
startsecs=0
autorestart=false
startretries=0
stdout_logfile=@DIR@/${name}.out
stderr_logfile=@DIR@/${name}.err
${more}
`
export default {
  about:
    'commands: words, quotes and escapes, no shell, PATH of the environment, relative, empty, folders, no permission',
  env: { PATH: '@DIR@/bin1:@DIR@/bin2:/usr/bin:/bin' },
  files: {
    'args.sh': { mode: 0o755, text: '#!/bin/sh\nfor a in "$@"; do echo "<$a>"; done\nsleep 0.4\n' },
    'bin1/first': { mode: 0o755, text: '#!/bin/sh\necho bin1\nsleep 0.4\n' },
    'bin2/first': { mode: 0o755, text: '#!/bin/sh\necho bin2\nsleep 0.4\n' },
    'mine/own': { mode: 0o755, text: '#!/bin/sh\necho own path\nsleep 0.4\n' },
    'noexec.sh': { mode: 0o644, text: '#!/bin/sh\n' },
    noformat: { mode: 0o755, text: 'this is no program\n' },
    badshebang: { mode: 0o755, text: '#!/no/such/interpreter\n' },
    'folder/.keep': '',
    'work/.keep': '',
    'supervisord.conf': `
@BASE@
${prog('plain', '@DIR@/args.sh a b   c')}
${prog('quotes', `@DIR@/args.sh 'single "x"' "double 'y'" "esc \\" \\\\ \\n" a'b'"c" "" ''`)}
${prog('escapes', '@DIR@/args.sh a\\ b c\\\\d \\"e\\"')}
${prog('operators', '@DIR@/args.sh $HOME * ~ > x | y && z')}
${prog('path', 'first')}
${prog('ownpath', 'own', 'environment=PATH="@DIR@/mine:/bin:/usr/bin"')}
${prog('nopath', 'own')}
${prog('empty', '""')}
${prog('noexec', '@DIR@/noexec.sh')}
${prog('folder', '@DIR@/folder')}
${prog('absent', '@DIR@/absent arg')}
${prog('unclosed', '@DIR@/args.sh "unclosed')}
${prog('noformat', '@DIR@/noformat', 'startsecs=2')}
${prog('badshebang', '@DIR@/badshebang', 'startsecs=2')}
${prog('nodirectory', '/bin/cat', 'directory=@DIR@/nothere\nstartsecs=2')}
`,
  },
  steps: [
    { start: true },
    {
      wait: {
        plain: 'EXITED',
        quotes: 'EXITED',
        escapes: 'EXITED',
        operators: 'EXITED',
        path: 'EXITED',
        ownpath: 'EXITED',
        nopath: 'FATAL',
        noformat: 'FATAL',
        badshebang: 'FATAL',
        nodirectory: 'FATAL',
        absent: 'FATAL',
      },
    },
    ...['plain', 'quotes', 'escapes', 'operators', 'path', 'ownpath'].map((name) => ({ read: `${name}.out` })),
    ...['noformat', 'badshebang', 'nodirectory'].map((name) => ({ read: `${name}.err` })),
    { ctl: 'status', drop: 'EXITED' },
    ...['nopath', 'empty', 'noexec', 'folder', 'absent', 'unclosed'].flatMap((name) => [
      { rpc: 'supervisor.startProcess', params: [name] },
      { ctl: `start ${name}` },
    ]),
    { log: true, only: 'spawnerr', sort: true, uniq: true },
  ],
}
