const NAMES =
  'all all|all nosuch|nosuch all|off off|off nosuch off|g:*|g: |g:a g:b|g:a:b|g:|:a|:*|*:*|*|*:a|g:*:*|g:**|g*|g:nosuch|nosuch:*|nosuch:|nosuch:a|GRP:*|G:a|off:off|off:*|off:|ö|ö:*|a b c|""|\'off\'|off;|off,g:a|--|-x|-|ALL|:'.split(
    '|',
  )
const conf = `@BASE@
[program:off]
command=/bin/cat
autostart=false
stopsignal=KILL
startsecs=0
[program:a]
command=/bin/cat
autostart=false
startsecs=0
stdout_logfile=NONE
[program:b]
command=/nosuch
autostart=false
startsecs=0
[group:g]
programs=a,b
[program:bad]
command=/nosuch
autostart=false
`
const each = (verb, names) => `${names.map((name) => `${verb} ${name}`).join('\n')}\nquit\n`
const ACTING = ['off off', 'off nosuch off', 'g:*', 'g:nosuch', 'nosuch:*', ':a', '*', 'off:*', 'ö', 'off;']
export default {
  about: 'names in all forms, with each verb: several, repeated, of groups, half of a name, quoted, of no process',
  files: { 'supervisord.conf': conf },
  steps: [
    { start: true },
    ...['status', 'stop', 'signal HUP', 'pid', 'clear', 'tail'].map((verb) => ({ ctl: [], stdin: each(verb, NAMES) })),
    ...['start', 'restart', 'stop'].map((verb) => ({
      ctl: [],
      stdin: each(verb, ACTING),
      replace: [['(pid \\d+|Nov|Dec|[A-Z][a-z][a-z] \\d\\d \\d).*', '']],
      drop: 'STOPPED|RUNNING',
    })),
    ...[
      'status off nosuch',
      'start off nosuch off',
      'stop nosuch:* off',
      'signal HUP nosuch off',
      'pid off nosuch',
    ].map((words) => ({ ctl: words })),
  ],
}
