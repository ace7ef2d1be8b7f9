export default {
  about:
    'environment=: precedence over SUPERVISOR_ names, ENV_ of both sections, blanks, commas, a trailing comma, percent signs',
  env: { FROM_OS: 'os', PERCENT: '50%', SPACED: 'a b', SHARED: 'os' },
  supervisord: 'environment=GLOBAL="global",SHARED="supervisord",DERIVED="%(ENV_FROM_OS)s/x"',
  files: {
    'supervisord.conf': `
@BASE@
[program:one]
command=/bin/sh -c "env; sleep 0.4"
startsecs=0
autorestart=false
stdout_logfile=@DIR@/one.out
environment=SUPERVISOR_ENABLED="no",SUPERVISOR_PROCESS_NAME="mine",SHARED="program",
[program:two]
command=/bin/sh -c "echo %(ENV_GLOBAL)s %(ENV_SHARED)s %(ENV_FROM_OS)s %(ENV_SPACED)s; env; sleep 0.4"
startsecs=0
autorestart=false
stdout_logfile=@DIR@/two.out
environment =
  A = "1" ,
  B="%(ENV_GLOBAL)s and %(ENV_DERIVED)s",C='a,b',D="100%%",E="%(program_name)s:%(group_name)s:%(process_num)d:%(numprocs)d:%(here)s"
[program:three]
command=/bin/sh -c "echo %(ENV_OWN)s; sleep 0.4"
directory=%(ENV_WHERE)s
startsecs=0
autorestart=false
stdout_logfile=%(ENV_WHERE)s/three-%(ENV_OWN)s.out
environment=OWN="own",WHERE="@DIR@"
[program:four]
command=/bin/sh -c "env; sleep 0.4"
startsecs=0
autorestart=false
stdout_logfile=@DIR@/four.out
environment=
user=@USER@
`,
  },
  steps: [
    { start: true },
    { wait: { one: 'EXITED', two: 'EXITED', three: 'EXITED', four: 'EXITED' } },
    ...['one', 'two', 'three-own', 'four'].map((name) => ({
      read: `${name}.out`,
      sort: true,
      drop: '^(PATH|_|PWD|SHLVL|OLDPWD)=',
    })),
    { log: true, only: 'WARN|CRIT' },
  ],
}
