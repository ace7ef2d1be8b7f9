export default {
  about: 'user=, umask= and directory= of a program and of the daemon; session, groups and open files of a child',
  supervisord: 'umask=027\ndirectory=@DIR@/work',
  files: {
    'work/.keep': '',
    'other/.keep': '',
    'supervisord.conf': `
@BASE@
[program:plain]
command=/bin/sh -c "umask; pwd; id -un; id -G; touch made-by-plain; ls -l /proc/self/fd | wc -l"
startsecs=0
autorestart=false
stdout_logfile=@DIR@/plain.out
redirect_stderr=true
[program:other]
command=/bin/sh -c "umask; pwd; id -un; id -gn; id -G; echo $HOME $USER $LOGNAME; readlink /proc/self/fd/0 | cut -c1-5"
startsecs=0
autorestart=false
umask=077
directory=@DIR@/other
user=nobody
stdout_logfile=@DIR@/other.out
redirect_stderr=true
[program:session]
command=/bin/sh -c "ps -o pid=,pgid=,sid= -p $$ | awk '{ if ($1 == $2) print \\"leads its group\\"; else print \\"in a group\\"; if ($1 == $3) print \\"leads its session\\"; else print \\"in a session\\" }'"
startsecs=0
autorestart=false
stdout_logfile=@DIR@/session.out
redirect_stderr=true
[program:baduser]
command=/bin/cat
user=nobody
directory=@DIR@/private
startretries=0
`,
  },
  steps: [
    { mkdir: 'private', mode: 0o700 },
    { start: true },
    { wait: { plain: 'EXITED', other: 'EXITED', session: 'EXITED', baduser: 'FATAL' } },
    { read: 'plain.out' },
    { read: 'other.out' },
    { read: 'session.out' },
    { stat: ['work/made-by-plain', 'plain.out', 'other.out', 'supervisord.log', 'supervisord.pid', 's.sock'] },
    { ctl: 'status baduser' },
    { log: true, only: 'baduser|directory|umask' },
  ],
}
