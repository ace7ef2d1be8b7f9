export default {
  about:
    'fcgi-program: stdin refused, avail, restart, update of the socket, a left-over socket in the way, numbers in TCP, ends of single processes',
  files: {
    'supervisord.conf': `
@BASE@
[fcgi-program:a]
command=@NODE@ @DIR@/h/fcgi-accept.mjs
socket=unix://%(here)s/%(program_name)s.sock
stdout_logfile=@DIR@/a.out
[fcgi-program:old]
command=@NODE@ @DIR@/h/fcgi-accept.mjs
socket=unix://@DIR@/old
stdout_logfile=@DIR@/old.out
[fcgi-program:tcp]
command=@NODE@ @DIR@/h/fcgi-accept.mjs
process_name=%(program_name)s_%(process_num)d
numprocs=2
socket=tcp://127.0.0.1:@PORT@
stdout_logfile=@DIR@/tcp%(process_num)d.out
`,
  },
  steps: [
    {
      sh: `@NODE@ -e "require('net').createServer().listen('old',()=>process.kill(process.pid,'SIGKILL'))"; test -S old && echo left over`,
      only: 'left over',
    },
    { start: true },
    { waitFile: { file: 'a.out', match: 'listening' } },
    { waitFile: { file: 'old.out', match: 'listening' } },
    { waitFile: { file: 'tcp0.out', match: 'listening' } },
    { waitFile: { file: 'tcp1.out', match: 'listening' } },
    { wait: { a: 'RUNNING', old: 'RUNNING', 'tcp:tcp_0': 'RUNNING', 'tcp:tcp_1': 'RUNNING' } },
    { stat: ['a.sock', 'old'] },
    { raw: '', url: 'unix:@DIR@/old' },
    { rpc: 'supervisor.sendProcessStdin', params: ['a', 'x'] },
    { ctl: 'avail' },
    { ctl: 'status' },
    { ctl: 'restart tcp:*', sort: true },
    { waitFile: { file: 'tcp1.out', match: 'listening', count: 2 } },
    { waitFile: { file: 'tcp0.out', match: 'listening', count: 2 } },
    { raw: '', url: 'http://127.0.0.1:@PORT@', replace: [['tcp_\\d', 'tcp_N']] },
    { signal: 'KILL', to: 'a' },
    { waitFile: { file: 'a.out', match: 'listening', count: 2 } },
    { wait: { a: 'RUNNING' } },
    { raw: '', url: 'unix:@DIR@/a.sock', label: 'after it came back' },
    {
      write: {
        'supervisord.conf':
          '@BASE@\n[fcgi-program:a]\ncommand=@NODE@ @DIR@/h/fcgi-accept.mjs\nsocket=unix://@DIR@/b.sock\nstdout_logfile=@DIR@/a.out\n',
      },
    },
    { ctl: 'reread' },
    { ctl: 'update' },
    { waitFile: { file: 'a.out', match: 'listening', count: 3 } },
    { wait: { a: 'RUNNING' } },
    { raw: '', url: 'unix:@DIR@/b.sock' },
    { ctl: 'status' },
    { stat: ['a.sock', 'b.sock', 'old'] },
  ],
}
