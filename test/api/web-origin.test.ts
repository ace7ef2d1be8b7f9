import type { IncomingHttpHeaders, Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createHttpServer } from '../../src/api/http-server.js'
import { answerRequest } from '../../src/api/routes.js'
import { isForeign, isRebound, trustedHosts } from '../../src/api/web/origin.js'
import { groupsOf, keptLog, type LiveDaemon, liveDaemon } from './live-operator.js'
import { openWire } from './wire.js'

describe('a request that changes something', () => {
  const host = 'box:9001'
  for (const [what, headers, foreign] of [
    ['says nothing of where it comes from, as scripts do', {}, false],
    ['comes from our page', { origin: 'http://box:9001' }, false],
    ['comes from our page, as a new browser says', { 'sec-fetch-site': 'same-origin' }, false],
    ['was typed by hand', { 'sec-fetch-site': 'none' }, false],
    [
      'comes from our page behind a proxy that changes the Host',
      { origin: 'https://ops', 'sec-fetch-site': 'same-origin' },
      false,
    ],
    [
      'comes from our page behind a proxy that tells the Host',
      { origin: 'https://ops', 'x-forwarded-host': 'ops' },
      false,
    ],
    ['has only a Referer, of our page', { referer: 'http://box:9001/index.html?message=x' }, false],
    ['comes from another site', { origin: 'http://evil.example' }, true],
    ['comes from another port of this machine', { origin: 'http://box:9002' }, true],
    ['comes from another site, as a new browser says', { 'sec-fetch-site': 'cross-site' }, true],
    ['comes from another host of this domain', { 'sec-fetch-site': 'same-site', origin: 'http://box:9001' }, true],
    ['was typed by hand but has an origin', { 'sec-fetch-site': 'none', origin: 'http://evil.example' }, true],
    ['comes from a sandbox or a file', { origin: 'null' }, true],
    ['has an origin that is no address', { origin: 'http://' }, true],
    ['has an origin without a host', { origin: 'data:,' }, true],
    ['has only a Referer, of another site', { referer: 'http://evil.example/?box:9001' }, true],
    ['has a Referer of a name that begins like ours', { referer: 'http://box:9001.evil.example/' }, true],
  ] as readonly (readonly [string, IncomingHttpHeaders, boolean])[])
    test(`is ${foreign ? 'refused' : 'taken'} when it ${what}`, () => {
      expect(isForeign({ host, ...headers })).toBe(foreign)
    })

  test('without any Host is refused when it has an origin', () => {
    expect(isForeign({ origin: 'http://evil.example' })).toBe(true)
  })
})

describe('a browser that was led here by a name', () => {
  const hosts = ['ops.internal', 'box.example.org', 'box', 'box.local']
  for (const [host, rebound] of [
    ['127.0.0.1:9001', false],
    ['10.1.2.3', false],
    ['[::1]:9001', false],
    ['[fe80::1]', false],
    ['localhost:9001', false],
    ['LOCALHOST.', false],
    ['app.localhost:9001', false],
    ['box:9001', false],
    ['Box.Example.Org:9001', false],
    ['box.local', false],
    ['ops.internal:80', false],
    ['evil.example', true],
    ['box.evil.example:9001', true],
    ['localhost.evil.example', true],
    ['127.0.0.1.evil.example:9001', true],
    ['[evil.example]', true],
    ['', true],
    ['127.0.0.1@evil.example', true],
  ] as const)
    test(`${JSON.stringify(host)} is ${rebound ? 'refused' : 'taken'}`, () => {
      expect(isRebound({ host, 'accept-language': 'en' }, hosts)).toBe(rebound)
      expect(isRebound({ host, 'accept-language': 'en' }, null)).toBe(false)
    })

  for (const headers of [
    { origin: 'http://evil.example' },
    { referer: 'http://evil.example/' },
    { 'sec-fetch-mode': 'cors' },
    { 'sec-fetch-site': 'same-origin' },
    { 'accept-language': '' },
  ] as readonly IncomingHttpHeaders[])
    test(`is known by ${Object.keys(headers)[0]}`, () => {
      expect(isRebound({ host: 'evil.example', ...headers }, hosts)).toBe(true)
    })

  test('is none when it is a client of Supervisor, which may use any name', () => {
    expect(isRebound({ host: 'supervisor.prod.svc:9001', 'user-agent': 'Supervisor HTTP Client' }, hosts)).toBe(false)
    expect(isRebound({}, hosts)).toBe(false)
  })
})

