const prog = (name, code, more) => `
[program:${name}]
command=/bin/sh -c "echo run; sleep 0.4; exit ${code}"
startsecs=0
stdout_logfile=@DIR@/${name}.out
${more}
`
export default {
  about: 'lists of expected exit codes: blanks, many, none, repeated; signals are never expected',
  files: {
    'supervisord.conf': `
@BASE@
${prog('blanks', 3, 'exitcodes= 0 , 3 ,4')}
${prog('many', 255, 'exitcodes=0,1,2,3,4,5,255')}
${prog('none', 0, 'exitcodes=\nautorestart=false')}
${prog('twice', 2, 'exitcodes=2,2')}
${prog('zero', 0, 'exitcodes=1\nautorestart=false')}
[program:signalled]
command=/bin/sh -c "sleep 0.4; kill -9 $$"
startsecs=0
autorestart=false
exitcodes=137,9,255
[program:core]
command=/bin/sh -c "ulimit -c 0; sleep 0.4; kill -6 $$"
startsecs=0
autorestart=false
`,
  },
  steps: [
    { start: true },
    {
      wait: {
        blanks: 'EXITED',
        many: 'EXITED',
        none: 'EXITED',
        twice: 'EXITED',
        zero: 'EXITED',
        signalled: 'EXITED',
        core: 'EXITED',
      },
    },
    { sleep: 1200 },
    { ctl: 'status' },
    { rpc: 'supervisor.getAllProcessInfo', pick: ['name', 'statename', 'exitstatus', 'spawnerr'] },
    { rpc: 'supervisor.getAllConfigInfo', pick: ['name', 'exitcodes'] },
    { log: true, only: 'exited', sort: true },
    ...['blanks', 'many', 'none', 'twice', 'zero'].map((name) => ({ read: `${name}.out` })),
  ],
}
