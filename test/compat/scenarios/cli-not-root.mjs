const conf = (name, more) => `[supervisord]
logfile=@DIR@/${name}/${name}.log
pidfile=@DIR@/${name}/p.pid
${more}
[unix_http_server]
file=@DIR@/s.sock
[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
[program:id]
command=/bin/sh -c "id; exec cat"
stdout_logfile=@DIR@/${name}/id.out
[program:other]
command=/bin/sh -c "id; exec cat"
user=daemon
stderr_logfile=@DIR@/${name}/other.err
startretries=0
`
const names = {
  self: 'user=nobody',
  root: 'user=root',
  other: 'user=daemon',
  unknown: 'user=64999',
  fds: 'minfds=2000000000',
}
const NOBODY = { prefix: ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] }
export default {
  about: 'a daemon that is not root: users it may not become, itself, programs of others; limits that cannot be had',
  files: {
    ...Object.fromEntries(Object.entries(names).map(([name, more]) => [`${name}.conf`, conf(name, more)])),
    ...Object.fromEntries(Object.keys(names).map((name) => [`${name}/.keep`, ''])),
  },
  steps: [
    { sh: 'chmod 777 . */' },
    ...['root', 'other', 'unknown', 'fds'].flatMap((name) => [
      { supervisord: ['-n', '-c', `@DIR@/${name}.conf`], ...NOBODY, timeout: 5000 },
      { stat: [`${name}/${name}.log`, `${name}/p.pid`] },
    ]),
    { supervisord: ['-n', '-c', '@DIR@/fds.conf'], timeout: 5000, label: 'as root' },
    { start: { conf: 'self.conf' }, ...NOBODY },
    { wait: { id: 'RUNNING', other: 'FATAL' } },
    { read: 'self/id.out' },
    { read: 'self/other.err' },
    { log: 'self/self.log', drop: 'spawned|exited|success' },
    { stat: ['s.sock', 'self/p.pid', 'self/self.log'] },
    { rpc: 'supervisor.getProcessInfo', params: ['other'], pick: ['spawnerr', 'state', 'exitstatus', 'description'] },
    { stop: true },
  ],
}
