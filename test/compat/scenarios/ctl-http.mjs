const INT = 'KeyboardInterrupt|^stdout\\|\\s*$'
export default {
  about:
    'the client over http:// with a password: every action that reads or changes something, and the stream of tail -f',
  url: 'http://127.0.0.1:@PORT@',
  user: 'joe',
  pass: 'pa:ss word',
  files: {
    'supervisord.conf': `
[supervisord]
logfile=@DIR@/supervisord.log
pidfile=@DIR@/supervisord.pid
[inet_http_server]
port=127.0.0.1:@PORT@
username=joe
password=pa:ss word
[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
[supervisorctl]
serverurl=http://127.0.0.1:@PORT@
username=joe
password=pa:ss word
[program:cat]
command=/bin/sh -c "echo hello; exec cat"
stdout_logfile=@DIR@/cat.out
[program:off]
command=/bin/cat
autostart=false
`,
    'slash.conf': '[supervisorctl]\nserverurl=http://127.0.0.1:@PORT@/\nusername=joe\npassword=pa:ss word\n',
    'path.conf': '[supervisorctl]\nserverurl=http://localhost:@PORT@/some/where\nusername=joe\npassword=pa:ss word\n',
  },
  steps: [
    { start: true },
    { wait: { cat: 'RUNNING' } },
    { ctl: 'status' },
    { ctl: 'status', conf: 'slash.conf' },
    { ctl: 'status', conf: 'path.conf' },
    { ctl: 'version', replace: [['\\d+\\.\\d+\\.\\d+\\S*', '<VERSION>']] },
    { ctl: 'pid', pids: true },
    { ctl: 'start off' },
    { ctl: 'restart cat off' },
    { ctl: 'signal CONT cat' },
    { ctl: 'tail cat' },
    { ctl: 'tail -f cat', until: 'hello', timeout: 10000, drop: INT },
    { ctl: 'tail -f nosuch', timeout: 8000 },
    {
      ctl: 'maintail -f',
      until: 'off entered RUNNING',
      timeout: 10000,
      only: 'off entered RUNNING|exit|Ctrl',
      uniq: true,
    },
    { ctl: 'clear cat' },
    { ctl: 'avail' },
    { ctl: 'reread' },
    { ctl: 'update' },
    { ctl: 'stop all', sort: true },
    { ctl: 'remove off' },
    { ctl: 'add off' },
    { ctl: ['-u', 'joe', '-p', 'wrong', 'status'] },
    { ctl: [], stdin: 'status cat\nquit\n', conf: 'slash.conf' },
    { ctl: 'shutdown' },
    { waitExit: true },
    { ctl: 'status' },
  ],
}
