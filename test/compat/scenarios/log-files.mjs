const both = '/bin/sh -c "echo to stdout; echo to stderr >&2; exec cat"'
export default {
  about:
    'stdout_logfile and stderr_logfile: AUTO, NONE, names, redirect_stderr, shared files, /dev/null; clean-up of AUTO logs',
  supervisord: 'childlogdir=@DIR@/child\nidentifier=ident',
  files: {
    'child/old-stdout---ident-abcdefgh.log': 'from an earlier run\n',
    'child/old-stdout---ident-abcdefgh.log.1': 'from an earlier run\n',
    'child/other-stdout---otherident-abcdefgh.log': 'of another supervisord\n',
    'child/unrelated.txt': 'x\n',
    'supervisord.conf': `
@BASE@
[program:auto]
command=${both}
[program:none]
command=${both}
stdout_logfile=none
stderr_logfile=None
[program:named]
command=${both}
stdout_logfile=@DIR@/named.out
stderr_logfile=@DIR@/named.err
[program:redir]
command=${both}
redirect_stderr=true
stdout_logfile=@DIR@/redir.out
[program:redirauto]
command=${both}
redirect_stderr=true
[program:shared]
command=${both}
stdout_logfile=@DIR@/shared.log
stderr_logfile=@DIR@/shared.log
[program:relative]
command=${both}
stdout_logfile=relative.out
stderr_logfile=%(here)s/relative.err
[program:devout]
command=/bin/sh -c "echo opened /dev/stdout > /dev/stdout; echo opened /dev/stderr > /dev/stderr; exec cat"
stdout_logfile=@DIR@/devout.out
stderr_logfile=@DIR@/devout.err
[program:devnull]
command=${both}
stdout_logfile=/dev/null
stdout_logfile_maxbytes=0
stderr_logfile=/dev/null
stderr_logfile_maxbytes=0
`,
  },
  steps: [
    { start: true },
    {
      wait: {
        auto: 'RUNNING',
        none: 'RUNNING',
        named: 'RUNNING',
        redir: 'RUNNING',
        shared: 'RUNNING',
        devnull: 'RUNNING',
        devout: 'RUNNING',
        relative: 'RUNNING',
      },
    },
    { ls: 'child', sizes: true },
    { ls: '.', drop: '^(supervisord|h$|tmp$)' },
    { read: 'named.out' },
    { read: 'named.err' },
    { read: 'redir.out', sort: true },
    { read: 'shared.log', sort: true },
    { read: 'relative.out' },
    { read: 'devout.out' },
    { read: 'devout.err' },
    { rpc: 'supervisor.getAllProcessInfo', pick: ['name', 'stdout_logfile', 'stderr_logfile', 'logfile'] },
    { ctl: 'tail auto' },
    { ctl: 'tail auto stderr' },
    { ctl: 'tail redir stderr' },
    { ctl: 'tail none' },
    { ctl: 'restart auto' },
    { ctl: 'tail auto', label: 'appended to' },
    { stop: true },
    { ls: 'child', sizes: true },
    { start: true },
    { wait: { auto: 'RUNNING' } },
    { ls: 'child', sizes: true, label: 'a new run starts with new AUTO logs' },
    { read: 'named.out' },
    { stop: true },
    { start: { more: ['-k'] } },
    { wait: { auto: 'RUNNING' } },
    { ls: 'child', only: '^auto', label: '-k keeps them' },
  ],
}
