const conf = (n, server) => `[supervisord]
logfile=@DIR@/${n}.log
pidfile=@DIR@/${n}.pid
${server}
[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
`
export default {
  about: 'a second daemon for a port or a socket in use, left-over pid files and sockets, paths that cannot be written',
  url: 'http://127.0.0.1:@PORT@',
  files: {
    'supervisord.conf': conf(
      'supervisord',
      '[inet_http_server]\nport=127.0.0.1:@PORT@\n[unix_http_server]\nfile=@DIR@/s.sock',
    ),
    'port.conf': conf('port', '[inet_http_server]\nport=127.0.0.1:@PORT@'),
    'socket.conf': conf('socket', '[unix_http_server]\nfile=@DIR@/s.sock'),
    'both.conf': conf('both', '[unix_http_server]\nfile=@DIR@/other.sock\n[inet_http_server]\nport=127.0.0.1:@PORT@'),
    'host.conf': conf('host', '[inet_http_server]\nport=192.0.2.1:@PORT1@'),
    'file.conf': conf('file', '[unix_http_server]\nfile=@DIR@/afile'),
    'pid.conf': conf('pidfolder', '[unix_http_server]\nfile=@DIR@/pid.sock').replace(
      '@DIR@/pidfolder.pid',
      '@DIR@/afolder',
    ),
    afile: 'not a socket\n',
    'afolder/.keep': '',
    'supervisord.pid': '999999\n',
  },
  steps: [
    { start: true, label: 'over an old pid file' },
    { sh: 'cat supervisord.pid | grep -c 999999' },
    { supervisord: ['-n', '-c', '@DIR@/port.conf'], timeout: 8000 },
    { supervisord: ['-n', '-c', '@DIR@/socket.conf'], timeout: 8000 },
    { supervisord: ['-n', '-c', '@DIR@/both.conf'], timeout: 8000 },
    { supervisord: ['-n', '-c', '@DIR@/host.conf'], timeout: 8000 },
    { stat: ['port.pid', 'socket.pid', 'both.pid', 's.sock'] },
    { rpc: 'supervisor.getIdentification', label: 'the first is not disturbed' },
    { rpc: 'supervisor.getIdentification', url: 'unix:@DIR@/s.sock' },
    { stop: true },
    { stat: ['supervisord.pid', 's.sock'] },
    { start: { conf: 'file.conf' }, url: 'unix:@DIR@/afile', label: 'a file where the socket goes' },
    { stat: 'afile' },
    { stop: true },
    { start: { conf: 'pid.conf' }, url: 'unix:@DIR@/pid.sock' },
    { log: 'pidfolder.log', only: 'CRIT|ERRO', drop: 'running as root|without any HTTP' },
    { stop: true },
  ],
}
