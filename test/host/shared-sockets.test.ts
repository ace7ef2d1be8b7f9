import { closeSync, existsSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { bindUnix } from '../../src/host/native/posix.js'
import { createSharedSockets, type SharedSockets } from '../../src/host/shared-sockets.js'
import type { SharedSocket } from '../../src/model/ports.js'
import { createBench, openFiles, root, until } from './harness.js'

let folder: string
let told: string[]
let sockets: SharedSockets
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fcgi-'))
  told = []
  sockets = createSharedSockets((text) => told.push(text))
})
afterEach(() => rmSync(folder, { recursive: true }))

const unix = (path: string, more: Partial<SharedSocket> = {}): SharedSocket => ({
  url: `unix://${path}`,
  address: { kind: 'unix', path },
  backlog: null,
  owner: null,
  mode: 0o700,
  purpose: 'fastcgi',
  sharedBy: 'g:web',
  ...more,
})
const tcp = (host: string, port: number): SharedSocket => ({
  url: `tcp://${host}:${port}`,
  address: { kind: 'tcp', host, port },
  backlog: 5,
  owner: null,
  mode: 0o700,
  purpose: 'fastcgi',
  sharedBy: 'g:web',
})
const listening = (server: Server, where: object | string | number) =>
  new Promise<void>((done) => server.listen(where, done))
const connects = (where: string | { host: string; port: number }) =>
  new Promise<boolean>((done) => {
    const socket = typeof where === 'string' ? connect(where) : connect(where)
    socket.on('connect', () => done(socket.destroy() !== null))
    socket.on('error', () => done(false))
  })

describe('a shared unix socket', () => {
  test('is open from its first user to its last, and leaves no file', async () => {
    const before = openFiles()
    const spec = unix(join(folder, 's'))
    const first = sockets.acquire(spec, null)
    expect(sockets.acquire(spec, null)).toEqual(first)
    expect(await connects(join(folder, 's'))).toBe(true)
    expect(statSync(join(folder, 's')).mode & 0o777).toBe(0o700)
    sockets.release(spec)
    expect(await connects(join(folder, 's'))).toBe(true)
    sockets.release(spec)
    expect(existsSync(join(folder, 's'))).toBe(false)
    expect(told).toEqual([`Creating socket ${spec.url}`, `Closing socket ${spec.url}`])
    await until(() => openFiles() === before)
  })

  test('takes the place of one nobody listens to', () => {
    const path = join(folder, 's')
    const stale = bindUnix(path)
    if (stale.ok) closeSync(stale.value)
    expect(existsSync(path)).toBe(true)
    expect(sockets.acquire(unix(path), null)).toMatchObject({ ok: true })
    sockets.release(unix(path))
  })

  test('never takes the place of one in use, of a file or of a folder', async () => {
    const path = join(folder, 's')
    const server = createServer()
    await listening(server, path)
    expect(sockets.acquire(unix(path), null)).toEqual({
      ok: false,
      error: `Could not create FastCGI socket unix://${path}: [Errno 98] Address already in use`,
    })
    symlinkSync(path, join(folder, 'link'))
    expect(sockets.acquire(unix(join(folder, 'link')), null)).toMatchObject({ ok: false })
    expect(await connects(path)).toBe(true)
    server.close()
    writeFileSync(join(folder, 'file'), 'data')
    expect(sockets.acquire(unix(join(folder, 'file')), null)).toMatchObject({ ok: false })
    expect(sockets.acquire(unix(folder), null)).toMatchObject({ ok: false })
    expect(existsSync(join(folder, 'file'))).toBe(true)
  })

  test('a failure names the cause and leaves nothing', () => {
    const before = openFiles()
    const none = `${folder}/none/s`
    expect(sockets.acquire(unix(none), null)).toEqual({
      ok: false,
      error: `Could not create FastCGI socket unix://${none}: [Errno 2] No such file or directory`,
    })
    expect(sockets.acquire(unix(join(folder, 'x'.repeat(200))), null)).toMatchObject({ ok: false })
    sockets.release(unix('/never/opened'))
    expect(openFiles()).toBe(before)
  })

  test('keeps a file that somebody put in its place', () => {
    const path = join(folder, 's')
    sockets.acquire(unix(path), null)
    rmSync(path)
    writeFileSync(path, 'data')
    sockets.release(unix(path))
    expect(existsSync(path)).toBe(true)
  })

  test.runIf(root)('belongs to the configured owner, else to the user of the program', () => {
    const owner = (path: string) => ({ uid: statSync(path).uid, gid: statSync(path).gid })
    sockets.acquire(unix(join(folder, 'a'), { owner: { uid: 33, gid: -1 }, mode: 0o660 }), { uid: 1, gid: 1 })
    expect(owner(join(folder, 'a'))).toEqual({ uid: 33, gid: statSync(folder).gid })
    expect(statSync(join(folder, 'a')).mode & 0o777).toBe(0o660)
    sockets.acquire(unix(join(folder, 'b')), { uid: 1, gid: 1 })
    expect(owner(join(folder, 'b'))).toEqual({ uid: 1, gid: 1 })
  })
})

