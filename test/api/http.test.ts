import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { Server } from 'node:http'
import { type AddressInfo, createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createHttpServer, type HttpLimits } from '../../src/api/http-server.js'
import { answerRequest, type Site } from '../../src/api/routes.js'
import { encodeCall } from '../../src/api/xml.js'
import { groupsOf, keptLog, type LiveDaemon, liveDaemon } from './live-operator.js'
import { eventually, headOf, openWire, type Wire } from './wire.js'

const TEST_LIMITS: HttpLimits = {
  headersMs: 200,
  requestMs: 400,
  checkMs: 20,
  headerBytes: 4096,
  headerCount: 50,
  probeMs: 60_000,
  connections: 4,
  stalledMs: 150,
  unsentBytes: 4 * 1024 * 1024,
}

let daemon: LiveDaemon
let log: ReturnType<typeof keptLog>
let folder: string
let server: Server
const wires: Wire[] = []

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'svctl-http-'))
  daemon = liveDaemon(groupsOf('cat', 'mute'))
  daemon.row('cat').stdoutLog = join(folder, 'cat.out')
  daemon.row('cat').stderrLog = join(folder, 'gone')
  writeFileSync(join(folder, 'cat.out'), 'hello\n')
  log = keptLog()
  await listen({})
})

afterEach(async () => {
  for (const wire of wires.splice(0)) wire.destroy()
  await stop()
  rmSync(folder, { recursive: true })
})

async function listen(more: Partial<Site>): Promise<void> {
  const site: Site = {
    operator: daemon.operator,
    log,
    version: '4.3.0',
    namespaces: ['supervisor'],
    credentials: null,
    ...more,
  }
  server = createHttpServer((request, response) => void answerRequest(request, response, site), log, TEST_LIMITS)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
}

function stop(): Promise<unknown> {
  const closed = new Promise((resolve) => server.close(resolve))
  server.closeAllConnections()
  return closed
}

const port = () => (server.address() as AddressInfo).port

async function wire(...lines: readonly string[]): Promise<Wire> {
  const opened = await openWire({ host: '127.0.0.1', port: port() })
  wires.push(opened)
  if (lines.length > 0) opened.send(`${lines.join('\r\n')}\r\n\r\n`)
  return opened
}

const post = (body: string, ...headers: readonly string[]) =>
  `POST /RPC2 HTTP/1.1\r\nContent-Length: ${Buffer.byteLength(body)}\r\n${headers.map((line) => `${line}\r\n`).join('')}\r\n${body}`

const STATE = encodeCall('supervisor.getState', [])

describe('readers that do not read', () => {
  /** An answer larger than what the kernel takes off our hands. */
  const bigTail = () => {
    writeFileSync(join(folder, 'cat.out'), Buffer.alloc(12 * 1024 * 1024, 'x'))
    return post(encodeCall('supervisor.tailProcessStdoutLog', ['cat', 0, 12 * 1024 * 1024]))
  }

  test('are given up when their answer does not get anywhere', async () => {
    const lazy = createConnection({ host: '127.0.0.1', port: port() })
    lazy.on('error', () => undefined)
    lazy.pause()
    lazy.write(bigTail())
    const count = () => new Promise<number>((resolve) => server.getConnections((_error, open) => resolve(open)))
    const reaches = (wanted: number) =>
      eventually(
        async () => (await count()) === wanted || null,
        () => `${wanted} connections`,
      )
    await reaches(1)
    await reaches(0)
    lazy.destroy()
  })

  test('cost the next one its answer, but not the daemon its memory', async () => {
    const lazy = createConnection({ host: '127.0.0.1', port: port() })
    lazy.on('error', () => undefined)
    lazy.pause()
    lazy.write(bigTail())
    const isTold = (status: string) =>
      eventually(
        async () => {
          const next = await wire('GET /ok.html HTTP/1.1', 'Connection: close')
          return (await next.closed()).startsWith(`HTTP/1.1 ${status}`) || null
        },
        () => status,
      )
    await isTold('503 Service Unavailable')
    lazy.destroy()
    await isTold('200 OK')
  })
})

