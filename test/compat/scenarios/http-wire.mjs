const call = '<?xml version="1.0"?><methodCall><methodName>supervisor.getIdentification</methodName></methodCall>'
const post = (headers, body = call) => `POST /RPC2 HTTP/1.1\r\nHost: localhost\r\n${headers}\r\n${body}`
const length = `Content-Length: ${call.length}\r\n`
export default {
  about:
    'HTTP by the byte: keep-alive, pipelining, close, HTTP/1.0, no length, odd header names, bad request lines, HEAD',
  files: { 'supervisord.conf': '@BASE@\n[inet_http_server]\nport=127.0.0.1:@PORT@\n' },
  steps: [
    { start: true },
    { raw: post(`Content-Type: text/xml\r\n${length}`), ms: 1200, label: 'stays open' },
    { raw: post(`${length}Connection: close\r\n`), ms: 2500, label: 'closed when asked' },
    { raw: post(length) + post(`${length}Connection: close\r\n`), ms: 2500, label: 'two at once' },
    { raw: `POST /RPC2 HTTP/1.0\r\n${length}\r\n${call}`, ms: 2500, label: '1.0' },
    {
      raw: `POST /RPC2 HTTP/1.0\r\n${length}Connection: Keep-Alive\r\n\r\n${call}`,
      ms: 1200,
      label: '1.0 that wants to stay',
    },
    {
      raw: post(`CONTENT-LENGTH: ${call.length}\r\nconnection: CLOSE\r\n`),
      ms: 2500,
      label: 'names and words in capitals',
    },
    { raw: 'GET /nosuch HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', ms: 2500, sort: true },
    { raw: 'GET /nosuch HTTP/1.1\r\nHost: x\r\n\r\n', ms: 1200, url: 'http://127.0.0.1:@PORT@', sort: true },
    { raw: 'HEAD /nosuch HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', ms: 2500, first: 2 },
    { raw: post(`Content-Type: text/html\r\n${length}Connection: close\r\n`), ms: 2500, label: 'another content type' },
    {
      raw: post(`${length}Connection: close\r\nX-Unknown: a\r\nAccept: */*\r\nUser-Agent: x\r\n`),
      ms: 2500,
      label: 'more headers',
    },
    { http: { method: 'OPTIONS', path: '/RPC2' }, noBody: true },
    { http: { method: 'DELETE', path: '/' }, noBody: true, only: 'status' },
    { http: { method: 'POST', path: '/logtail/x', body: 'a' }, noBody: true, only: 'status' },
    { http: { method: 'POST', path: '/mainlogtail', body: 'a' }, noBody: true, only: 'status' },
    { http: { path: '/RPC2?x=y', method: 'POST', body: call, headers: { 'content-type': 'text/xml' } } },
    { http: { path: '/%52PC2', method: 'POST', body: call, headers: { 'content-type': 'text/xml' } } },
    { http: { path: '/nosuch', headers: { connection: 'close' } } },
    { rpc: 'supervisor.getIdentification' },
  ],
}