describe('a socket of others', () => {
  test('is taken, whatever kind it is, and is not touched', async () => {
    const path = join(folder, 's')
    const first = sockets.acquire(unix(path), null)
    expect(sockets.acquire(unix(path, { sharedBy: 'h:web' }), null)).toEqual({
      ok: false,
      error: `Could not create FastCGI socket unix://${path}: [Errno 98] Address already in use`,
    })
    sockets.release(unix(path, { sharedBy: 'h:web' }))
    expect(sockets.acquire(unix(path), null)).toEqual(first)
    sockets.release(unix(path))
    expect(await connects(path)).toBe(true)
    sockets.release(unix(path))
    expect(sockets.acquire(unix(path, { sharedBy: 'h:web' }), null)).toMatchObject({ ok: true })
  })
})

describe('a changed socket', () => {
  test('takes on mode and backlog while it is in use', () => {
    const path = join(folder, 's')
    const first = sockets.acquire(unix(path), null)
    expect(sockets.acquire(unix(path, { mode: 0o666, backlog: 7 }), null)).toEqual(first)
    expect(statSync(path).mode & 0o777).toBe(0o666)
    sockets.release(unix(path))
    sockets.release(unix(path, { mode: 0o666 }))
    expect(existsSync(path)).toBe(false)
  })

  test('with another address is open beside the old one until that has no users', async () => {
    const [old, next] = [unix(join(folder, 'old')), unix(join(folder, 'next'))]
    sockets.acquire(old, null)
    sockets.acquire(next, null)
    expect(await connects(join(folder, 'old'))).toBe(true)
    sockets.release(old)
    expect(existsSync(join(folder, 'old'))).toBe(false)
    expect(await connects(join(folder, 'next'))).toBe(true)
    sockets.release(next)
  })
})