describe('the names of a server', () => {
  const inet = {
    kind: 'inet',
    section: 'inet_http_server',
    host: 'Ops.internal',
    port: 9001,
    credentials: null,
  } as const
  test('are the configured one and those of the machine', () => {
    expect(trustedHosts(inet, 'Box.example.org')).toEqual(['ops.internal', 'box.example.org', 'box', 'box.local'])
    expect(trustedHosts({ ...inet, host: '' }, 'box')).toEqual(['box', 'box', 'box.local'])
  })
  test('do not matter where a password is asked for, or on a unix socket', () => {
    expect(trustedHosts({ ...inet, credentials: { username: 'u', password: 'p' } })).toBeNull()
    const unix = { kind: 'unix', section: 'unix_http_server', path: '/s', mode: 0o700, uid: -1, gid: -1 } as const
    expect(trustedHosts({ ...unix, credentials: null })).toBeNull()
  })
})

describe('a server without a password', () => {
  let daemon: LiveDaemon
  let server: Server
  let port: number
  const log = keptLog()

  beforeEach(async () => {
    daemon = liveDaemon(groupsOf('cat'))
    const site = {
      operator: daemon.operator,
      log,
      version: '4.3.0',
      namespaces: ['supervisor'],
      credentials: null,
      hosts: ['box'],
    }
    server = createHttpServer((request, response) => void answerRequest(request, response, site), log)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    port = (server.address() as AddressInfo).port
  })

  afterEach(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })

  const shutdown = '<methodCall><methodName>supervisor.shutdown</methodName></methodCall>'
  const ask = async (line: string, headers: readonly string[], body = '') => {
    const wire = await openWire({ port, host: '127.0.0.1' })
    const all = [...headers, `Content-Length: ${body.length}`, 'Connection: close']
    wire.send(`${line} HTTP/1.1\r\n${all.join('\r\n')}\r\n\r\n${body}`)
    const text = await wire.closed()
    wire.destroy()
    return text
  }

  for (const path of [
    '/',
    '/index.html',
    '/tail.html?processname=cat',
    '/logtail/cat',
    '/mainlogtail',
    '/api/v1/status',
    '/api/v1/logs?follow=1',
    '/api/v1/events',
    '/api/v1/explain?name=cat',
    '/stylesheets/supervisor.css',
    '/nosuch',
  ])
    test(`tells a rebound browser nothing at ${path}`, async () => {
      const text = await ask(`GET ${path}`, ['Host: evil.example', 'Accept-Language: en'])
      expect(text).toMatch(/^HTTP\/1\.1 421 /)
      expect(text).toContain('set username and password')
      expect(text).not.toContain('evil.example')
    })

  for (const headers of [
    ['Host: 127.0.0.1', 'Origin: http://evil.example', 'Content-Type: text/plain'],
    ['Host: evil.example', 'Origin: http://evil.example', 'Content-Type: text/plain'],
    ['Host: 127.0.0.1', 'Sec-Fetch-Site: cross-site'],
  ])
    test(`does not let a foreign page call the interface: ${headers.join(', ')}`, async () => {
      expect(await ask('POST /RPC2', headers, shutdown)).toMatch(/^HTTP\/1\.1 4(03|21) /)
      expect(daemon.state).toBe('RUNNING')
    })

  for (const [line, body] of [
    ['POST /api/v1/stop', '{"names":["cat"]}'],
    ['POST /api/v1/apply', '{}'],
    ['POST /?action=stopall', ''],
    ['POST /index.html?action=start&processname=cat', ''],
    ['PUT /api/v1/stop', '{"names":["cat"]}'],
    ['OPTIONS /api/v1/stop', ''],
  ] as const)
    test(`does not let a foreign page send ${line}, nor asks it to come again`, async () => {
      const headers = ['Host: 127.0.0.1', 'Origin: http://evil.example', 'Content-Type: application/json']
      const text = await ask(line, headers, body)
      expect(text).toMatch(/^HTTP\/1\.1 403 /)
      expect(text).not.toMatch(/access-control/i)
      expect(daemon.calls).toEqual([])
    })

  test('answers clients that are no browsers under any name', async () => {
    expect(await ask('POST /RPC2', ['Host: any.name.example'], shutdown)).toMatch(/^HTTP\/1\.1 200 /)
    expect(daemon.state).toBe('SHUTDOWN')
  })
})
