import { existsSync, statSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { freePort } from './free-port.js'
import { type Daemon, readText, startDaemon, untilGone } from './harness.js'
import { testWith } from './needs.js'
import { descriptors } from './processes.js'
import { eventually } from './run.js'

/** Answers on the sockets it was given; told to stop, it finishes what it has accepted. */
const SERVER = `
import { createServer } from 'node:http'
const { LISTEN_PID, LISTEN_FDS, LISTEN_FDNAMES, ANSWER = '' } = process.env
if (Number(LISTEN_PID) !== process.pid) throw new Error('LISTEN_PID is ' + LISTEN_PID)
const servers = Array.from({ length: Number(LISTEN_FDS) }, (_, i) =>
  createServer((request, response) => {
    response.setHeader('Connection', 'close')
    response.end(process.pid + ' ' + LISTEN_FDNAMES.split(':')[i] + ' ' + ANSWER)
  }).listen({ fd: 3 + i }))
process.on('SIGTERM', () => servers.forEach((server) => server.close()))
`
const FILES = { 'server.mjs': SERVER }
const web = (listen: string, more = '') =>
  `[program:web]\ncommand=${process.execPath} server.mjs\ndirectory=%(here)s\nlisten=${listen}\nstartsecs=0\n${more}\n`

/** One request on a connection of its own. @returns the body, or the code of what went wrong */
function ask(where: { readonly port: number } | { readonly path: string }): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect('port' in where ? { ...where, host: '127.0.0.1' } : where)
    let text = ''
    socket.setTimeout(10_000, () => socket.destroy(new Error('no answer')))
    socket.on('connect', () => socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n'))
    socket.setEncoding('utf8').on('data', (data: string) => (text += data))
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    socket.on('end', () => resolve(text.split('\r\n\r\n')[1]?.replace(/^\w+\r\n|\r\n0$/g, '') ?? 'cut off'))
  })
}

interface Load {
  /** How often which kind of answer came, until now. */
  readonly counts: Readonly<Record<string, number>>
  /** Ends it, and tells all of it. */
  end(): Promise<Readonly<Record<string, number>>>
}

/** Keeps asking from several sides. */
function load(port: number, clients: number): Load {
  const counts: Record<string, number> = {}
  let going = true
  const one = async () => {
    while (going) {
      const answer = await ask({ port })
      const kind = /^\d+ web \w*$/.test(answer) ? 'answered' : answer
      counts[kind] = (counts[kind] ?? 0) + 1
    }
  }
  const all = Promise.all(Array.from({ length: clients }, one))
  const end = async () => {
    going = false
    await all
    return counts
  }
  return { counts, end }
}

/** Identity of what a process has as descriptor 3. */
const socketOf = (pid: number) => descriptors(pid)[3]