describe('a socket that is kept', () => {
  const listen = (path: string, more: Partial<SharedSocket> = {}) => unix(path, { purpose: 'listen', ...more })
  const wanted = (...all: readonly SharedSocket[]) => all.map((socket) => ({ socket, owner: null }))

  test('is open without users and outlives them, until it is kept no more and has none', async () => {
    const before = openFiles()
    const path = join(folder, 's')
    expect(sockets.keep(wanted(listen(path)))).toEqual([])
    expect(await connects(path)).toBe(true)
    const { ino } = statSync(path)
    sockets.acquire(listen(path), null)
    sockets.release(listen(path))
    sockets.acquire(listen(path), null)
    sockets.keep([])
    expect(statSync(path).ino).toBe(ino)
    sockets.release(listen(path))
    expect(existsSync(path)).toBe(false)
    expect(told).toEqual([`Creating socket unix://${path}`, `Closing socket unix://${path}`])
    await until(() => openFiles() === before)
  })

  test('takes on other settings at once, and keeps connections that wait', async () => {
    const path = join(folder, 's')
    sockets.keep(wanted(listen(path)))
    const client = connect(path)
    await new Promise((done) => client.on('connect', done))
    sockets.keep(wanted(listen(path, { mode: 0o666, backlog: 9 })))
    expect(statSync(path).mode & 0o777).toBe(0o666)
    expect(client.destroyed).toBe(false)
    client.destroy()
    sockets.keep([])
  })

  test.runIf(root)('follows the user of its program', () => {
    const path = join(folder, 's')
    sockets.keep([{ socket: listen(path), owner: { uid: 33, gid: 33 } }])
    sockets.keep([{ socket: listen(path), owner: { uid: 1, gid: 1 } }])
    expect(statSync(path).uid).toBe(1)
    sockets.keep([])
  })

  test('that cannot be opened is told of, and opened with its first user', async () => {
    const path = join(folder, 's')
    const server = createServer()
    await listening(server, path)
    const problem = `Could not create socket unix://${path}: [Errno 98] Address already in use`
    expect(sockets.keep(wanted(listen(path), listen(join(folder, 't'))))).toEqual([problem])
    expect(existsSync(join(folder, 't'))).toBe(true)
    expect(sockets.acquire(listen(path), null)).toEqual({ ok: false, error: problem })
    await new Promise((done) => server.close(done))
    expect(sockets.acquire(listen(path), null)).toMatchObject({ ok: true })
    sockets.release(listen(path))
    expect(existsSync(path)).toBe(true)
    sockets.keep([])
    expect(existsSync(path)).toBe(false)
  })

  test('goes from one program to another as soon as the first has no process', () => {
    const path = join(folder, 's')
    const [mine, theirs] = [listen(path), listen(path, { sharedBy: 'h:web' })]
    sockets.keep(wanted(mine))
    sockets.acquire(mine, null)
    expect(sockets.keep(wanted(theirs))).toHaveLength(1)
    sockets.release(mine)
    expect(sockets.acquire(theirs, null)).toMatchObject({ ok: true })
    sockets.release(theirs)
    sockets.keep([])
  })

  test('can be handed over, and is then closed by who took it', async () => {
    const [kept, used, spare] = ['kept', 'used', 'spare'].map((name) => listen(join(folder, name)))
    if (!kept || !used || !spare) throw new Error('three were named')
    sockets.keep(wanted(kept, used, spare))
    const next = createSharedSockets((text) => told.push(text))
    next.adopt(sockets.opened())
    expect(next.opened()).toEqual(sockets.opened())
    const fdOf = (of: SharedSockets) => of.opened().find(({ socket }) => socket.url === used.url)?.fd
    expect(next.acquire(used, null)).toEqual({ ok: true, fd: fdOf(sockets) })
    next.keep(wanted(kept))
    expect(existsSync(join(folder, 'spare'))).toBe(false)
    expect(await connects(join(folder, 'kept'))).toBe(true)
    next.release(used)
    next.keep([])
    expect(next.opened()).toEqual([])
    for (const name of ['kept', 'used']) expect(existsSync(join(folder, name))).toBe(false)
  })
})

describe('the check of a socket', () => {
  test('opens and closes it, and leaves nothing', () => {
    const before = openFiles()
    const spec = unix(join(folder, 's'))
    expect(sockets.check(spec, null)).toBe(null)
    expect(told).toEqual([`Creating socket ${spec.url}`, `Closing socket ${spec.url}`])
    expect(existsSync(join(folder, 's'))).toBe(false)
    expect(openFiles()).toBe(before)
  })

  test('says why it cannot be had', () => {
    expect(sockets.check(unix('/none/s'), null)).toBe(
      'Could not create FastCGI socket unix:///none/s: [Errno 2] No such file or directory',
    )
  })

  test('leaves alone what is in use', async () => {
    const spec = unix(join(folder, 's'))
    sockets.acquire(spec, null)
    expect(sockets.check(spec, null)).toBe(null)
    expect(sockets.check({ ...spec, sharedBy: 'x:y' }, null)).toContain('[Errno 98]')
    expect(await connects(join(folder, 's'))).toBe(true)
    sockets.release(spec)
  })
})