describe('what is asked for', () => {
  for (const [request, status] of [
    ['GET /RPC2', '400 Bad Request'],
    ['PUT /RPC2', '400 Bad Request'],
    ['POST /RPC2', '411 Length Required'],
    ['POST /rpc2', '400 Bad Request'],
    ['GET /nosuch', '404 Not Found'],
    ['GET /nosuch/deeper.html', '404 Not Found'],
    ['GET /..%2f..%2fetc/passwd', '404 Not Found'],
    ['GET /../../etc/passwd', '404 Not Found'],
    ['GET /stylesheets/../../../etc/passwd', '404 Not Found'],
    ['GET /stylesheets/supervisor.css', '200 OK'],
    ['HEAD /stylesheets/supervisor.css', '200 OK'],
    ['GET /images/icon.png', '200 OK'],
    ['DELETE /stylesheets/supervisor.css', '400 Bad Request'],
    ['HEAD /', '404 Not Found'],
    ['GET /', '200 OK'],
    ['GET //ok.html', '200 OK'],
    ['GET http://any.host/ok.html', '200 OK'],
    ['GET /logtail', '404 Not Found'],
    ['POST /logtail/cat', '400 Bad Request'],
    ['GET /logtail/nosuch', '404 Not Found'],
    ['GET /logtail/mute', '404 Not Found'],
    ['GET /logtail/cat/stderr', '404 Not Found'],
    ['GET /logtail/cat/nochannel', '404 Not Found'],
    ['GET /logtail/cat:*', '404 Not Found'],
    ['GET /logtail/cat/stdout/more', '404 Not Found'],
    ['GET /logtail/%00%ff%', '404 Not Found'],
    ['GET /mainlogtail', '404 Not Found'],
    ['GET /api/v1/nosuch', '404 Not Found'],
  ] as const) {
    test(`${request} is ${status}`, async () => {
      const { until } = await wire(`${request} HTTP/1.1`)
      expect(await until(/\r\n\r\n/)).toMatch(new RegExp(`^HTTP/1.1 ${status}\r\n`))
    })
  }

  test('an error has the original’s page', async () => {
    const { until } = await wire('GET /nosuch HTTP/1.1')
    const text = await until(/<\/body>/)
    expect(headOf(text)).toEqual([
      'HTTP/1.1 404 Not Found',
      'Server: svctl',
      'Content-Type: text/html',
      'Content-Length: 134',
    ])
    expect(text.split('\r\n\r\n')[1]).toBe(
      '<head>\r\n<title>Error response</title>\r\n</head>\r\n<body>\r\n<h1>Error response</h1>\r\n<p>Error code 404.\r\n' +
        '<p>Message: Not Found.\r\n</body>\r\n',
    )
  })
})

