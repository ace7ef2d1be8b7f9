const call = (m, params = '') =>
  `<?xml version="1.0"?><methodCall><methodName>${m}</methodName><params>${params}</params></methodCall>`
export default {
  about:
    'HTTP beneath XML-RPC: methods, unknown paths, malformed bodies, other encodings of a call, /logtail and /mainlogtail',
  files: {
    'supervisord.conf': `
@BASE@
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
    { http: '/mainlogtail', until: 'mute entered RUNNING', only: 'status|header|entered|body (matched|left)' },
    { xml: call('supervisor.getState') },
    { xml: call('supervisor.getState'), path: '/RPC2/' },
    { xml: call('supervisor.getState'), path: '/rpc2', noBody: true },
    {
      xml: call('supervisor.getProcessInfo', '<param><value>cat</value></param>'),
      label: 'a value with no type',
      only: 'status|content-type',
    },
    { xml: call('supervisor.getProcessInfo', '<param>\n<value>\n<string>nosuch</string>\n</value>\n</param>') },
    {
      xml: call(
        'supervisor.readProcessStdoutLog',
        '<param><value>cat</value></param><param><value><i4>0</i4></value></param><param><value><int>0</int></value></param>',
      ),
    },
    { xml: 'this is not XML', noBody: true },
    { xml: '<methodCall></methodCall>', noBody: true },
    { xml: '<methodCall><methodName>supervisor.getState</methodName></methodCall>', label: 'no params element' },
    { xml: call('supervisor.getProcessInfo', '<param><value><nil/></value></param>') },
    { xml: call('supervisor.getProcessInfo', '<param><value><array><data/></array></value></param>'), noBody: true },
    { http: { method: 'GET', path: '/RPC2' }, noBody: true },
    { http: { method: 'PUT', path: '/RPC2', body: 'x' }, noBody: true },
    { http: '/nosuch', noBody: true },
    { http: '/nosuch/deeper.html', noBody: true },
    { http: '/..%2f..%2fetc/passwd', noBody: true },
    { http: '/logtail/cat', until: 'hello' },
    { http: '/logtail/cat/stdout', until: 'hello' },
    { http: '/logtail/cat/stderr', ms: 700 },
    { http: '/logtail/cat/nochannel', ms: 1500, noBody: true },
    { http: '/logtail/nosuch', ms: 1500, noBody: true },
    { http: '/logtail/mute', ms: 1500, noBody: true },
    { http: '/logtail/cat:cat/stdout', until: 'hello' },
    { http: '/stylesheets/supervisor.css', noBody: true, only: 'status|content-type' },
    { http: { method: 'HEAD', path: '/stylesheets/supervisor.css' }, noBody: true, only: 'status|content-type' },
    { http: '/images/icon.png', noBody: true, only: 'status|content-type' },
    { http: '/', noBody: true, only: 'status|content-type' },
    { http: '/index.html', noBody: true, only: 'status|content-type' },
    { http: '/tail.html?processname=cat', noBody: true, only: 'status|content-type' },
  ],
}
