export default {
  about:
    'daemonizing: exit status of the parent, pid file, session, open files, current folder, log; a second instance',
  supervisord: 'directory=@DIR@/work',
  files: {
    'work/.keep': '',
    'supervisord.conf': '@BASE@\n[program:cat]\ncommand=/bin/sh -c "pwd; exec cat"\nstdout_logfile=@DIR@/cat.out\n',
  },
  steps: [
    { start: { daemonize: true } },
    { wait: { cat: 'RUNNING' } },
    { stat: ['supervisord.pid', 's.sock'] },
    {
      sh: 'p=$(cat supervisord.pid); readlink /proc/$p/cwd; for i in 0 1 2; do readlink /proc/$p/fd/$i; done; set -- $(ps -o pid=,sid=,tty= -p $p); [ $1 = $2 ] && echo session leader; echo tty $3',
    },
    { rpc: 'supervisor.getPID', replace: [['int \\d+', 'int <PID>']] },
    {
      sh: 'p=$(cat supervisord.pid); ps -o ppid= -p $(pgrep -P $p cat) | tr -d " " | sed "s/^$p$/child of the daemon/"',
    },
    { read: 'cat.out' },
    { supervisord: ['-c', '@DIR@/supervisord.conf'], label: 'a second instance' },
    { ctl: 'pid', pids: true },
    { ctl: 'shutdown' },
    { waitExit: true },
    { stat: ['supervisord.pid', 's.sock'] },
    { log: true },
  ],
}