describe('XML-RPC over HTTP', () => {
  test('is answered with the original’s headers, and the connection goes on', async () => {
    const { send, until } = await wire()
    send(post(STATE))
    const first = await until(/<\/methodResponse>\n/)
    expect(headOf(first)).toEqual(['HTTP/1.1 200 OK', 'Server: svctl', 'Content-Type: text/xml', 'Content-Length: 279'])
    send(post(STATE))
    await until(/<\/methodResponse>\n[\s\S]*<\/methodResponse>\n/)
    expect(log.lines.filter((line) => line.includes('XML-RPC'))).toEqual([
      'trace: XML-RPC method called: supervisor.getState()',
      'trace: XML-RPC method supervisor.getState() returned successfully',
      'trace: XML-RPC method called: supervisor.getState()',
      'trace: XML-RPC method supervisor.getState() returned successfully',
    ])
  })

  test('an access line tells client, request, status and bytes', async () => {
    const { send, until } = await wire()
    send(post(STATE))
    const size = (await until(/<\/methodResponse>\n/)).length
    const line = await eventually(
      () => log.lines.find((each) => each.includes('POST')) ?? null,
      () => 'an access line',
    )
    expect(line).toMatch(
      /^trace: 127\.0\.0\.1:\d+ - - \[\d\d\/\w{3}\/\d{4}:\d\d:\d\d:\d\d \+0000\] "POST \/RPC2 HTTP\/1\.1" 200 /,
    )
    expect(line.endsWith(` ${size}`)).toBe(true)
  })

  test('Connection: close and HTTP/1.0 end with the answer', async () => {
    const closing = await wire()
    closing.send(post(STATE, 'Connection: close'))
    expect(await closing.closed()).toContain('200 OK')
    const old = await wire()
    old.send(post(STATE).replace('HTTP/1.1', 'HTTP/1.0'))
    expect(await old.closed()).toContain('</methodResponse>')
  })

  test('HTTP/1.0 goes on when it asks for that', async () => {
    const { send, until } = await wire()
    send(post(STATE, 'Connection: keep-alive').replace('HTTP/1.1', 'HTTP/1.0'))
    expect(await until(/<\/methodResponse>\n/)).toContain('Connection: Keep-Alive')
    send(post(STATE, 'Connection: keep-alive').replace('HTTP/1.1', 'HTTP/1.0'))
    await until(/<\/methodResponse>\n[\s\S]*<\/methodResponse>\n/)
  })

  test('what is no call is a 400 and quoted in the log, cut', async () => {
    const { send, until } = await wire()
    send(post('x'.repeat(5000)))
    await until(/400 Bad Request[\s\S]*<\/body>/)
    const [line = ''] = log.lines.filter((each) => each.startsWith('error'))
    expect(line).toMatch(/^error: XML-RPC request data 'x+'\.\.\. \(5000 bytes\) is invalid: unmarshallable$/)
    send(post('<methodCall/>'))
    await eventually(
      () => log.lines.find((each) => each.endsWith('no method name')) ?? null,
      () => 'the reason',
    )
  })

  test('bytes that are no UTF-8 are answered, not dropped', async () => {
    const { send, until } = await wire()
    const body = Buffer.from(encodeCall('supervisor.getProcessInfo', ['\u00e4']), 'latin1')
    send(`POST /RPC2 HTTP/1.1\r\nContent-Length: ${body.length}\r\n\r\n`)
    send(body)
    await until(/BAD_NAME/)
  })

  test('a body announced as too large is refused before it comes, and the connection ends', async () => {
    const { closed } = await wire('POST /RPC2 HTTP/1.1', 'Content-Length: 16777217')
    expect(await closed()).toMatch(/^HTTP\/1.1 413 /)
  })

  test('a chunked body is refused and the connection ends', async () => {
    const { closed } = await wire('POST /RPC2 HTTP/1.1', 'Transfer-Encoding: chunked')
    expect(await closed()).toMatch(/^HTTP\/1.1 411 /)
  })

  test('a client that goes away while it waits is forgotten', async () => {
    const { send, destroy } = await wire()
    send(post(encodeCall('supervisor.startProcess', ['cat'])))
    await eventually(
      () => (daemon.listeners() === 1 ? true : null),
      () => 'the call to begin',
    )
    destroy()
    await eventually(
      () => (daemon.listeners() === 0 ? true : null),
      () => 'the call to end',
    )
  })

  test('a call that waits does not keep others from being answered', async () => {
    const waiting = await wire()
    waiting.send(post(encodeCall('supervisor.startProcess', ['cat'])))
    const other = await wire()
    other.send(post(STATE))
    await other.until(/RUNNING/)
    expect(waiting.received()).toBe('')
    daemon.started('cat')
    await waiting.until(/<boolean>1</)
  })
})

describe('clients that are slow, broken or gone', () => {
  test('one that never says anything is cut off', async () => {
    const { closed } = await wire()
    expect(await closed()).toMatch(/^(HTTP\/1.1 408 |$)/)
  })

  test('one that sends its headers byte by byte is cut off', async () => {
    const slow = await wire()
    const timer = setInterval(() => slow.send('x'), 20)
    slow.send('GET / HTTP/1.1\r\nX: ')
    expect(await slow.closed()).toMatch(/^(HTTP\/1.1 408 |$)/)
    clearInterval(timer)
  })

  test('one that does not finish its body is cut off', async () => {
    const slow = await wire('POST /RPC2 HTTP/1.1', 'Content-Length: 100')
    slow.send('<methodCall>')
    await slow.closed()
  })

  test('one that says it is done and keeps the connection half open gets its answer', async () => {
    const half = await wire()
    half.socket.end(post(STATE))
    expect(await half.closed()).toContain('RUNNING')
  })

  test('one that waits between two calls may do so for longer than a request may take', async () => {
    const { send, until } = await wire()
    send(post(STATE))
    await until(/<\/methodResponse>/)
    await new Promise((resolve) => setTimeout(resolve, TEST_LIMITS.requestMs + 200))
    send(post(STATE))
    await until(/<\/methodResponse>\n[\s\S]*<\/methodResponse>\n/)
  })

  test('headers that are too long are a 431', async () => {
    const { closed } = await wire('GET / HTTP/1.1', `X: ${'x'.repeat(5000)}`)
    expect(await closed()).toMatch(/^HTTP\/1.1 431 /)
  })

  test('what is no request is a 400 with the usual page', async () => {
    const { closed } = await wire('\0\x01\x02 what / HTTP/9.9')
    const text = await closed()
    expect(headOf(text)[0]).toBe('HTTP/1.1 400 Bad Request')
    expect(text).toContain('<p>Error code 400.\r\n')
  })

  test('when there are too many the one idle for longest makes room', async () => {
    const first = await wire()
    first.send(post(STATE))
    await first.until(/<\/methodResponse>/)
    for (let more = 0; more < TEST_LIMITS.connections; more++) {
      const next = await wire()
      next.send(post(STATE))
      await next.until(/<\/methodResponse>/)
    }
    await first.closed()
  })

  test('any bytes whatever leave the server able to answer', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 300 }), fc.boolean(), async (bytes, asBody) => {
        const socket = createConnection({ host: '127.0.0.1', port: port() })
        socket.on('error', () => undefined)
        const head = asBody ? `POST /RPC2 HTTP/1.1\r\nContent-Length: ${bytes.length}\r\n\r\n` : ''
        socket.write(Buffer.concat([Buffer.from(head), bytes]))
        await new Promise((resolve) => socket.once('data', resolve).once('close', resolve))
        socket.destroy()
      }),
      { numRuns: 30 },
    )
    const { send, until } = await wire()
    send(post(STATE))
    await until(/RUNNING/)
    expect(log.lines.filter((line) => line.includes('Server Error'))).toEqual([])
  })
})

