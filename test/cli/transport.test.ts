import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { looksLikeUrl, parseServerUrl } from '../../src/cli/server-url.js'
import { openConnection, request, stream } from '../../src/cli/transport.js'

const dir = mkdtempSync(join(tmpdir(), 'transport-'))
let server: Server | null = null
const sockets: Socket[] = []

/** @param onConnection - gets each connection */
async function listening(onConnection: (socket: Socket) => void, where: object = { path: join(dir, 's') }) {
  server = createServer((socket) => {
    sockets.push(socket)
    socket.on('error', () => {})
    onConnection(socket)
  })
  await new Promise<void>((resolve) => server?.listen(where, resolve))
  return `unix://${join(dir, 's')}`
}

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  await new Promise((resolve) => (server === null ? resolve(null) : server.close(resolve)))
  server = null
  rmSync(join(dir, 's'), { force: true })
})

const ok = (body: string) => `HTTP/1.1 200 OK\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`

describe('request', () => {
  test('sends what it is given', async () => {
    let seen = ''
    const url = await listening((socket) =>
      socket.on('data', (bytes) => {
        seen += bytes
        if (seen.endsWith('bödy')) socket.write(ok('fine'))
      }),
    )
    const credentials = { username: 'joe', password: 'a:b' }
    const answer = await request(url, {
      method: 'POST',
      path: '/RPC2',
      headers: { 'Content-Type': 'text/xml' },
      body: 'bödy',
      credentials,
    })
    expect(answer).toMatchObject({ ok: true, status: 200, reason: 'OK', body: Buffer.from('fine') })
    expect(seen.split('\r\n')).toEqual([
      'POST /RPC2 HTTP/1.1',
      'Host: localhost',
      `Authorization: Basic ${Buffer.from('joe:a:b').toString('base64')}`,
      'Content-Type: text/xml',
      'Connection: close',
      'Content-Length: 5',
      '',
      'bödy',
    ])
  })

  for (const { name, reply, message } of [
    { name: 'no HTTP', reply: 'hello\r\n\r\n', message: 'the answer is not HTTP' },
    { name: 'too long an answer', reply: ok('x'.repeat(200)), message: 'the answer is longer than 100 bytes' },
  ]) {
    test(`${name} is an error`, async () => {
      const url = await listening((socket) => socket.write(reply))
      const answer = await request(url, { method: 'GET', path: '/', bodyBytesMax: 100 })
      expect(answer).toEqual({ ok: false, error: { kind: 'protocol', message } })
    })
  }

  test('a server that hangs up is an error', async () => {
    const url = await listening((socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhi'))
    expect(await request(url, { method: 'GET', path: '/' })).toMatchObject({ ok: false, error: { code: 'ECONNRESET' } })
  })

  test('errors carry the name of the errno', async () => {
    const get = (url: string) => request(url, { method: 'GET', path: '/' })
    expect(await get(`unix://${dir}/nosuch`)).toMatchObject({ ok: false, error: { kind: 'socket', code: 'ENOENT' } })
    expect(await get('http://127.0.0.1:1')).toMatchObject({
      ok: false,
      error: { kind: 'socket', code: 'ECONNREFUSED' },
    })
    expect(await get('gopher://x')).toMatchObject({ ok: false, error: { kind: 'url' } })
  })

  const ipv6 = Object.values(networkInterfaces()).some((list) => list?.some(({ address }) => address === '::1'))
  test.skipIf(!ipv6)('IPv6 addresses are reached', async () => {
    await listening((socket) => socket.write(ok('six')), { host: '::1', port: 0 })
    const address = server?.address()
    const port = typeof address === 'object' ? address?.port : 0
    expect(await request(`http://[::1]:${port}`, { method: 'GET', path: '/' })).toMatchObject({
      ok: true,
      body: Buffer.from('six'),
    })
  })
})

describe('a connection', () => {
  test('is used again while the server keeps it open, and replaced when not', async () => {
    let connections = 0
    let answers = 0
    const url = await listening((socket) => {
      connections++
      socket.on('data', () => {
        answers++
        socket.write(ok(String(answers)))
        if (answers === 2) socket.end()
      })
    })
    const connection = openConnection(url)
    const bodies: string[] = []
    for (let i = 0; i < 3; i++) {
      const answer = await connection.request({ method: 'GET', path: '/' })
      bodies.push(answer.ok ? answer.body.toString() : answer.error.message)
      if (i === 1) await new Promise((resolve) => sockets[0]?.once('close', resolve))
    }
    connection.close()
    expect(bodies).toEqual(['1', '2', '3'])
    expect(connections).toBe(2)
  })

  test('is not used again when it carries bytes that nobody asked for', async () => {
    let connections = 0
    const url = await listening((socket) => {
      connections++
      socket.on('data', () => socket.write(`${ok('a')}HTTP/1.1 200 OK\r\n`))
    })
    const connection = openConnection(url)
    for (let i = 0; i < 2; i++) {
      expect(await connection.request({ method: 'GET', path: '/' })).toMatchObject({ ok: true, body: Buffer.from('a') })
    }
    connection.close()
    expect(connections).toBe(2)
  })
})

describe('stream', () => {
  test('hands chunks on as they come and ends when it is closed', async () => {
    const url = await listening((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n')
      socket.on('data', () => socket.write('1\r\nb\r\n'))
    })
    let seen = ''
    const shown = stream(
      url,
      { method: 'GET', path: '/logtail/x' },
      ({ status }) => status === 200,
      (chunk) => {
        seen += chunk
        if (seen === 'ab') shown.close()
      },
    )
    expect(await shown.done).toEqual({ ok: true })
    expect(seen).toBe('ab')
  })

  test('takes no data when the head is not wanted', async () => {
    const url = await listening((socket) => socket.write('HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\nbody'))
    let seen = ''
    const shown = stream(
      url,
      { method: 'GET', path: '/' },
      () => false,
      (chunk) => {
        seen += chunk
      },
    )
    expect(await shown.done).toEqual({ ok: true })
    expect(seen).toBe('')
  })
})

describe('server URLs', () => {
  for (const { url, address } of [
    { url: 'unix:///a b/s.sock', address: { kind: 'unix', path: '/a b/s.sock' } },
    { url: 'unix://rel', address: { kind: 'unix', path: 'rel' } },
    { url: 'http://Example.org:9001/x?y', address: { kind: 'tcp', host: 'example.org', port: 9001 } },
    { url: 'http://a:b@h', address: { kind: 'tcp', host: 'h', port: 80 } },
    { url: 'http://[::1]:1', address: { kind: 'tcp', host: '::1', port: 1 } },
  ]) {
    test(`${url} is understood`, () => expect(parseServerUrl(url)).toEqual({ ok: true, address }))
  }

  for (const { url, message } of [
    { url: 'ftp://x', message: 'Unknown protocol for serverurl ftp://x' },
    { url: 'HTTP://x', message: 'Unknown protocol for serverurl HTTP://x' },
    { url: 'http://x:abc', message: "Port could not be cast to integer value as 'abc'" },
    { url: 'http://x:99999', message: 'Port out of range 0-65535' },
    { url: 'http://', message: 'No host in serverurl http://' },
    { url: 'unix://', message: 'No path in serverurl unix://' },
    { url: `unix:///${'é'.repeat(54)}`, message: 'AF_UNIX path too long' },
  ]) {
    test(`${url.slice(0, 20)}: ${message}`, () => expect(parseServerUrl(url)).toEqual({ ok: false, message }))
  }

  for (const { text, yes } of [
    { text: 'http://x', yes: true },
    { text: 'unix:///x', yes: true },
    { text: 'localhost:9001', yes: true },
    { text: 'foo', yes: false },
    { text: 'http://', yes: false },
    { text: ':9001', yes: false },
    { text: '127.0.0.1:9001', yes: false },
  ]) {
    test(`${text} ${yes ? 'looks like a URL' : 'does not look like a URL'}`, () => expect(looksLikeUrl(text)).toBe(yes))
  }
})
