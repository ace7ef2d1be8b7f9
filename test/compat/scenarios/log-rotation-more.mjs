const prog = (name, more) => `
[program:${name}]
command=/bin/cat
stdout_logfile=@DIR@/logs/${name}.log
${more}
`
const line = (text) => `${text.padEnd(49, '.')}\n`
export default {
  about:
    'rotation: one, none and many backups, exactly at the limit, a file over the limit from before, stale backups, after a restart',
  files: {
    'logs/over.log': line('from before').repeat(3),
    'logs/over.log.1': 'first\n',
    'logs/over.log.5': 'fifth\n',
    'logs/.keep': '',
    'supervisord.conf': `
@BASE@
${prog('one', 'stdout_logfile_maxbytes=100\nstdout_logfile_backups=1')}
${prog('none', 'stdout_logfile_maxbytes=100\nstdout_logfile_backups=0')}
${prog('many', 'stdout_logfile_maxbytes=50\nstdout_logfile_backups=3')}
${prog('over', 'stdout_logfile_maxbytes=100\nstdout_logfile_backups=2')}
${prog('negative', 'stdout_logfile_maxbytes=-1\nstdout_logfile_backups=1')}
`,
  },
  steps: [
    { start: true },
    { wait: { one: 'RUNNING', none: 'RUNNING', many: 'RUNNING', over: 'RUNNING', negative: 'RUNNING' } },
    { ls: 'logs', sizes: true },
    // one write each: the next is sent when the last has arrived
    ...['one', 'none', 'many', 'over', 'negative'].flatMap((name) =>
      ['a1', 'b2', 'c3', 'd4', 'e5'].flatMap((text) => [
        { rpc: 'supervisor.sendProcessStdin', params: [name, line(text)] },
        {
          sh: `n=0; until cat logs/${name}.log* | grep -q '^${text}' || [ $n -gt ${name === 'none' ? 12 : 60} ]; do sleep 0.05; n=$((n+1)); done`,
        },
      ]),
    ),
    { ls: 'logs', sizes: true },
    ...[
      'one.log',
      'one.log.1',
      'none.log',
      'many.log',
      'many.log.1',
      'many.log.2',
      'many.log.3',
      'over.log',
      'over.log.1',
      'over.log.2',
      'over.log.5',
      'negative.log',
    ].map((name) => ({ read: `logs/${name}` })),
    { rpc: 'supervisor.readProcessStdoutLog', params: ['one', 0, 0] },
    { ctl: 'tail -10 one' },
    { ctl: 'restart one' },
    { rpc: 'supervisor.sendProcessStdin', params: ['one', line('f6')] },
    { waitFile: { file: 'logs/one.log.1', match: '^f6' }, mayFail: true, timeout: 1500 },
    { ls: 'logs', sizes: true, only: '^one' },
    { ctl: 'clear many' },
    { ls: 'logs', only: '^many' },
  ],
}
