const head = (more) => `
[supervisord]
${more}
[unix_http_server]
file=@DIR@/s.sock
[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
[supervisorctl]
serverurl=unix://@DIR@/s.sock
[program:show]
command=/bin/sh -c "umask; pwd; echo here; exec cat"
stdout_logfile=show.out
`
export default {
  about:
    'a daemon with relative paths, umask= and directory=: where the files go and with what modes; errors that it tells before it forks',
  files: {
    'work/.keep': '',
    'child/.keep': '',
    'supervisord.conf': head(
      'logfile=main.log\npidfile=rel.pid\numask=027\ndirectory=@DIR@/work\nchildlogdir=@DIR@/child',
    ),
    'nodaemon.conf': head('logfile=@DIR@/fg.log\npidfile=@DIR@/fg.pid\nnodaemon=true\numask=027\ndirectory=@DIR@/work'),
    'bad.conf': head('logfile=@DIR@/nowhere/x.log\npidfile=@DIR@/p.pid'),
    'badpid.conf': head('logfile=@DIR@/b.log\npidfile=@DIR@/nowhere/p.pid'),
  },
  steps: [
    { start: { daemonize: true, pidfile: 'rel.pid' } },
    { wait: { show: 'RUNNING' } },
    { stat: ['main.log', 'rel.pid', 'work/main.log', 'work/show.out', 'show.out', 's.sock'] },
    { waitFile: { file: 'work/show.out', match: 'here' } },
    { read: 'work/show.out' },
    { ctl: 'tail show' },
    { ctl: 'status' },
    { ctl: 'reread' },
    { ctl: 'shutdown' },
    { waitExit: true },
    { stat: ['rel.pid', 's.sock'] },
    { log: 'main.log' },
    { start: { conf: 'nodaemon.conf', args: ['-c', '@DIR@/nodaemon.conf'] } },
    { waitFile: { file: 'show.out', match: 'here' } },
    { read: 'show.out' },
    { stop: true },
    { supervisord: ['-c', '@DIR@/bad.conf'], timeout: 6000 },
    { supervisord: ['-c', '@DIR@/badpid.conf'], timeout: 6000 },
  ],
}
