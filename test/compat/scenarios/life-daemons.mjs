const programs = {
  forks: 'command=/bin/sh -c "sleep 300 & sleep 0.3"\nstartsecs=0\nautorestart=false\nkillasgroup=true',
  closes: 'command=/bin/sh -c "exec >&- 2>&-; exec sleep 300"',
  nostdin: 'command=/bin/sh -c "exec <&-; exec sleep 300"',
  selfkill: 'command=/bin/sh -c "sleep 1.5; kill -9 $$"\nautorestart=false',
  stopself: 'command=/bin/sh -c "sleep 1.5; kill -STOP $$; exit 7"\nautorestart=false\nstopwaitsecs=1',
  exit255: 'command=/bin/sh -c "sleep 1.5; exit 255"\nexitcodes=255',
  core: 'command=/bin/sh -c "ulimit -c 0; sleep 1.5; kill -SEGV $$"\nautorestart=false',
  lines: 'command=/bin/sh -c "echo a\n  echo b; exec sleep 300"\nstdout_logfile=@DIR@/lines.out',
}
export default {
  about: 'programs that leave a child, close their streams, kill or stop themselves; a command of two lines',
  files: {
    'supervisord.conf': `@BASE@\n${Object.entries(programs)
      .map(([name, text]) => `[program:${name}]\n${text}\n`)
      .join('')}`,
  },
  steps: [
    { start: true },
    {
      wait: {
        nostdin: 'RUNNING',
        closes: 'RUNNING',
        selfkill: 'EXITED',
        exit255: 'EXITED',
        core: 'EXITED',
        forks: 'EXITED',
      },
    },
    { rpc: 'supervisor.sendProcessStdin', params: ['nostdin', 'x\n'] },
    { ctl: 'status nostdin' },
    { sleep: 300 },
    { ctl: 'stop stopself' },
    {
      rpc: 'supervisor.getAllProcessInfo',
      pick: ['name', 'statename', 'exitstatus', 'spawnerr', 'pid'],
      replace: [['pid: int [1-9]\\d*', 'pid: int <PID>']],
    },
    { read: 'lines.out' },
    { ctl: 'tail closes' },
    { ctl: 'stop all', sort: true },
    { processes: 'sleep 300', label: 'what a child leaves behind stays' },
    { log: true, sort: true, drop: 'success|spawned' },
  ],
}
