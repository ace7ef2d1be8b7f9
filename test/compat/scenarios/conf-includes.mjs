export default {
  about: '[include]: globs, several patterns, order, relative paths, %(here)s of the included file, no match',
  files: {
    'supervisord.conf': `
@BASE@
[include]
files = conf.d/*.conf  extra/one.ini @DIR@/abs/*.conf
   nothing/*.conf
[program:main]
command=/bin/echo main %(here)s
startsecs=0
autorestart=false
stdout_logfile=@DIR@/main.out
`,
    'conf.d/10-b.conf':
      '[program:b]\ncommand=/bin/echo b %(here)s\nstartsecs=0\nautorestart=false\nstdout_logfile=%(here)s/b.out\n',
    'conf.d/05-a.conf':
      '[program:a]\ncommand=/bin/echo a\nstartsecs=0\nautorestart=false\nstdout_logfile=NONE\npriority=1\n[program:b]\npriority=111\n',
    'conf.d/ignored.txt': 'this is no ini file',
    'extra/one.ini': '[program:main]\npriority=42\n[group:g]\nprograms=a,b\n',
    'abs/z.conf': '[program:z]\ncommand=/bin/echo z\nstartsecs=0\nautorestart=false\nstdout_logfile=NONE\n',
  },
  steps: [
    { start: true },
    { wait: { main: 'EXITED', 'g:a': 'EXITED', 'g:b': 'EXITED', z: 'EXITED' } },
    { read: 'main.out' },
    { read: 'conf.d/b.out' },
    { ctl: 'avail' },
    { rpc: 'supervisor.getAllConfigInfo', pick: ['name', 'group', 'process_prio', 'command'] },
    { log: true, only: 'nclude' },
    { write: { 'conf.d/20-c.conf': '[program:c]\ncommand=/bin/cat\n' } },
    { remove: 'abs/z.conf' },
    { ctl: 'reread' },
    { ctl: 'update' },
    { wait: { c: 'RUNNING' } },
    { ctl: 'status', drop: 'z  ' },
  ],
}
