// The harness is a Node process, which has raised its own soft limit to the hard one: that is what is inherited.
const says = (name, more) => `
[program:${name}]
command=/bin/sh -c 'test "$(ulimit -Sn)" = "$(ulimit -Hn)" && echo as inherited || echo something else; exec sleep 100'
stdout_logfile=@DIR@/${name}.out
killasgroup=true
stopasgroup=true
${more}
`
export default {
  about: 'programs get the soft limit of open files that the daemon was started with, not minfds, when that is lower',
  files: {
    'supervisord.conf': `
@BASE@
${says('plain', '')}
${says('other', 'umask=077')}
`,
  },
  steps: [
    { start: true },
    { waitFile: { file: 'plain.out', match: '\n' } },
    { waitFile: { file: 'other.out', match: '\n' } },
    { read: 'plain.out' },
    { read: 'other.out' },
    { log: true, only: 'RLIMIT' },
  ],
}
