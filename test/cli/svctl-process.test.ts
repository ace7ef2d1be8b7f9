import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { rolldown } from 'rolldown'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { answerJson } from '../../src/api/json.js'
import { fakeDaemon, RUNNING, viewOf } from '../api/fake-operator.js'

const dir = mkdtempSync(join(tmpdir(), 'svctl-cli-'))
const program = join(dir, 'svctl.mjs')
const socket = join(dir, 's.sock')
const servers: Server[] = []

beforeAll(async () => {
  const bundle = await rolldown({
    input: new URL('../../src/cli/svctl.ts', import.meta.url).pathname,
    platform: 'node',
  })
  await bundle.write({ file: program, format: 'esm', codeSplitting: false })
  await bundle.close()
}, 60_000)

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }
})

afterAll(() => rmSync(dir, { recursive: true, force: true }))

/** A daemon that answers, or (`hangs`) takes requests and stays silent. */
async function listen(hangs: boolean): Promise<Server> {
  const { operator } = fakeDaemon({ views: [viewOf('cat', 'cat', RUNNING)] })
  const server = createServer((request, response) => {
    server.emit('asked', request.headers.authorization ?? '')
    if (hangs) return
    const { method = '', url = '' } = request
    const answer = answerJson({ method, target: url, contentType: '', body: new Uint8Array() }, operator)
    response.writeHead(answer?.status ?? 404, answer?.headers).end(answer?.body)
  })
  servers.push(server)
  server.listen(socket)
  await once(server, 'listening')
  return server
}

function start(argv: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess {
  return spawn(process.execPath, [program, ...argv], { env: { PATH: process.env.PATH, ...env }, cwd: dir })
}

async function ended(
  child: ChildProcess,
): Promise<{ readonly code: number | null; readonly out: string; readonly err: string }> {
  let out = ''
  let err = ''
  child.stdout?.on('data', (chunk) => {
    out += chunk
  })
  child.stderr?.on('data', (chunk) => {
    err += chunk
  })
  const [code] = await once(child, 'close')
  return { code, out, err }
}

describe('svctl as a program', () => {
  test('asks the daemon that -s names', async () => {
    await listen(false)
    expect(await ended(start(['-s', `unix://${socket}`, 'status']))).toEqual({
      code: 0,
      out: 'cat                              RUNNING   pid 42, uptime 0:01:01\n',
      err: '',
    })
  })

  test('ends with 130 when interrupted while the daemon says nothing', async () => {
    const server = await listen(true)
    const asked = once(server, 'asked')
    const child = start(['-s', `unix://${socket}`, 'status'])
    const end = ended(child)
    await asked
    child.kill('SIGINT')
    expect((await end).code).toBe(130)
  })

  test('wait gives up on a daemon that says nothing, soon after its time is up', async () => {
    await listen(true)
    const end = await ended(start(['-s', `unix://${socket}`, 'wait', '--timeout', '0']))
    expect(end).toEqual({ code: 7, out: '', err: 'svctl: the daemon did not answer within 2000 ms\n' })
  })

  test('sends the credentials of the environment and shows none in the list of processes', async () => {
    const server = await listen(true)
    const asked = once(server, 'asked')
    const child = start(['-s', `unix://${socket}`, '-p', 'hunter2', 'status'], { SVCTL_USERNAME: 'me' })
    const end = ended(child)
    expect(await asked).toEqual([`Basic ${Buffer.from('me:hunter2').toString('base64')}`])
    expect(readFileSync(`/proc/${child.pid}/cmdline`, 'utf8')).not.toContain('hunter2')
    child.kill('SIGTERM')
    await end
  })

  test('a page of another server in place of logs is 7', async () => {
    const server = createServer((_request, response) => {
      response.writeHead(200, { 'Content-Type': 'text/html' }).end('<html>\n<body>\n')
    })
    servers.push(server)
    server.listen(socket)
    await once(server, 'listening')
    const end = await ended(start(['-s', `unix://${socket}`, 'logs', '-f']))
    expect(end).toMatchObject({ code: 7, out: '' })
    expect(end.err).toMatch(/^svctl: unix:\S+ answered with status 200, but not as svctl's daemon does; .*\n$/)
  })

  test('a reader that has seen enough ends it quietly', async () => {
    await listen(false)
    const child = start(['-s', `unix://${socket}`, 'status'])
    child.stdout?.destroy()
    const end = await ended(child)
    expect(end.err).toBe('')
    expect([0, 141]).toContain(end.code)
  })

  for (const { name, argv, code, says } of [
    {
      name: 'nobody at the socket',
      argv: ['-s', 'unix:///nonexistent/s.sock', 'status'],
      code: 7,
      says: /no such file/,
    },
    { name: 'nobody at the port', argv: ['-s', 'http://127.0.0.1:1', 'drift'], code: 7, says: /refused/ },
    { name: 'a URL of another kind', argv: ['-s', 'ftp://x', 'status'], code: 2, says: /ftp/ },
    {
      name: 'a user without password',
      argv: ['-s', 'http://127.0.0.1:1', '-u', 'me', 'status'],
      code: 2,
      says: /SVCTL_PASSWORD/,
    },
    { name: 'an unknown flag', argv: ['status', '--nope'], code: 2, says: /--nope/ },
  ])
    test(`${name} is ${code}`, async () => {
      const end = await ended(start(argv))
      expect(end).toMatchObject({ code, out: '' })
      expect(end.err).toMatch(says)
    })

  test('help goes to standard output', async () => {
    const end = await ended(start(['apply', '--help']))
    expect(end).toMatchObject({ code: 0, err: '' })
    expect(end.out).toMatch(/^Accept the file.*\n\nUsage:\n {2}\$ svctl apply/)
  })
})
