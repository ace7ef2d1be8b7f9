import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createHttpServer } from '../../src/api/http-server.js'
import { answerRequest } from '../../src/api/routes.js'
import { groupsOf, keptLog, type LiveDaemon, liveDaemon } from './live-operator.js'

const EVIL = '<script>alert("1")</script>'

let daemon: LiveDaemon
let server: Server
let base: string

beforeEach(async () => {
  daemon = liveDaemon(groupsOf('cat', `${EVIL}:x`, 'g:a'))
  const log = keptLog()
  // No [rpcinterface:supervisor]: the page works without.
  const site = { operator: daemon.operator, log, version: '4.3.0', namespaces: [], credentials: null }
  server = createHttpServer((request, response) => void answerRequest(request, response, site), log)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})

afterEach(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

const get = async (path: string) => {
  const response = await fetch(base + path)
  return { response, text: await response.text() }
}

const post = (fields: Record<string, string>, headers: Record<string, string> = {}) =>
  fetch(`${base}/index.html`, {
    method: 'POST',
    body: new URLSearchParams(fields),
    headers: { 'sec-fetch-site': 'none', ...headers },
    redirect: 'manual',
  })

test('ok.html is for health checks', async () => {
  const { response, text } = await get('/ok.html')
  expect([response.status, response.headers.get('content-type'), text]).toEqual([200, 'text/plain', 'OK'])
})

describe('the status page', () => {
  test('lists every process, by group and name', async () => {
    const { response, text } = await get('/')
    expect(response.headers.get('content-type')).toBe('text/html;charset=utf-8')
    expect(response.headers.get('cache-control')).toBe('no-cache')
    expect([...text.matchAll(/processname=([^"]+)">/g)].map(([, name]) => decodeURIComponent(name ?? ''))).toEqual([
      `${EVIL}:x`,
      'cat',
      'g:a',
    ])
  })

  test('is still there while the daemon ends', async () => {
    daemon.setState('SHUTDOWN')
    expect((await get('/')).response.status).toBe(200)
  })

  test('says so when there is nothing to manage', async () => {
    for (const name of ['cat', 'g', EVIL]) daemon.operator.removeGroup(name)
    expect((await get('/index.html')).text).toContain('No programs to manage')
  })

  test('shows names, states and messages as text, whatever is in them', async () => {
    const { text } = await get(`/?message=${encodeURIComponent(EVIL)}`)
    expect(text).not.toContain('<script')
    expect(text.split('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;').length).toBeGreaterThan(2)
  })

  test('may not be framed and loads nothing from elsewhere', async () => {
    const policy = (await get('/')).response.headers.get('content-security-policy')
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("frame-ancestors 'none'")
  })
})

describe('a form', () => {
  test('acts and comes back with what happened, at no address the request could name', async () => {
    const starting = post({ action: 'start', processname: 'cat' }, { host: 'evil.example' })
    while (daemon.row('cat').seen.phase !== 'STARTING') await new Promise((resolve) => setImmediate(resolve))
    daemon.started('cat')
    const response = await starting
    expect(response.status).toBe(303)
    expect(response.headers.get('location')).toBe('index.html?message=Process%20cat%20started')
  })

  test('tells what did not work', async () => {
    const message = async (fields: Record<string, string>) =>
      decodeURIComponent((await post(fields)).headers.get('location') ?? '')
    expect(await message({ action: 'stop', processname: 'cat' })).toContain('ERROR: [70] NOT_RUNNING: cat')
    expect(await message({ action: 'start', processname: 'nosuch' })).toContain('ERROR: [10] BAD_NAME: nosuch')
    expect(await message({ action: 'nosuch' })).toContain('ERROR: unknown action nosuch')
    expect(await message({ action: 'clearlog', processname: 'cat' })).toContain('Log for cat cleared')
  })

  test('of another site is refused and changes nothing', async () => {
    for (const headers of [
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { origin: 'http://evil.example' },
      { origin: 'null' },
    ]) {
      const response = await post({ action: 'start', processname: 'cat' }, headers)
      expect(response.status).toBe(403)
    }
    expect(daemon.row('cat').seen.phase).toBe('STOPPED')
  })

  test('of our own page is taken', async () => {
    const response = await post({ action: 'refresh' }, { origin: base, 'sec-fetch-site': 'same-origin' })
    expect(response.status).toBe(303)
  })

  test('by GET changes nothing', async () => {
    await get('/index.html?action=start&processname=cat')
    expect(daemon.row('cat').seen.phase).toBe('STOPPED')
  })

  test('larger than a form is refused', async () => {
    const response = await post({ action: 'x'.repeat(70_000) }).catch(() => null)
    expect([413, undefined]).toContain(response?.status)
  })
})

describe('tail.html', () => {
  test('shows the end of a log as text, bytes that are no UTF-8 included', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'svctl-web-'))
    const path = join(folder, 'log')
    daemon.row('cat').stdoutLog = path
    writeFileSync(path, Buffer.concat([Buffer.from(`${'x'.repeat(2000)}${EVIL}`), Buffer.from([0xff])]))
    const { text } = await get('/tail.html?processname=cat&limit=5')
    rmSync(folder, { recursive: true })
    expect(text).toContain('&lt;script&gt;')
    expect(text).not.toContain('<script')
    expect(text).toContain('\ufffd</pre>')
    expect(text).toContain('limit=1024')
  })

  for (const [query, expected] of [
    ['', 'No process name found'],
    ['?processname=cat', 'No file for cat'],
    ['?processname=nosuch', 'ERROR: unexpected rpc fault [10] BAD_NAME: nosuch'],
  ] as const) {
    test(`tail.html${query} says ${expected}`, async () => {
      expect((await get(`/tail.html${query}`)).text).toContain(expected)
    })
  }
})