describe('a program with sockets of ours', () => {
  test('loses no connection to restarts, edits and being replaced', async () => {
    const port = await freePort()
    const daemon = await startDaemon({ files: FILES, more: web(`${port}`) })
    const clients = load(port, 8)
    const restarts = Number(process.env.SVCTL_TEST_RESTARTS ?? 3)
    const pids = new Set<number>()
    for (let i = 0; i < restarts; i++) {
      await daemon.rpc('supervisor.stopProcess', 'web', true)
      await daemon.rpc('supervisor.startProcess', 'web', true)
      pids.add((await daemon.process('web')).pid)
    }
    expect(pids.size).toBe(restarts)

    const { pid } = await daemon.process('web')
    const socket = socketOf(pid)
    daemon.configure({ more: web(`${port}`, 'environment=ANSWER="second"\nlisten_backlog=100') })
    const replaced = await daemon.untilReplaced('web', pid)
    await eventually('the second answers', async () => (await ask({ port })).endsWith('second'))
    expect(socketOf(replaced.pid)).toBe(socket)
    await eventually('many were answered', () => (clients.counts.answered ?? 0) > 100, { timeoutMs: 60_000 })
    const counts = await clients.end()
    if (process.env.SVCTL_TEST_RESTARTS) console.log(counts)
    expect(Object.keys(counts)).toEqual(['answered'])
  })

  test('shares them among its processes; who connects before a start is answered after it', async () => {
    const port = await freePort()
    const more = 'numprocs=2\nprocess_name=%(process_num)d\nautostart=false\nlisten_names=http,local'
    const daemon = await startDaemon({ files: FILES, more: web(`${port}, unix://%(here)s/web.sock`, more) })
    const path = join(daemon.dir, 'web.sock')
    expect(statSync(path).mode & 0o777).toBe(0o700)
    const waiting = [ask({ port }), ask({ path })]
    await daemon.rpc('supervisor.startProcessGroup', 'web', true)
    const [a, b] = [await daemon.process('web:0'), await daemon.process('web:1')]
    expect(await Promise.all(waiting)).toEqual([
      expect.stringMatching(`^(${a.pid}|${b.pid}) http $`),
      expect.stringMatching(`^(${a.pid}|${b.pid}) local $`),
    ])
    expect(socketOf(a.pid)).toBe(socketOf(b.pid))

    daemon.configure({ more: web(`${port}, unix:///${daemon.dir}/web.sock`, `${more}\nlisten_mode=0666`) })
    await eventually('the mode changes', () => (statSync(path).mode & 0o777) === 0o666)
    expect((await daemon.process('web:0')).pid).toBe(a.pid)

    daemon.configure({ programs: { other: { command: '/bin/sleep 1000' } } })
    await eventually('the file goes with the program', () => !existsSync(path))
    expect(await ask({ port })).toBe('ECONNREFUSED')
    expect(await daemon.stop()).toBe(0)
  })

  describe('that outlives a killed daemon', () => {
    const keeping = (port: number, more = '') =>
      web(`${port}, unix://%(here)s/web.sock`, `on_daemon_death=keep\nlisten_names=web,local\n${more}`)

    async function killed(first: Daemon, name = 'web'): Promise<number> {
      const { pid } = await first.until(name, 'RUNNING')
      const file = join(first.dir, 'state', 'daemon.json')
      await eventually('it is noted', () => readText(file).includes(`"pid":${pid},`))
      await eventually('it answers', async () =>
        (await ask({ path: join(first.dir, 'web.sock') })).startsWith(`${pid} `),
      )
      first.signal('SIGKILL')
      await untilGone(first.pid)
      return pid
    }

    test('gives its sockets back to the next one: no connection is lost, nor by a restart then', async () => {
      const port = await freePort()
      const first = await startDaemon({ files: FILES, more: keeping(port) })
      await eventually('it answers', async () => (await ask({ port })).includes(' web '))
      const { end } = load(port, 4)
      const pid = await killed(first)
      const second = await startDaemon({ dir: first.dir, more: keeping(port) })
      expect(await second.process('web')).toMatchObject({ statename: 'RUNNING', pid })
      const socket = socketOf(pid)
      expect(Object.values(descriptors(second.pid))).toContain(socket)
      await second.ctl('restart', 'web')
      const after = await second.until('web', 'RUNNING')
      expect(after.pid).not.toBe(pid)
      expect(socketOf(after.pid)).toBe(socket)
      expect(await ask({ path: join(first.dir, 'web.sock') })).toBe(`${after.pid} local `)
      expect(Object.keys(await end())).toEqual(['answered'])
      expect(second.log()).not.toContain('Could not create socket')
      await second.stop()
      expect(existsSync(join(first.dir, 'web.sock'))).toBe(false)
    })

    // Without CAP_SYS_PTRACE nobody looks into processes that may do more than themselves.
    const blind = ['setpriv', '--bounding-set=-sys_ptrace', '--inh-caps=-sys_ptrace']
    const testBlind = process.getuid?.() === 0 ? testWith('setpriv') : test.skip
    testBlind('keeps them where we may not look into it; once it has ended they are made anew', async () => {
      const port = await freePort()
      const pool = (size: number) => keeping(port, `process_name=%(process_num)d\nnumprocs=${size}`)
      const first = await startDaemon({ files: FILES, more: pool(1) })
      const pid = await killed(first, 'web:0')
      const second = await startDaemon({ dir: first.dir, prefix: blind, more: pool(2) })
      expect(second.log()).toContain(`cannot have tcp://0.0.0.0:${port} back from pid ${pid}: [Errno `)
      await second.until('web:1', 'BACKOFF')
      expect(await second.process('web:0')).toMatchObject({ statename: 'RUNNING', pid })
      await second.ctl('stop', 'web:0')
      const { pid: other } = await second.until('web:1', 'RUNNING')
      await eventually('the other answers', async () => (await ask({ port })) === `${other} web `)
      await second.stop()
    })
  })

  test('whose address is taken says so, and starts once it is free; a new address is a new socket', async () => {
    const [port, next] = [await freePort(), await freePort()]
    const other = createServer()
    await new Promise<void>((resolve) => other.listen(port, '127.0.0.1', resolve))
    const daemon = await startDaemon({ files: FILES, more: web(`127.0.0.1:${port}`) })
    const refused = await daemon.until('web', 'BACKOFF')
    const error = `Could not create socket tcp://127.0.0.1:${port}: [Errno 98] Address already in use`
    expect(refused.spawnerr).toBe(error)
    expect(daemon.log()).toContain(error)
    await new Promise((resolve) => other.close(resolve))
    const { pid } = await daemon.until('web', 'RUNNING')
    expect(await ask({ port })).toBe(`${pid} web `)

    daemon.configure({ more: web(`127.0.0.1:${next}`) })
    const replaced = await daemon.untilReplaced('web', pid)
    expect(await ask({ port: next })).toBe(`${replaced.pid} web `)
    expect(await ask({ port })).toBe('ECONNREFUSED')
  })
})
