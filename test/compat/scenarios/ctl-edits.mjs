const conf = (more = '') =>
  `@BASE@\n[program:a]\ncommand=/bin/cat\nstartsecs=0\n[program:b]\ncommand=/bin/cat\nautostart=false\n${more}`
const C = '[program:c]\ncommand=/bin/cat\nautostart=false\n'
const D = C.replace(':c]', ':d]')
const fcgi = (socket) => `${C.replace('program', 'fcgi-program')}socket=unix://@DIR@/${socket}.sock\n`
const edits = [
  C,
  C.replace('cat', 'cat -u'),
  `${C}[group:g]\nprograms=c\n`,
  `${C}numprocs=2\nprocess_name=c%(process_num)d\n`,
  `${C.replace('program', 'eventlistener')}events=TICK_60\n`,
  fcgi('f'),
  fcgi('g'),
  `${C + D}[group:g]\nprograms=c,d\npriority=5\n`,
  `${C + D}[group:g]\nprograms=d,c\npriority=5\n`,
  `${C + D}[group:g]\nprograms=d,c\npriority=6\n`,
  '',
]
export default {
  about: 'in the shell after each kind of edit: reread, avail, add, remove, update; a group that the file has no more',
  files: { 'supervisord.conf': conf() },
  steps: [
    { start: true },
    { wait: { a: 'RUNNING' } },
    ...edits.flatMap((more) => [
      { write: { 'supervisord.conf': conf(more) } },
      {
        ctl: [],
        stdin: 'reread\navail\nadd c g c:c c0\nremove nosuch\nreread\nupdate\nreread\nstatus\nstatus c:* g:* c\nquit\n',
      },
    ]),
  ],
}
