import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openServers, type Servers } from '../../src/api/servers.js'
import { encodeCall } from '../../src/api/xml.js'
import { bindUnix } from '../../src/host/native/posix.js'
import type { ServerSpec } from '../../src/model/config.js'
import { freePort } from '../e2e/free-port.js'
import { groupsOf, keptLog, type LiveDaemon, liveDaemon } from './live-operator.js'
import { openWire } from './wire.js'

const IN_USE =
  'Another program is already listening on a port that one of our HTTP servers is configured to use.  ' +
  'Shut this program down first before starting supervisord.'

let daemon: LiveDaemon
let folder: string
let path: string
let told: string[]
let log: ReturnType<typeof keptLog>
const open: Servers[] = []
const others: Server[] = []

beforeEach(() => {
  daemon = liveDaemon(groupsOf('cat'))
  folder = mkdtempSync('/tmp/svctl-sock-')
  path = join(folder, 's.sock')
  told = []
  log = keptLog('info')
})

afterEach(async () => {
  for (const servers of open.splice(0)) await servers.close()
  for (const server of others.splice(0)) await new Promise((resolve) => server.close(resolve))
  rmSync(folder, { recursive: true, force: true })
})

function unix(more: Partial<Extract<ServerSpec, { kind: 'unix' }>> = {}): ServerSpec {
  const base = { kind: 'unix', section: 'unix_http_server', path, mode: 0o700, uid: -1, gid: -1 } as const
  return { ...base, credentials: null, ...more }
}

function inet(port: number, host = '127.0.0.1'): ServerSpec {
  return { kind: 'inet', section: 'inet_http_server', host, port, credentials: { username: 'joe', password: 'x' } }
}

async function start(...specs: readonly ServerSpec[]): Promise<string> {
  const opened = await openServers(specs, daemon.operator, log, undefined, (line) => told.push(line))
  if (opened.ok) open.push(opened.servers)
  return opened.ok ? 'ok' : opened.classic
}

async function answers(): Promise<boolean> {
  const body = encodeCall('supervisor.getState', [])
  const wire = await openWire({ path })
  wire.send(`POST /RPC2 HTTP/1.1\r\nContent-Length: ${body.length}\r\n\r\n${body}`)
  const text = await wire.until(/<\/methodResponse>/)
  wire.destroy()
  return text.includes('RUNNING')
}

/** Somebody else's server. */
async function other(at: string | number): Promise<Server> {
  const server = createServer()
  others.push(server)
  await new Promise<void>((resolve) => {
    if (typeof at === 'string') server.listen(at, resolve)
    else server.listen(at, '127.0.0.1', resolve)
  })
  return server
}

/** A socket whose maker was killed: nobody listens. */
function staleSocket(): void {
  const bound = bindUnix(path)
  if (!bound.ok) throw new Error(bound.text)
  // The descriptor stays open until the test ends; a socket that is bound but not listened on refuses like a dead one.
}

