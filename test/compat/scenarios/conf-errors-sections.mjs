// malformed files and bad server, listener, FastCGI and include sections
const sup = '[supervisord]\nlogfile=@DIR@/l.log\npidfile=@DIR@/p.pid\n'
const el = (more) => `${sup}[eventlistener:e]\ncommand=/bin/cat\n${more}\n`
const fc = (more) => `${sup}[fcgi-program:f]\ncommand=/bin/cat\n${more}\n`
const bad = {
  'no-header': 'key=value\n',
  'no-equals': `${sup}this line has no delimiter\n`,
  'empty-file': '',
  'inet-no-port': `${sup}[inet_http_server]\nusername=a\npassword=b\n`,
  'inet-bad-port': `${sup}[inet_http_server]\nport=notaport\n`,
  'inet-bad-port-2': `${sup}[inet_http_server]\nport=127.0.0.1:http\n`,
  'inet-only-user': `${sup}[inet_http_server]\nport=127.0.0.1:@PORT@\nusername=a\n`,
  'unix-no-file': `${sup}[unix_http_server]\nchmod=0700\n`,
  'unix-bad-chmod': `${sup}[unix_http_server]\nfile=@DIR@/s.sock\nchmod=9x\n`,
  'unix-bad-chown': `${sup}[unix_http_server]\nfile=@DIR@/s.sock\nchown=nosuchuser:nosuchgroup\n`,
  'unix-only-pass': `${sup}[unix_http_server]\nfile=@DIR@/s.sock\npassword=a\n`,
  'el-no-events': el(''),
  'el-unknown-event': el('events=NO_SUCH_EVENT'),
  'el-buffer-size': el('events=TICK_5\nbuffer_size=0'),
  'el-redirect': el('events=TICK_5\nredirect_stderr=true'),
  'fcgi-no-socket': fc(''),
  'fcgi-bad-socket': fc('socket=udp://localhost:1'),
  'fcgi-relative-socket': fc('socket=unix://relative.sock'),
  'fcgi-bad-mode': fc('socket=unix://@DIR@/f.sock\nsocket_mode=xyz'),
  'fcgi-bad-owner': fc('socket=unix://@DIR@/f.sock\nsocket_owner=nosuchuser'),
  'fcgi-mode-on-tcp': fc('socket=tcp://127.0.0.1:@PORT@\nsocket_mode=0700'),
  'fcgi-bad-backlog': fc('socket=unix://@DIR@/f.sock\nsocket_backlog=99999'),
  'include-no-files': `${sup}[include]\nfoo=bar\n`,
  'group-ambiguous': `${sup}[group:g]\nprograms=a\n[program:a]\ncommand=/bin/cat\n[fcgi-program:a]\ncommand=/bin/cat\nsocket=unix://@DIR@/f.sock\n`,
  'unix-folder-missing': `${sup}[unix_http_server]\nfile=@DIR@/nofolder/s.sock\n`,
}
export default {
  about: 'malformed files; bad server, listener, FastCGI, group and include sections: message and exit status',
  files: Object.fromEntries(Object.entries(bad).map(([n, t]) => [`${n}.conf`, t])),
  steps: Object.keys(bad).map((n) => ({ supervisord: ['-n', '-c', `@DIR@/${n}.conf`], label: n, timeout: 6000 })),
}
