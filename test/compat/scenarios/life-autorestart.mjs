const prog = (name, ar, code, more = '') => `
[program:${name}]
command=/bin/sh -c "echo run; sleep 0.3; exit ${code}"
startsecs=0
autorestart=${ar}
exitcodes=0,2
stdout_logfile=@DIR@/${name}.out
${more}
`
export default {
  about: 'autorestart true, false and unexpected against expected and unexpected exit codes; death by signal',
  files: {
    'supervisord.conf': `
@BASE@
${prog('never_ok', 'false', 0)}
${prog('never_bad', 'false', 5)}
${prog('unexp_ok', 'unexpected', 2)}
${prog('unexp_bad', 'unexpected', 5)}
${prog('always_ok', 'true', 0)}
[program:killed]
command=/bin/cat
autorestart=unexpected
stdout_logfile=NONE
[program:killed_never]
command=/bin/cat
autorestart=false
stdout_logfile=NONE
`,
  },
  steps: [
    { start: true },
    {
      wait: { never_ok: 'EXITED', never_bad: 'EXITED', unexp_ok: 'EXITED', killed: 'RUNNING', killed_never: 'RUNNING' },
    },
    { waitFile: { file: 'unexp_bad.out', lines: 2 } },
    { waitFile: { file: 'always_ok.out', lines: 2 } },
    {
      ctl: 'stop unexp_bad always_ok',
      replace: [
        ['always_ok: .*', 'always_ok: <ANY>'],
        ['unexp_bad: .*', 'unexp_bad: <ANY>'],
      ],
      drop: 'exit',
    },
    { rpc: 'supervisor.getProcessInfo', params: ['never_bad'], pick: ['statename', 'exitstatus', 'spawnerr'] },
    { rpc: 'supervisor.getProcessInfo', params: ['unexp_ok'], pick: ['statename', 'exitstatus', 'spawnerr'] },
    { read: 'never_ok.out' },
    { read: 'never_bad.out' },
    { read: 'unexp_ok.out' },
    { signal: 'KILL', to: 'killed' },
    { signal: 'SEGV', to: 'killed_never' },
    { wait: { killed_never: 'EXITED' } },
    { waitFile: { file: 'supervisord.log', match: 'exited: killed .*\\n(.*\\n)*.*success: killed ' } },
    { ctl: 'status killed_never never_bad' },
    {
      rpc: 'supervisor.getProcessInfo',
      params: ['killed_never'],
      pick: ['statename', 'exitstatus', 'spawnerr', 'pid'],
    },
    { log: true, only: " never_ok| never_bad| unexp_ok|'never_ok|'never_bad|'unexp_ok", sort: true },
    { log: true, only: " killed|'killed", sort: true },
    { log: true, only: 'exited: (unexp_bad|always_ok)', sort: true, uniq: true },
  ],
}