describe('a unix socket', () => {
  test('answers, has its mode whatever the umask, and leaves nothing else beside it', async () => {
    const umask = process.umask(0o077)
    expect(await start(unix({ mode: 0o666 }))).toBe('ok')
    process.umask(umask)
    expect(lstatSync(path).mode & 0o7777).toBe(0o666)
    expect(lstatSync(path).isSocket()).toBe(true)
    expect(readdirSync(folder)).toEqual(['s.sock'])
    expect(await answers()).toBe(true)
  })

  test.runIf(process.getuid?.() === 0)('gets its owner, one or both', async () => {
    expect(await start(unix({ uid: 65534, gid: 65534 }))).toBe('ok')
    expect(lstatSync(path)).toMatchObject({ uid: 65534, gid: 65534 })
    await open.splice(0)[0]?.close()
    expect(await start(unix({ uid: 65534 }))).toBe('ok')
    expect(lstatSync(path)).toMatchObject({ uid: 65534, gid: userInfo().gid })
  })

  test('is told of in the log, in the original’s words', async () => {
    await start(unix(), inet(0))
    expect(log.lines).toEqual([
      "info: RPC interface 'supervisor' initialized",
      "critical: Server 'unix_http_server' running without any HTTP authentication checking",
      "info: RPC interface 'supervisor' initialized",
    ])
  })

  test('that somebody removed is made anew, and open connections stay', async () => {
    await start(unix())
    const before = await openWire({ path })
    before.send('GET /logtail/none HTTP/1.1\r\n')
    unlinkSync(path)
    await open[0]?.repair()
    expect(await answers()).toBe(true)
    before.send('\r\n')
    expect(await before.until(/404 Not Found/)).toContain('404')
    before.destroy()
    expect(log.lines.at(-1)).toBe(`warn: the socket file ${path} was gone and has been made anew`)
    await open.splice(0)[0]?.close()
    expect(existsSync(path)).toBe(false)
  })

  test('whose place something else has taken is left alone', async () => {
    await start(unix())
    unlinkSync(path)
    writeFileSync(path, 'mine')
    await open[0]?.repair()
    expect(readFileSync(path, 'utf8')).toBe('mine')
  })

  test('takes the place of a stale one, and says so', async () => {
    staleSocket()
    expect(await start(unix())).toBe('ok')
    expect(told).toEqual([`Unlinking stale socket ${path}`])
    expect(await answers()).toBe(true)
  })

  test('is refused where another program listens, and leaves that one alone', async () => {
    await other(path)
    const { ino } = lstatSync(path)
    expect(await start(unix())).toBe(IN_USE)
    expect(lstatSync(path).ino).toBe(ino)
    expect(readdirSync(folder)).toEqual(['s.sock'])
  })

  test('is refused where one of ours listens', async () => {
    expect(await start(unix())).toBe('ok')
    expect(await start(unix())).toBe(IN_USE)
    expect(await answers()).toBe(true)
  })

  test('never removes a file, a folder or a link that is no socket', async () => {
    writeFileSync(path, 'precious')
    expect(await start(unix())).toBe(`Cannot open an HTTP server: ${path} exists and is not a socket`)
    expect(readFileSync(path, 'utf8')).toBe('precious')
    unlinkSync(path)
    mkdirSync(path)
    expect(await start(unix())).toContain('is not a socket')
    rmSync(path, { recursive: true })
    symlinkSync('/nowhere', path)
    expect(await start(unix())).toContain('is not a socket')
    expect(readdirSync(folder)).toEqual(['s.sock'])
  })

  test('names the error where it cannot be made', async () => {
    path = join(folder, 'no', 's.sock')
    expect(await start(unix())).toBe('Cannot open an HTTP server: socket.error reported errno.ENOENT (2)')
    path = join(folder, 'x'.repeat(120))
    expect(await start(unix())).toBe('Cannot open an HTTP server: socket.error reported errno.ENAMETOOLONG (36)')
    expect(readdirSync(folder)).toEqual([])
  })

  test('may have a path as long as the kernel takes', async () => {
    path = join(folder, 'x'.repeat(107 - folder.length - 1))
    expect(await start(unix())).toBe('ok')
    expect(await answers()).toBe(true)
    expect(readdirSync(folder)).toHaveLength(1)
  })

  test('goes with the server, unless it is another by then', async () => {
    expect(await start(unix())).toBe('ok')
    await open.splice(0)[0]?.close()
    expect(existsSync(path)).toBe(false)

    expect(await start(unix())).toBe('ok')
    renameSync(path, `${path}.old`)
    await other(path)
    await open.splice(0)[0]?.close()
    expect(existsSync(path)).toBe(true)
  })

  test('of two daemons that start at once over a stale one exactly one gets it', async () => {
    for (let round = 0; round < 10; round++) {
      staleSocket()
      const results = await Promise.all([start(unix()), start(unix()), start(unix())])
      expect(results.sort()).toEqual([IN_USE, IN_USE, 'ok'].sort())
      expect(await answers()).toBe(true)
      await open.splice(0)[0]?.close()
      expect(readdirSync(folder)).toEqual([])
    }
  })

  test.runIf(process.getuid?.() !== 0)('is refused in a folder that is not ours', async () => {
    chmodSync(folder, 0o500)
    expect(await start(unix())).toBe('Cannot open an HTTP server: socket.error reported errno.EACCES (13)')
    chmodSync(folder, 0o700)
  })
})

