import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createHttpServer } from '../../src/api/http-server.js'
import { answerRequest } from '../../src/api/routes.js'
import { groupsOf, keptLog, type LiveDaemon, liveDaemon } from './live-operator.js'
import { openWire } from './wire.js'

const EVIL = '<script>alert("1")</script>'

let daemon: LiveDaemon
let server: Server
let base: string

beforeEach(async () => {
  daemon = liveDaemon(groupsOf('cat', `${EVIL}:x`, 'g:a', 'nofile', 'spawnfail'))
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

/** A parameter of a query as the server reads it. */
const unquote = (text = '') => new URLSearchParams(`x=${text.replaceAll('&amp;', '&')}`).get('x') ?? ''

test('ok.html is for health checks', async () => {
  const { response, text } = await get('/ok.html')
  expect([response.status, response.headers.get('content-type'), text]).toEqual([200, 'text/plain', 'OK'])
})

describe('the status page', () => {
  test('lists every process, by group and name', async () => {
    const { response, text } = await get('/')
    expect(response.headers.get('content-type')).toBe('text/html;charset=utf-8')
    expect(response.headers.get('cache-control')).toBe('no-cache, no-store')
    expect([...text.matchAll(/processname=([^"]+)">/g)].map(([, name]) => unquote(name))).toEqual([
      `${EVIL}:x`,
      'cat',
      'g:a',
      'nofile',
      'spawnfail',
    ])
  })

  test('is still there while the daemon ends, without what would be refused', async () => {
    daemon.setState('SHUTDOWN')
    const { response, text } = await get('/')
    expect(response.status).toBe(200)
    expect(text).toContain('shutting down')
    expect([...text.matchAll(/<button [^>]*value="(\w+)"/g)].map(([, action]) => action)).toEqual(['refresh'])
  })

  for (const [phase, buttons] of [
    ['STOPPED', ['Start', 'Clear Log']],
    ['STARTING', ['Stop', 'Clear Log']],
    ['RUNNING', ['Restart', 'Stop', 'Clear Log']],
    ['BACKOFF', ['Stop', 'Clear Log']],
    ['STOPPING', ['Clear Log']],
    ['EXITED', ['Start', 'Clear Log']],
    ['FATAL', ['Start', 'Clear Log']],
    ['UNKNOWN', ['Clear Log']],
  ] as const)
    test(`offers ${buttons.join(', ')} for a process that is ${phase}`, async () => {
      const row = daemon.row('cat')
      row.seen = { ...row.seen, phase, pid: 7, attempt: 1 } as never
      const { text } = await get('/')
      const labels = [...text.matchAll(/aria-label="([^"]*) cat">\1</g)].map(([, label]) => label)
      expect(labels).toEqual(buttons)
      expect(text).toContain(`>${phase.toLowerCase()}</span>`)
    })

  test('links to both logs of a process, whatever its name', async () => {
    const { text } = await get('/')
    const path = encodeURIComponent(`${EVIL}:x`).replaceAll("'", '&#39;')
    expect(text).toContain(`href="logtail/${path}"`)
    expect(text).toContain(`href="logtail/${path}/stderr"`)
  })

  test('shows what the configuration waits for', async () => {
    daemon.operator.conditions = () => [
      { type: 'ConfigInvalid', message: `bad ${EVIL}`, sinceWallMs: 0, diagnostics: [] },
    ]
    expect((await get('/')).text).toContain('bad &lt;script&gt;')
  })

  test('says so when there is nothing to manage', async () => {
    for (const name of ['cat', 'g', EVIL, 'nofile', 'spawnfail']) daemon.operator.removeGroup(name)
    expect((await get('/index.html')).text).toContain('No programs to manage')
  })

  test('shows names, states and messages as text, whatever is in them', async () => {
    const { text } = await get(`/?message=${encodeURIComponent(EVIL)}`)
    expect(text).not.toContain('<script')
    expect(text.split('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;').length).toBeGreaterThan(2)
  })

  test('may not be framed and loads nothing from elsewhere', async () => {
    const { headers } = (await get('/')).response
    expect(headers.get('x-frame-options')).toBe('DENY')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    const policy = headers.get('content-security-policy')
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
    expect(response.headers.get('location')).toBe('index.html?message=Process+cat+started')
  })

  test('tells what did not work', async () => {
    const message = async (fields: Record<string, string>) =>
      unquote((await post(fields)).headers.get('location')?.replace('index.html?message=', ''))
    expect(await message({ action: 'stop', processname: 'cat' })).toBe(
      'ERROR: unexpected rpc fault [70] NOT_RUNNING: cat',
    )
    expect(await message({ action: 'start', processname: 'nosuch' })).toBe('No such process named nosuch')
    expect(await message({ action: 'start', processname: 'g:*' })).toBe('No such process named g:*')
    expect(await message({ action: 'start', processname: 'nofile' })).toBe('ERROR: Process nofile: no such file')
    expect(await message({ action: 'restart', processname: 'spawnfail' })).toBe('ERROR: Process spawnfail: spawn error')
    expect(await message({ action: 'nosuch' })).toBe('ERROR: No such action: nosuch')
    expect(await message({ action: 'stop' })).toBe('ERROR: No process name for stop')
    expect(await message({ action: 'clearlog', processname: 'cat' })).toBe('Log for cat cleared')
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

  test('by GET changes nothing but asks, and a script sees that it failed', async () => {
    for (const query of [
      'action=start&processname=cat',
      'action=startall',
      'action=restartall',
      'action=clearlog&processname=cat',
    ]) {
      const { response, text } = await get(`/index.html?${query}`)
      expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST'])
      expect(text).toContain('method="post"')
    }
    expect(daemon.row('cat').seen.phase).toBe('STOPPED')
    expect(daemon.calls).toEqual([])
  })

  test('by GET only to refresh is done at once', async () => {
    const { response, text } = await get('/?action=refresh')
    expect(response.status).toBe(200)
    expect(text).toMatch(/Page refreshed at \w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4}</)
  })

  test('may have its parameters in the address, and no body', async () => {
    const response = await fetch(`${base}/?action=clearlog&processname=cat`, { method: 'POST', redirect: 'manual' })
    expect(response.headers.get('location')).toBe('index.html?message=Log+for+cat+cleared')
    const wire = await openWire({ port: Number(new URL(base).port), host: '127.0.0.1' })
    wire.send('POST /?action=clearlog&processname=g:a HTTP/1.1\r\nHost: x\r\n\r\n')
    await wire.until(/Location: index.html\?message=Log\+for\+g%3Aa\+cleared/)
    wire.destroy()
  })

  test('its body wins over its address', async () => {
    const response = await fetch(`${base}/?action=stopall&processname=cat`, {
      method: 'POST',
      body: new URLSearchParams({ action: 'clearlog' }),
      redirect: 'manual',
    })
    expect(response.headers.get('location')).toBe('index.html?message=Log+for+cat+cleared')
  })

  test('for all processes tells of each that failed', async () => {
    const starting = post({ action: 'startall' })
    while (daemon.row('g:a').seen.phase !== 'STARTING') await new Promise((resolve) => setImmediate(resolve))
    for (const name of ['cat', 'g:a', `${EVIL}:x`]) daemon.started(name)
    const message = unquote((await starting).headers.get('location')?.replace('index.html?message=', ''))
    expect(message).toMatch(/^Not all started at /)
    expect(message).toContain("\nERROR: Process nofile: NO_FILE: can't find command '/nofile'")
    expect(message).toContain('\nERROR: Process spawnfail: SPAWN_ERROR: spawnfail')
    expect(message.split('\n')).toHaveLength(3)
  })

  test('says why nothing is done while the daemon ends', async () => {
    daemon.setState('SHUTDOWN')
    const { headers } = await post({ action: 'start', processname: 'cat' })
    expect(unquote(headers.get('location') ?? '')).toContain('unexpected rpc fault [6] SHUTDOWN_STATE')
  })

  test('larger than a form is refused', async () => {
    const response = await post({ action: 'x'.repeat(70_000) }).catch(() => null)
    expect([413, undefined]).toContain(response?.status)
  })
})

describe('the files of the page', () => {
  for (const [path, type] of [
    ['stylesheets/supervisor.css', 'text/css'],
    ['images/icon.svg', 'image/svg+xml'],
    ['images/icon.png', 'image/png'],
  ] as const)
    test(`${path} is ${type}`, async () => {
      const { response, text } = await get(`/${path}`)
      expect([response.status, response.headers.get('content-type'), text.length > 0]).toEqual([200, type, true])
    })

  test('a browser that has one is told that it still holds', async () => {
    const { response } = await get('/stylesheets/supervisor.css')
    const since = response.headers.get('last-modified') ?? ''
    const asked = async (date: string, method = 'GET') => {
      const again = await fetch(response.url, {
        method,
        headers: { 'If-Modified-Since': date, 'Cache-Control': 'no-cache' },
      })
      return [again.status, again.headers.get('content-length') === null, (await again.text()).length > 0]
    }
    expect(await asked(since)).toEqual([304, true, false])
    expect(await asked(since, 'HEAD')).toEqual([304, true, false])
    for (const old of ['Thu, 01 Jan 1970 00:00:00 GMT', 'nonsense'])
      expect(await asked(old)).toEqual([200, false, true])
  })

  test('nothing in a page needs a script or an address outside', async () => {
    for (const path of ['/', '/tail.html?processname=cat', '/?action=stopall']) {
      const { text } = await get(path)
      expect(text).not.toMatch(/<script|\son\w+=|style=|(?:href|src|action)="(?:\/|https?:|javascript:)/i)
    }
  })
})

describe('tail.html', () => {
  test('shows the other log too, and as much as was asked for', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'svctl-web-'))
    const path = join(folder, 'log')
    daemon.row('cat').stderrLog = path
    writeFileSync(path, `${'a'.repeat(3000)}end`)
    const shown = async (query: string) =>
      /<pre[^>]*>([^<]*)/.exec((await get(`/tail.html?processname=cat&${query}`)).text)?.[1]
    expect(await shown('channel=stderr')).toBe(`${'a'.repeat(1021)}end`)
    expect(await shown('channel=stderr&limit=2000')).toBe(`${'a'.repeat(1997)}end`)
    expect(await shown('channel=stderr&limit=99999999999999999999')).toBe(`${'a'.repeat(3000)}end`)
    expect(await shown('channel=stderr&limit=-5')).toBe(`${'a'.repeat(1021)}end`)
    expect(await shown('')).toBe('No file for cat')
    daemon.setState('SHUTDOWN')
    expect(await shown('channel=stderr')).toContain('end')
    rmSync(folder, { recursive: true })
    expect(await shown('channel=stderr')).toBe('No file for cat')
  })

  test('has no control characters', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'svctl-web-'))
    const path = join(folder, 'log')
    daemon.row('cat').stdoutLog = path
    writeFileSync(path, 'a\u0000\u001b[31mred\ttab\nline')
    const { text } = await get('/tail.html?processname=cat')
    rmSync(folder, { recursive: true })
    expect(text).toContain('a\ufffd\ufffd[31mred\ttab\nline')
  })

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
