const head = (more = '') => `
[supervisord]
logfile=@DIR@/odd.log
pidfile=@DIR@/odd.pid
${more}
[unix_http_server]
file=@DIR@/s.sock
[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
[supervisorctl]
serverurl=unix://@DIR@/s.sock
`
const odd = {
  'name-empty': `${head()}[program:]\ncommand=/bin/cat\nautostart=false\n`,
  'process-name-empty': `${head()}[program:x]\ncommand=/bin/cat\nprocess_name=\nautostart=false\n`,
  'include-empty': `${head()}[include]\nfiles=\n[program:x]\ncommand=/bin/cat\nautostart=false\n`,
  'unclosed-header': `${head()}[program:x\ncommand=/bin/cat\n[program:y]\ncommand=/bin/cat\nautostart=false\n`,
  'leading-blank': `${head()} [program:x]\n command=/bin/cat\n autostart=false\n`,
  'header-with-comment': `${head()}[program:x] ; words\ncommand=/bin/cat\nautostart=false\n[program:y] words\ncommand=/bin/cat\nautostart=false\n`,
  'no-programs': head(),
  'numprocs-zero': `${head()}[program:x]\ncommand=/bin/cat\nnumprocs=0\n[program:y]\ncommand=/bin/cat\nnumprocs=-1\nautostart=false\n`,
  'twice-in-groups': `${head()}[program:x]\ncommand=/bin/cat\nautostart=false\n[group:a]\nprograms=x\n[group:b]\nprograms=x,x\n`,
  'group-like-program': `${head()}[program:x]\ncommand=/bin/cat\nautostart=false\n[program:y]\ncommand=/bin/cat -u\nautostart=false\n[group:y]\nprograms=x\n`,
  'ctlplugin-unknown': `${head()}[unknown:thing]\na=b\n[program]\ncommand=x\n[supervisord:x]\nlogfile=/no/where\n`,
}
export default {
  about: 'files that look wrong and are read all the same: what is made of them',
  files: Object.fromEntries(Object.entries(odd).map(([name, text]) => [`${name}.conf`, text])),
  steps: Object.keys(odd).flatMap((name) => [
    { start: { conf: `${name}.conf` }, label: name },
    { ctl: 'avail', conf: `${name}.conf`, mayFail: true },
    { ctl: 'status', conf: `${name}.conf`, mayFail: true },
    { stop: true },
  ]),
}