describe('a TCP server', () => {
  test('is refused where another program listens, and those before it are closed again', async () => {
    const server = await other(0)
    const { port } = server.address() as AddressInfo
    expect(await start(unix(), inet(port))).toBe(IN_USE)
    expect(existsSync(path)).toBe(false)
  })

  test('names the error of an address that is not ours', async () => {
    expect(await start(inet(0, '192.0.2.1'))).toBe(
      'Cannot open an HTTP server: socket.error reported errno.EADDRNOTAVAIL (99)',
    )
  })

  test('names the resolver’s error of a name that is none', async () => {
    expect(await start(inet(0, 'no.such.name.invalid'))).toMatch(
      /^Cannot open an HTTP server: socket.error reported -\d+$/,
    )
  })

  test('answers on an IPv6 address', async () => {
    const probe = createServer()
    const free = await new Promise<number | null>((resolve) => {
      probe.on('error', () => resolve(null))
      probe.listen(0, '::1', () => resolve((probe.address() as AddressInfo).port))
    })
    await new Promise((resolve) => probe.close(resolve))
    if (free === null) {
      console.log('skipped: this machine has no IPv6')
      return
    }
    expect(await start(inet(free, '[::1]'))).toBe('ok')
    const wire = await openWire({ host: '::1', port: free })
    wire.send('GET / HTTP/1.1\r\n\r\n')
    expect(await wire.until(/\r\n\r\n/)).toMatch(/^HTTP\/1.1 401 /)
    wire.destroy()
  })
})

describe('closing', () => {
  test('ends idle connections and calls that wait at once', async () => {
    await start(unix())
    const idle = await openWire({ path })
    const waiting = await openWire({ path })
    const body = encodeCall('supervisor.startProcess', ['cat'])
    waiting.send(`POST /RPC2 HTTP/1.1\r\nContent-Length: ${body.length}\r\n\r\n${body}`)
    while (daemon.listeners() === 0) await new Promise((resolve) => setImmediate(resolve))
    await open.splice(0)[0]?.close()
    await idle.closed()
    await waiting.closed()
    expect(daemon.listeners()).toBe(0)
  })

  test('in the very call that ends the daemon still lets the answer out', async () => {
    await start(unix())
    const { shutdown } = daemon.operator
    let closing: Promise<void> | undefined
    Object.assign(daemon.operator, {
      shutdown: () => {
        shutdown()
        closing = open.splice(0)[0]?.close()
      },
    })
    const wire = await openWire({ path })
    const body = encodeCall('supervisor.shutdown', [])
    wire.send(`POST /RPC2 HTTP/1.1\r\nContent-Length: ${body.length}\r\n\r\n${body}`)
    expect(await wire.closed()).toContain('<boolean>1</boolean>')
    await closing
  })
})

describe('a login that fails', () => {
  const credentials = { username: 'joe', password: 'secret' }
  const ask = async (where: Parameters<typeof openWire>[0], ...headers: readonly string[]) => {
    const wire = await openWire(where)
    wire.send(`GET /logtail/cat?x=1 HTTP/1.1\r\n${headers.map((line) => `${line}\r\n`).join('')}\r\n`)
    return (await wire.closed()).slice(0, 12)
  }
  const login = (text: string) => `Authorization: Basic ${Buffer.from(text).toString('base64')}`
  const lines = () => log.lines.filter((line) => line.includes('login'))

  test('over a unix socket is told of with the user and the process, never with the password', async () => {
    await start(unix({ credentials }))
    expect(await ask({ path })).toBe('HTTP/1.1 401')
    expect(lines()).toEqual([])
    expect(await ask({ path }, login('joe:guess'))).toBe('HTTP/1.1 401')
    const who = `uid ${process.getuid?.()}, pid ${process.pid}`
    expect(lines()).toEqual([expect.stringMatching(`failed login as 'joe' from ${who} for '/logtail/cat'$`)])
    expect(log.lines.join()).not.toContain('guess')
  })

  test('over TCP is told of with the address', async () => {
    const port = await freePort()
    await start({ ...inet(port), credentials })
    expect(await ask({ host: '127.0.0.1', port }, login('ann:guess'))).toBe('HTTP/1.1 401')
    expect(lines()).toEqual([expect.stringMatching(`failed login as 'ann' from 127.0.0.1 for '/logtail/cat'$`)])
  })

  test('to the letter leaves no line', async () => {
    const config = daemon.operator.config()
    const manual = { ...config, daemon: { ...config.daemon, converge: { ...config.daemon.converge, mode: 'manual' } } }
    Object.assign(daemon.operator, { config: () => manual })
    await start(unix({ credentials }))
    expect(await ask({ path }, login('joe:guess'))).toBe('HTTP/1.1 401')
    expect(lines()).toEqual([])
  })
})
