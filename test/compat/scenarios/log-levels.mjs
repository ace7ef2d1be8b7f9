const conf = (level) => `
[supervisord]
logfile=@DIR@/${level}.log
pidfile=@DIR@/supervisord.pid
loglevel=${level}
[unix_http_server]
file=@DIR@/s.sock
[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
[supervisorctl]
serverurl=unix://@DIR@/s.sock
[program:cat]
command=/bin/cat
[program:bad]
command=@DIR@/nothere
startretries=0
[eventlistener:el]
command=/bin/sh -c "echo rubbish and more; exec cat"
events=REMOTE_COMMUNICATION
startsecs=2
`
const LEVELS = ['critical', 'error', 'warn', 'info', 'DEBUG']
export default {
  about: 'what the main log says at each level of one and the same course of events',
  files: Object.fromEntries(LEVELS.map((level) => [`${level}.conf`, conf(level)])),
  steps: LEVELS.flatMap((level) => [
    { start: { conf: `${level}.conf` }, label: level },
    { wait: { cat: 'RUNNING', bad: 'FATAL', el: 'RUNNING' } },
    { ctl: 'stop cat', conf: `${level}.conf` },
    { rpc: 'supervisor.startProcess', params: ['cat', false] },
    { signal: 'USR2' },
    { rpc: 'supervisor.readLog', params: [0, 1], label: 'the daemon is past it', count: true },
    { sleep: 1200 },
    { stop: true },
    {
      log: `${level}.log`,
      only: ' (DEBG|INFO|WARN|ERRO|CRIT) ',
      drop: 'fd |poll|unix_http|closed |read event|/RPC2|Thread|DEBG .*(state|SIGCHLD|killing cat .*group)',
      sort: true,
      uniq: true,
      label: level,
    },
  ]),
}
