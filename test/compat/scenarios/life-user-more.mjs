const SHOW = '/bin/sh -c "id -u; id -g; umask; echo $HOME $USER; pwd; sleep 0.4"'
const prog = (name, more) => `
[program:${name}]
command=${SHOW}
startsecs=0
autorestart=false
stdout_logfile=@DIR@/${name}.out
${more}
`
export default {
  about:
    'user by name and number, umask in all spellings, directory with a user who may not enter it, a program a user may not run',
  env: { HOME: '@DIR@', USER: 'somebody' },
  files: {
    'secret/.keep': '',
    'private.sh': { mode: 0o700, text: '#!/bin/sh\nsleep 5\n' },
    'supervisord.conf': `
@BASE@
${prog('plain', '')}
${prog('byname', 'user=nobody')}
${prog('bynumber', 'user=65534')}
${prog('root', 'user=root')}
${prog('umask1', 'umask=077')}
${prog('umask2', 'umask=0o27')}
${prog('umask3', 'umask=2')}
${prog('folder', 'user=nobody\ndirectory=/usr/lib')}
[program:closed]
command=/bin/cat
user=nobody
directory=@DIR@/secret
startsecs=2
startretries=0
stderr_logfile=@DIR@/closed.err
[program:private]
command=@DIR@/private.sh
user=nobody
startsecs=2
startretries=0
stderr_logfile=@DIR@/private.err
`,
  },
  steps: [
    { sh: 'chmod 700 secret' },
    { start: true },
    {
      wait: {
        plain: 'EXITED',
        byname: 'EXITED',
        bynumber: 'EXITED',
        root: 'EXITED',
        umask1: 'EXITED',
        umask2: 'EXITED',
        umask3: 'EXITED',
        folder: 'EXITED',
        closed: 'FATAL',
        private: 'FATAL',
      },
    },
    ...['plain', 'byname', 'bynumber', 'root', 'umask1', 'umask2', 'umask3', 'folder'].map((name) => ({
      read: `${name}.out`,
    })),
    { read: 'closed.err' },
    { read: 'private.err' },
    { ctl: 'status closed private' },
    { rpc: 'supervisor.getAllConfigInfo', pick: ['name', 'uid'] },
    { stat: ['byname.out', 'closed.err'] },
  ],
}
