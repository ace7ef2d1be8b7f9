import { copyFileSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openServers, type Servers } from '../../src/api/servers.js'
import { type HttpResult, request } from '../../src/cli/transport.js'
import { freePort } from '../e2e/free-port.js'
import { groupsOf, keptLog, liveDaemon } from './live-operator.js'

const certificates = new URL('../support/certificates/', import.meta.url).pathname
const one = { certFile: join(certificates, 'one.cert.pem'), keyFile: join(certificates, 'one.key.pem') }
const two = { certFile: join(certificates, 'two.cert.pem'), keyFile: join(certificates, 'two.key.pem') }

let folder: string
let port: number
let log: ReturnType<typeof keptLog>
let servers: Servers | null = null

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'svctl-tls-'))
  port = await freePort()
  log = keptLog('info')
})

afterEach(async () => {
  await servers?.close()
  servers = null
  rmSync(folder, { recursive: true })
})

async function start(tls: typeof one): Promise<string> {
  const credentials = { username: 'ann', password: 'pw' }
  const spec = { kind: 'inet', section: 'inet_http_server', host: '127.0.0.1', port, credentials, tls } as const
  const opened = await openServers([spec], liveDaemon(groupsOf('cat')).operator, log, undefined, () => undefined)
  if (opened.ok) servers = opened.servers
  return opened.ok ? 'ok' : opened.classic
}

const get = (scheme: string, host: string, caFile: string | null) =>
  request(`${scheme}://${host}:${port}`, {
    method: 'GET',
    path: '/api/v1/status',
    credentials: { username: 'ann', password: 'pw' },
    caFile,
  })
const told = (result: HttpResult) =>
  result.ok ? String(result.status) : `${result.error.kind} ${'code' in result.error ? result.error.code : ''}`

test('a server with a certificate answers who trusts it, by name and by address, and nobody in clear', async () => {
  expect(await start(one)).toBe('ok')
  expect(told(await get('https', 'localhost', one.certFile))).toBe('200')
  expect(told(await get('https', '127.0.0.1', one.certFile))).toBe('200')
  expect(told(await get('http', '127.0.0.1', null))).toMatch(/^(socket|protocol)/)
})

test('a client verifies by itself: unknown certificates and other names are refused before a password is sent', async () => {
  expect(await start(one)).toBe('ok')
  expect(told(await get('https', 'localhost', null))).toBe('socket DEPTH_ZERO_SELF_SIGNED_CERT')
  expect(told(await get('https', 'localhost', two.certFile))).toBe('socket DEPTH_ZERO_SELF_SIGNED_CERT')
  expect(told(await get('https', '127.0.0.2', one.certFile))).toMatch(/^socket /)
  expect(told(await get('https', 'localhost', join(folder, 'none')))).toBe('socket ECAFILE')
})

test('a certificate that is replaced is used for new connections; one that cannot be used is not', async () => {
  const files = { certFile: join(folder, 'cert.pem'), keyFile: join(folder, 'key.pem') }
  const put = (from: typeof one) => {
    for (const name of ['certFile', 'keyFile'] as const) {
      copyFileSync(from[name], `${files[name]}.new`)
      renameSync(`${files[name]}.new`, files[name])
    }
  }
  put(one)
  expect(await start(files)).toBe('ok')
  put({ certFile: two.certFile, keyFile: one.keyFile })
  await servers?.repair()
  await servers?.repair()
  expect(told(await get('https', 'localhost', one.certFile))).toBe('200')
  expect(log.lines.filter((line) => /stays as it was/.test(line))).toHaveLength(1)
  put(two)
  await servers?.repair()
  expect(told(await get('https', 'localhost', two.certFile))).toBe('200')
  expect(told(await get('https', 'localhost', one.certFile))).toMatch(/^socket/)
})

test('a start says which file of the certificate is wrong, and how', async () => {
  expect(await start({ ...one, keyFile: join(folder, 'none') })).toBe(
    `Cannot open an HTTP server: [inet_http_server] cannot read ${folder}/none: no such file`,
  )
  expect(await start({ ...one, keyFile: two.keyFile })).toMatch(
    /cannot use .*one\.cert\.pem with the key in .*two\.key\.pem: .*key values mismatch/,
  )
})