describe('a shared TCP socket', () => {
  test.each(['127.0.0.1', 'localhost', 'LOCALHOST', '::1'])('listens on %s', async (host) => {
    const free = createServer()
    await listening(free, { host, port: 0 })
    const address = free.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const spec = tcp(host, port)
    expect(sockets.acquire(spec, null)).toMatchObject({ ok: false, error: expect.stringContaining('[Errno 98]') })
    await new Promise((done) => free.close(done))
    expect(sockets.acquire(spec, null)).toMatchObject({ ok: true })
    expect(await connects({ host: host === '::1' ? '::1' : '127.0.0.1', port })).toBe(true)
    sockets.release(spec)
  })

  test('names a port that cannot be', () => {
    expect(sockets.acquire(tcp('127.0.0.1', 99_999), null)).toEqual({
      ok: false,
      error: 'Could not create FastCGI socket tcp://127.0.0.1:99999: port must be 0-65535',
    })
  })

  test('names a host without an address', () => {
    expect(sockets.acquire(tcp('no such host', 1), null)).toMatchObject({
      ok: false,
      error: expect.stringMatching(/^Could not create FastCGI socket tcp:\/\/no such host:1: \[Errno -/),
    })
  })
})

describe('processes that share a socket', () => {
  test('have it as descriptor 0, have no input, and give it back at their end', async () => {
    const bench = createBench()
    const path = join(folder, 's')
    const socket = unix(path)
    const request = (name: string) => bench.request(name, 'readlink /proc/$$/fd/0; exec sleep 100', { socket })
    const pids = ['a', 'b'].map((name) => {
      const spawned = bench.host.spawn(request(name))
      return spawned.ok ? spawned.pid : 0
    })
    const link = await until(() => bench.log('a.out') || null)
    expect(link).toMatch(/^socket:\[\d+\]\n$/)
    expect(await until(() => bench.log('b.out') || null)).toBe(link)
    expect(bench.host.writeStdin('g:a', new Uint8Array(1))).toBe('no-pipe')
    for (const pid of pids) {
      expect(existsSync(path)).toBe(true)
      bench.host.signal(pid, 9, 'process')
      await bench.exitOf(pid)
    }
    expect(existsSync(path)).toBe(false)
    const notices = () => bench.events.flatMap((event) => (event.type === 'notice' ? [event.text] : []))
    await until(() => notices().length > 1) // the second is told after the end
    expect(notices()).toEqual([`Creating socket unix://${path}`, `Closing socket unix://${path}`])
    writeFileSync(path, '')
    expect(bench.host.spawn(request('c'))).toMatchObject({ ok: false })
    bench.close()
  })

  test('inherit what they listen at from descriptor 3 on, after the one that is their input', async () => {
    const bench = createBench()
    const socket = unix(join(folder, '0'))
    const listen = ['3', '4'].map((name) => unix(join(folder, name), { purpose: 'listen' }))
    bench.host.keepSockets(listen.map((each) => ({ socket: each, uid: null })))
    const script = 'for i in 0 3 4 5; do readlink /proc/$$/fd/$i || echo none; done; echo $$ $LISTEN_PID'
    const environment = { PATH: '/usr/bin:/bin', LISTEN_PID: '1' }
    const { spawn } = await bench.run(bench.request('a', script, { socket, listen, environment }))
    const lines = bench.log('a.out').trimEnd().split('\n')
    expect(new Set(lines.slice(0, 3)).size).toBe(3)
    expect(lines.slice(0, 3).every((line) => line.startsWith('socket:'))).toBe(true)
    const pid = spawn.ok ? spawn.pid : 0
    expect(lines.slice(3)).toEqual(['none', `${pid} ${pid}`])

    writeFileSync(join(folder, '0'), '')
    const before = openFiles()
    expect(bench.host.spawn(bench.request('b', 'true', { socket, listen }))).toMatchObject({ ok: false })
    expect(openFiles()).toBe(before)
    expect(existsSync(join(folder, '3'))).toBe(true)
    bench.close()
    expect(existsSync(join(folder, '3'))).toBe(false)
  })
})