describe('streams', () => {
  test('a log is followed: its end first, then what is appended', async () => {
    const { until } = await wire('GET /logtail/cat HTTP/1.1')
    const text = await until(/hello\n/)
    expect(headOf(text)).toEqual([
      'HTTP/1.1 200 OK',
      'Server: svctl',
      expect.stringMatching(/^Last-Modified: \w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT$/),
      'Content-Type: text/plain;charset=utf-8',
      'X-Accel-Buffering: no',
      'Transfer-Encoding: chunked',
    ])
    writeFileSync(join(folder, 'cat.out'), 'more\n', { flag: 'a' })
    await until(/more\n/)
  })

  test('the group and the channel may be named', async () => {
    await (await wire('GET /logtail/cat%3Acat/stdout HTTP/1.1')).until(/hello\n/)
  })

  test('HTTP/1.0 gets the text as it comes, without chunks', async () => {
    const { until } = await wire('GET /logtail/cat HTTP/1.0')
    const text = await until(/hello\n/)
    expect(text.split('\r\n\r\n')[1]).toBe('hello\n')
  })

  test('the activity log is followed by headers alone when it is empty', async () => {
    daemon.mainLog = join(folder, 'main.log')
    writeFileSync(daemon.mainLog, '')
    const { until } = await wire('GET /mainlogtail HTTP/1.1')
    expect(headOf(await until(/\r\n\r\n/))).not.toContain('X-Accel-Buffering: no')
  })

  test('closing the server ends a stream', async () => {
    const { until, closed } = await wire('GET /logtail/cat HTTP/1.1')
    await until(/hello\n/)
    server.closeAllConnections()
    await closed()
  })
})

describe('with credentials', () => {
  beforeEach(async () => {
    await stop()
    await listen({ credentials: { username: 'joe', password: 'secret' } })
  })
  const header = (text: string) => `Authorization: Basic ${Buffer.from(text).toString('base64')}`

  for (const path of [
    '/',
    '/RPC2',
    '/logtail/cat',
    '/mainlogtail',
    '/stylesheets/supervisor.css',
    '/nosuch',
    '/api/v1/status',
  ]) {
    test(`${path} is refused without them, and the connection ends`, async () => {
      const { closed } = await wire(`GET ${path} HTTP/1.1`)
      const head = headOf(await closed())
      expect(head[0]).toBe('HTTP/1.1 401 Unauthorized')
      expect(head).toContain('WWW-Authenticate: Basic realm="default"')
      expect(head).toContain('Connection: close')
    })
  }

  test('the right ones are admitted, others are not', async () => {
    const right = await wire('GET /ok.html HTTP/1.1', header('joe:secret'))
    await right.until(/200 OK[\s\S]*OK/)
    const wrong = await wire('GET /ok.html HTTP/1.1', header('joe:wrong'))
    expect(await wrong.closed()).toMatch(/^HTTP\/1.1 401 /)
    const malformed = await wire('GET /ok.html HTTP/1.1', 'Authorization: Basic !!!')
    await malformed.until(/^HTTP\/1.1 500 [\s\S]*<\/body>/)
    expect(log.lines.filter((line) => line.includes('secret'))).toEqual([])
  })

  test('a body is not read before the credentials are known', async () => {
    const { closed } = await wire('POST /RPC2 HTTP/1.1', 'Content-Length: 1000000')
    expect(await closed()).toMatch(/^HTTP\/1.1 401 /)
  })
})
