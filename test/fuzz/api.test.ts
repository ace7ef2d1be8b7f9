import { mkdtempSync, rmSync } from 'node:fs'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect } from 'vitest'
import { answerJson } from '../../src/api/json.js'
import { decodeJsonAnswer } from '../../src/api/rpc-json.js'
import { openServers, type Servers } from '../../src/api/servers.js'
import { decodeCall, decodeResponse } from '../../src/api/xml.js'
import { groupsOf, keptLog, type LiveDaemon, liveDaemon } from '../api/live-operator.js'
import { fuzz, fuzzAsync } from './fuzz.js'

let folder = ''
let daemon: LiveDaemon
let servers: Servers
const log = keptLog('warn')

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'svctl-fuzz-'))
  daemon = liveDaemon(groupsOf('cat', 'mute'))
  const path = join(folder, 's')
  const opened = await openServers(
    [{ section: 'unix_http_server', kind: 'unix', path, mode: 0o700, uid: -1, gid: -1, credentials: null }],
    daemon.operator,
    log,
  )
  if (!opened.ok) throw new Error(opened.classic)
  servers = opened.servers
})

afterAll(async () => {
  await servers.close()
  rmSync(folder, { recursive: true })
  expect(log.lines.filter((line) => /uncaught|bug/.test(line))).toEqual([])
})

fuzz('xml-rpc', (input) => {
  const text = new TextDecoder().decode(input)
  decodeCall(text)
  decodeResponse(text)
})

const ROUTES = [
  'apply',
  'start',
  'stop',
  'restart',
  'release',
  'hold',
  'scale',
  'diff',
  'rollback',
  'events',
  'nowhere',
]

fuzz('json-body', (input) => {
  const body = Buffer.from(input)
  decodeJsonAnswer(body.toString())
  for (const route of ROUTES) {
    const request = { method: 'POST', target: `/api/v1/${route}`, contentType: 'application/json', body }
    const answer = answerJson(request, daemon.operator)
    expect(answer?.status).toBeGreaterThanOrEqual(200)
    expect(answer?.status).toBeLessThan(500)
  }
})

fuzzAsync('http-request', async (input) => {
  await exchange(input)
  // Whatever that was, the next one is served.
  expect(await exchange(Buffer.from('GET /api/v1/health?live=1 HTTP/1.0\r\n\r\n'))).toMatch(/^HTTP\/1\.1 200 /)
})

/** Sends it all, says that nothing more comes, and reads what is answered until the server closes. */
function exchange(input: Uint8Array): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = ''
    const socket = createConnection({ path: join(folder, 's') })
    const limit = setTimeout(() => {
      // An answer that follows a log has no end.
      socket.destroy()
      if (/^HTTP\/1\.1 200 /.test(answer)) resolve(answer)
      else reject(new Error(`neither answered nor closed within 2 s: ${JSON.stringify(answer)}`))
    }, 2_000)
    socket.on('data', (data) => {
      answer += data.toString('latin1')
    })
    socket.on('error', () => undefined) // closed while we were writing: an answer, too
    socket.on('close', () => {
      clearTimeout(limit)
      resolve(answer)
    })
    socket.end(input)
  })
}
