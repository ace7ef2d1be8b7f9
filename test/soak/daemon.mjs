import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { ROOT } from '../../src/build/bootstrap.mjs'

/** Environment variable that everything the soak starts inherits. */
export const MARK = 'SOAK_MARK'

/** The built daemon with a folder of its own. @param agent - of its HTTP clients, `undefined` for one connection each */
export function startDaemon(dir) {
  mkdirSync(join(dir, 'logs'))
  const socket = join(dir, 's.sock')
  const child = spawn(process.execPath, [join(ROOT, 'dist/supervisord.js'), '-n', '-c', join(dir, 'soak.conf')], {
    cwd: dir,
    env: { PATH: process.env.PATH, HOME: dir, SVCTL_STATE_DIRECTORY: join(dir, 'state'), [MARK]: dir },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const ended = new Promise((resolve) => child.on('exit', (code, signal) => resolve(code ?? signal)))
  return {
    dir,
    socket,
    pid: child.pid,
    ended,
    signal: (name) => child.kill(name),
    json: (method, path, body) => json(socket, method, path, body),
    rpc: (method, ...params) => send(socket, { method: 'POST', path: '/RPC2', body: rpcBody(method, params) }),
  }
}

/** Replaces the configuration file in one rename. */
export function configure(dir, text) {
  writeFileSync(join(dir, 'soak.conf.next'), text)
  renameSync(join(dir, 'soak.conf.next'), join(dir, 'soak.conf'))
}

/** One request. @returns status and text; throws when the connection breaks */
export function send(socketPath, { method, path, body, headers = {} }, agent) {
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'Content-Length': Buffer.byteLength(body) }
    const sent = request({ socketPath, method, path, headers: { ...headers, ...length }, agent }, (response) => {
      const parts = []
      response.on('data', (part) => parts.push(part))
      response.on('end', () => resolve({ status: response.statusCode, text: Buffer.concat(parts).toString('utf8') }))
      response.on('error', reject)
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

async function json(socketPath, method, path, body) {
  const headers = body === undefined ? {} : { 'Content-Type': 'application/json' }
  const text = body === undefined ? undefined : JSON.stringify(body)
  const answer = await send(socketPath, { method, path: `/api/v1/${path}`, body: text, headers })
  return { status: answer.status, document: JSON.parse(answer.text) }
}

export function rpcBody(method, params) {
  const value = (each) => (typeof each === 'number' ? `<int>${each}</int>` : `<string>${each}</string>`)
  const list = params.map((each) => `<param><value>${value(each)}</value></param>`).join('')
  return `<?xml version="1.0"?><methodCall><methodName>${method}</methodName><params>${list}</params></methodCall>`
}

/** Waits until `probe` gives something true. @throws Error after `timeoutMs` */
export async function until(what, probe, timeoutMs = 60_000) {
  const deadline = performance.now() + timeoutMs
  for (;;) {
    const found = await probe()
    if (found) return found
    if (performance.now() > deadline) throw new Error(`not within ${timeoutMs} ms: ${what}`)
    await pause(50)
  }
}

export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

/** Text of a file below /proc, '' when it is gone. */
export function readProc(path) {
  try {
    return readFileSync(`/proc/${path}`, 'utf8')
  } catch {
    return ''
  }
}
