export default {
  about: 'basic authentication: plain and {SHA} passwords, wrong ones, malformed headers, every path is protected',
  url: 'http://127.0.0.1:@PORT@',
  user: 'joe',
  pass: 'secret',
  files: {
    // {SHA} is of 'geheim'
    'supervisord.conf': `
[supervisord]
logfile=@DIR@/supervisord.log
pidfile=@DIR@/supervisord.pid
[inet_http_server]
port=127.0.0.1:@PORT@
username=joe
password=secret
[inet_http_server:second]
port=*:@PORT1@
username=ann
password={SHA}906072001efddf3e11e6d2b5782f4777fe038739
[unix_http_server]
file=@DIR@/s.sock
[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
[program:cat]
command=/bin/cat
`,
  },
  steps: [
    { start: true },
    { wait: { cat: 'RUNNING' } },
    { rpc: 'supervisor.getState' },
    { rpc: 'supervisor.getState', user: null, headers_shown: ['www-authenticate'] },
    { rpc: 'supervisor.getState', pass: 'wrong' },
    { rpc: 'supervisor.getState', user: 'JOE' },
    { rpc: 'supervisor.getState', pass: '' },
    { rpc: 'supervisor.getState', user: 'ann', pass: 'geheim', url: 'http://127.0.0.1:@PORT1@' },
    { rpc: 'supervisor.getState', user: 'ann', pass: 'secret', url: 'http://127.0.0.1:@PORT1@' },
    {
      rpc: 'supervisor.getState',
      user: 'ann',
      pass: '906072001efddf3e11e6d2b5782f4777fe038739',
      url: 'http://127.0.0.1:@PORT1@',
    },
    { rpc: 'supervisor.getState', user: null, url: 'unix:@DIR@/s.sock' },
    ...['/', '/RPC2', '/logtail/cat', '/mainlogtail', '/stylesheets/supervisor.css', '/nosuch'].map((p) => ({
      http: p,
      user: null,
      headers_shown: ['www-authenticate'],
      noBody: true,
      ms: 2000,
    })),
    {
      http: { path: '/nosuch', headers: { authorization: 'Bearer x' } },
      noBody: true,
      headers_shown: ['www-authenticate'],
    },
    {
      http: { path: '/nosuch', headers: { authorization: 'Basic' } },
      noBody: true,
      headers_shown: ['www-authenticate'],
    },
    {
      http: { path: '/nosuch', headers: { authorization: 'Basic !!!' } },
      noBody: true,
      headers_shown: ['www-authenticate'],
    },
    {
      http: { path: '/nosuch', headers: { authorization: 'basic am9lOnNlY3JldA==' } },
      noBody: true,
      headers_shown: ['www-authenticate'],
    },
    { http: { path: '/nosuch', headers: { authorization: 'Basic am9lOnNlY3JldA==' } }, noBody: true },
    { http: '/', noBody: true, only: 'status' },
    { log: true, only: 'CRIT|WARN' },
  ],
}
