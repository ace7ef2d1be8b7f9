const pages = ['/', '/index.html', '/ok.html', '/tail.html']
const missing = ['/stylesheets/', '/images/', '/nosuch', '/INDEX.HTML', '/ok.html/', '/%', '/%zz', '/a/../nosuch']
const streams = ['/logtail/nosuch', '/logtail/a/b/c', '/logtail/cat%3A*', '/logtail/:', '/logtail/cat', '/mainlogtailx']
const paths = [...pages, ...missing, '/RPC2', '/RPC2/x', '/ok.html?x=y', '/%6fk.html', '//index.html', ...streams]
const CSS = '/stylesheets/supervisor.css'
const since = (date, method = 'GET') => ({
  http: { path: CSS, method, headers: { 'if-modified-since': date } },
  noBody: true,
  only: 'status',
})
const ENDLESS = /^GET \/mainlogtail/
export default {
  about: 'each HTTP method on each kind of path; files of the page that the client has already',
  files: { 'supervisord.conf': '@BASE@\n[program:cat]\ncommand=/bin/cat\nstdout_logfile=NONE\n' },
  steps: [
    { start: true },
    { wait: { cat: 'RUNNING' } },
    ...['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'FOO'].flatMap((method) =>
      paths
        .filter((path) => !ENDLESS.test(`${method} ${path}`))
        .map((path) => ({
          http: { method, path, ...(method === 'POST' || method === 'PUT' ? { body: 'x=1' } : {}) },
          noBody: true,
          only: 'status|content-type',
        })),
    ),
    { http: { method: 'HEAD', path: CSS }, noBody: true, only: 'status|content-type' },
    since('Fri, 01 Jan 2100 00:00:00 GMT'),
    since('Fri, 01 Jan 2100 00:00:00 GMT', 'HEAD'),
    since('Thu, 01 Jan 1970 00:00:00 GMT'),
    since('nonsense'),
    { rpc: 'supervisor.getState' },
  ],
}
