const shown = { noBody: true, only: 'status|content-type' }
export default {
  about:
    'the paths of the web page: health check, pages, styles, images, what is not there, with and without a password',
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
[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
[program:cat]
command=/bin/sh -c "echo hello; exec cat"
stdout_logfile=@DIR@/cat.out
[program:mute]
command=/bin/cat
stdout_logfile=NONE
`,
  },
  steps: [
    { start: true },
    { wait: { cat: 'RUNNING', mute: 'RUNNING' } },
    { http: '/ok.html' },
    { http: '//ok.html' },
    {
      http: {
        method: 'POST',
        path: '/ok.html',
        body: 'a=b',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      },
    },
    { http: '/', ...shown },
    { http: '/index.html', ...shown },
    { http: '/index.html?message=hello', ...shown },
    { http: '/tail.html', ...shown },
    { http: '/tail.html?processname=cat&limit=50', ...shown },
    { http: '/tail.html?processname=mute', ...shown },
    { http: '/tail.html?processname=nosuch', ...shown },
    { http: '/tail.html?processname=cat&limit=many', ...shown },
    { http: '/stylesheets/supervisor.css', ...shown },
    { http: '/stylesheets/nosuch.css', ...shown },
    { http: '/images/nosuch.png', ...shown },
    { http: '/images/../../../etc/passwd', ...shown },
    { http: '/favicon.ico', ...shown },
    { http: '/ok.html', url: 'http://127.0.0.1:@PORT@', headers_shown: ['www-authenticate'], noBody: true },
    { http: '/ok.html', url: 'http://127.0.0.1:@PORT@', user: 'joe', pass: 'secret' },
    { http: '/', url: 'http://127.0.0.1:@PORT@', user: 'joe', pass: 'secret', ...shown },
    { http: '/index.html?action=nosuch&processname=cat', only: 'status', noBody: true, mayFail: true },
    { rpc: 'supervisor.getIdentification' },
  ],
}
