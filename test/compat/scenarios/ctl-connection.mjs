export default {
  about: 'no server there, wrong path, needed and wrong passwords, -s -u -p and what the file says of them',
  url: 'http://127.0.0.1:@PORT@',
  user: 'joe',
  pass: 'secret',
  files: {
    'supervisord.conf': `
[supervisord]
logfile=@DIR@/supervisord.log
pidfile=@DIR@/supervisord.pid
[inet_http_server]
port=127.0.0.1:@PORT@
username=joe
password=secret
[unix_http_server]
file=@DIR@/s.sock
username=ann
password=geheim
[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
[program:cat]
command=/bin/cat
`,
    'good.conf': '[supervisorctl]\nserverurl=http://127.0.0.1:@PORT@\nusername=joe\npassword=secret\n',
    'unix.conf': '[supervisorctl]\nserverurl=unix://@DIR@/s.sock\nusername=ann\npassword=geheim\n',
    'wrong.conf': '[supervisorctl]\nserverurl=http://127.0.0.1:@PORT@\nusername=joe\npassword=wrong\n',
    'none.conf': '[supervisorctl]\nserverurl=http://127.0.0.1:@PORT@\n',
    'nosock.conf': '[supervisorctl]\nserverurl=unix://@DIR@/nothere.sock\n',
    'refused.conf': '[supervisorctl]\nserverurl=http://127.0.0.1:@PORT1@\n',
  },
  steps: [
    { ctl: 'status', conf: 'nosock.conf' },
    { ctl: 'start x', conf: 'nosock.conf' },
    { ctl: 'shutdown', conf: 'nosock.conf' },
    { ctl: 'pid', conf: 'nosock.conf' },
    { ctl: 'version', conf: 'nosock.conf' },
    { ctl: 'tail x', conf: 'nosock.conf' },
    { ctl: 'maintail', conf: 'nosock.conf' },
    { ctl: 'clear x', conf: 'nosock.conf' },
    { ctl: 'fg x', conf: 'nosock.conf' },
    { ctl: 'status', conf: 'refused.conf' },
    { ctl: 'stop x', conf: 'refused.conf' },
    { ctl: 'signal HUP x', conf: 'refused.conf' },
    { ctl: 'restart x', conf: 'refused.conf' },
    { ctl: 'shutdown', conf: 'refused.conf' },
    { start: true },
    { wait: { cat: 'RUNNING' } },
    { ctl: 'status', conf: 'good.conf' },
    { ctl: 'status', conf: 'unix.conf' },
    { ctl: 'status', conf: 'none.conf' },
    { ctl: 'status', conf: 'wrong.conf' },
    { ctl: 'stop cat', conf: 'wrong.conf' },
    { ctl: 'avail', conf: 'wrong.conf' },
    { ctl: '-u joe -p secret status', conf: 'wrong.conf' },
    { ctl: '-u joe -p secret -s http://127.0.0.1:@PORT@ pid', conf: 'nosock.conf', pids: true },
    { ctl: '-s unix://@DIR@/s.sock -u ann -p geheim status', conf: 'none.conf' },
    { ctl: '--serverurl=unix://@DIR@/s.sock --username=ann --password=geheim avail', conf: 'none.conf' },
    { ctl: '-s unix://@DIR@/s.sock status', conf: 'good.conf', label: 'another server, the wrong password' },
    { ctl: 'tail -f cat', conf: 'wrong.conf', timeout: 8000 },
    { ctl: 'shutdown', conf: 'wrong.conf' },
    { ctl: 'shutdown', conf: 'good.conf' },
    { waitExit: true },
    { ctl: 'status', conf: 'good.conf' },
    { ctl: 'status', conf: 'unix.conf' },
    { log: true, only: 'CRIT|WARN' },
  ],
}
