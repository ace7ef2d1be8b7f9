export default {
  about: "environment= grammar and precedence, what a child sees of the daemon's environment",
  env: { INHERITED: 'yes', OVERRIDE: 'from-os', LISTED: 'a,b' },
  supervisord: 'environment=GLOBAL="g",OVERRIDE="from-supervisord",BOTH=super',
  files: {
    'supervisord.conf': `
@BASE@
[program:env]
command=/usr/bin/env
startsecs=0
autorestart=false
stdout_logfile=@DIR@/env.out
environment=PLAIN=abc,QUOTED="has spaces, and commas",SINGLE='it=is',BOTH=prog,NUM=12,
   NEXTLINE="after a newline",URL="http://u:p@h/?a=b&c=d",EMPTY="",PATHLIKE=/a/b:/c
[program:env2]
command=/usr/bin/env
startsecs=0
autorestart=false
stdout_logfile=@DIR@/env2.out
serverurl=http://example.invalid:1
[group:g]
programs=env2
`,
  },
  steps: [
    { start: true },
    { wait: { env: 'EXITED', env2: 'EXITED' } },
    { read: 'env.out', sort: true, drop: '^(PATH|_|PWD|SHLVL)=' },
    { read: 'env2.out', sort: true, drop: '^(PATH|_|PWD|SHLVL)=' },
  ],
}
