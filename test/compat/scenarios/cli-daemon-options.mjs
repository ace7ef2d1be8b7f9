const sup = (more = '') => `[supervisord]
logfile=@DIR@/conf.log
pidfile=@DIR@/conf.pid
childlogdir=@DIR@/conf
${more}
[unix_http_server]
file=@DIR@/s.sock
[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
[supervisorctl]
serverurl=unix://@DIR@/s.sock
[program:p]
command=/bin/sh -c "printf '\\\\033[1mbold\\\\033[0m\\\\n'; umask; exec cat"
`
export default {
  about: "the daemon's options -k -t -i -q -j -l -e -s -y -z -a -m -d in the foreground, together and in long form",
  files: {
    'conf/.keep': '',
    'cli/.keep': '',
    'cli/old-stdout---byhand-abcdefgh.log': 'old\n',
    'supervisord.conf': sup('loglevel=error\nidentifier=conf'),
    'nodaemon.conf': sup('nodaemon=true\nsilent=true'),
  },
  steps: [
    { start: { more: ['-kt', '-i', 'byhand', '-q', '@DIR@/cli', '-j@DIR@/cli.pid', '-l', '@DIR@/cli.log', '-einfo'] } },
    { wait: { p: 'RUNNING' } },
    { ls: 'cli' },
    { ls: 'conf' },
    { ctl: 'tail p' },
    { rpc: 'supervisor.getIdentification' },
    { stat: ['cli.pid', 'conf.pid', 'cli.log', 'conf.log'] },
    { log: 'cli.log', only: 'RUNNING|CRIT' },
    { stop: true },
    {
      start: {
        more: [
          '--nocleanup',
          '--strip_ansi',
          '--identifier=long',
          '--childlogdir=@DIR@/cli',
          '--pidfile=@DIR@/long.pid',
          '--logfile=@DIR@/long.log',
          '--loglevel=WARN',
          '--logfile_maxbytes=1KB',
          '--logfile_backups=1',
          '--minfds=500',
          '--minprocs=100',
          '--umask=007',
          '--directory=@DIR@/conf',
          '--silent',
        ],
      },
    },
    { wait: { p: 'RUNNING' } },
    { ls: 'cli' },
    { ctl: 'tail p' },
    { rpc: 'supervisor.getIdentification' },
    { log: 'long.log', drop: 'running as root|without any HTTP' },
    { stop: true },
    { stdout: true, label: 'silent' },
    { start: { conf: 'nodaemon.conf', args: ['-c', '@DIR@/nodaemon.conf'] } },
    { wait: { p: 'RUNNING' } },
    { stop: true },
    { stdout: true },
    ...[
      ['-y', '1XB'],
      ['-z', 'many'],
      ['-a', 'x'],
      ['--minprocs', 'y'],
      ['-m', '8'],
      ['-i'],
      ['-nn'],
      ['--nodaemon=1'],
      ['--min=3'],
      ['-e', 'INFOS'],
      ['-q', '@DIR@/nothere'],
    ].map((words) => ({
      supervisord: ['-c', '@DIR@/supervisord.conf', '-n', ...words],
      timeout: 6000,
    })),
  ],
}
