const INT = 'KeyboardInterrupt|^stdout\\|\\s*$'
export default {
  about:
    'tail and maintail: members of groups, AUTO logs, after clear and rotation, several words, bytes that are more than there is',
  files: {
    'supervisord.conf': `
@BASE@
[program:m]
command=/bin/sh -c "echo member %(process_num)d; echo error %(process_num)d >&2; exec cat"
process_name=m%(process_num)d
numprocs=2
stdout_logfile=@DIR@/m%(process_num)d.out
stderr_logfile=@DIR@/m%(process_num)d.err
[program:redirected]
command=/bin/sh -c "echo both >&2; exec cat"
redirect_stderr=true
stdout_logfile=@DIR@/redirected.out
[program:never]
command=/bin/cat
autostart=false
[program:nonewline]
command=/bin/sh -c "printf 'no newline at the end'; exec cat"
stdout_logfile=@DIR@/nonewline.out
[program:empty]
command=/bin/cat
stdout_logfile=@DIR@/empty.out
`,
  },
  steps: [
    { start: true },
    { wait: { 'm:m0': 'RUNNING', 'm:m1': 'RUNNING', redirected: 'RUNNING', nonewline: 'RUNNING', empty: 'RUNNING' } },
    { ctl: 'tail m:m0' },
    { ctl: 'tail m:m1 stderr' },
    { ctl: 'tail -5 m:m1' },
    { ctl: 'tail m0' },
    { ctl: 'tail m' },
    { ctl: 'tail m:*' },
    { ctl: 'tail m:m9' },
    { ctl: 'tail -f m:m0', until: 'member', timeout: 10000, drop: INT },
    { ctl: 'tail -f m:m0 stderr', until: 'error', timeout: 10000, drop: INT },
    { ctl: 'tail -f m:*', timeout: 8000 },
    { ctl: 'tail -f m:m0 nochannel', timeout: 8000 },
    { ctl: 'tail redirected' },
    { ctl: 'tail redirected stdout' },
    { ctl: 'tail redirected stderr' },
    { ctl: 'tail -f redirected stderr', timeout: 8000 },
    { ctl: 'tail never' },
    { ctl: 'tail nonewline' },
    { ctl: 'tail empty' },
    { ctl: 'tail -100 empty stdout' },
    { ctl: 'tail -5' },
    { ctl: 'tail --5 nonewline' },
    { ctl: 'tail -5x nonewline' },
    { ctl: 'tail +5 nonewline' },
    { ctl: 'tail nonewline -5' },
    { ctl: 'tail -5 nonewline stdout extra' },
    { ctl: 'tail -f nonewline stdout extra' },
    { ctl: 'maintail -0', only: 'exit|empty entered RUNNING' },
    { ctl: 'maintail -99999999', only: 'exit|empty entered RUNNING' },
    { ctl: 'maintail -5x' },
    { ctl: 'maintail -f extra' },
    { ctl: 'maintail -1', replace: [['stdout\\| .', 'stdout| <C>']], first: 1 },
    { rpc: 'supervisor.clearLog' },
    { ctl: 'maintail', replace: [['<TS>', 'TS']] },
    { remove: 'nonewline.out' },
    { ctl: 'tail nonewline' },
    { ctl: 'tail -f nonewline', timeout: 8000 },
    { ctl: 'clear nonewline' },
    { ctl: 'tail nonewline' },
  ],
}
