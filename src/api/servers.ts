import { closeSync, lstatSync } from 'node:fs'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Server as TlsServer } from 'node:https'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { duplicate } from '../host/native/posix.js'
import type { ServerSpec } from '../model/config.js'
import type { Operator } from '../model/operator.js'
import { MAIN_RPC_FACTORY, type PluginEvents } from '../model/plugin.js'
import type { Log } from '../model/ports.js'
import { VERSION } from '../model/version.js'
import {
  type Certificate,
  type CertificateFiles,
  type ReadCertificate,
  readCertificate,
  stampOf,
} from './certificate.js'
import { createGate } from './gate.js'
import { createHttpServer } from './http-server.js'
import { createLoginReport } from './login-report.js'
import { openPlugins, type Plugins } from './plugins.js'
import { answerRequest, type Site } from './routes.js'
import { addressOf, BACKLOG, type HandedSocket, type ListeningSocket, openSocket } from './sockets.js'
import { removeSocketFile } from './unix-socket.js'
import { trustedHosts } from './web/origin.js'

/** Servers that answer. */
export interface Servers {
  /**
   * Makes socket files anew that somebody removed (cleaners of /tmp do); otherwise nothing could reach the daemon any
   * more. Connections that are open stay. A path that something else has taken is left alone. Certificates whose files
   * have changed are read anew.
   */
  repair(): Promise<void>
  /**
   * Lets no more connections in and answers what was asked, within a moment; who comes now waits in the sockets, which
   * stay open for the program that takes our place.
   *
   * @returns `null` when there are no descriptors left to do that with
   */
  pause(): Promise<readonly HandedSocket[] | null>
  /** Lets them in again, if nobody has taken our place. */
  resume(): Promise<void>
  /** Ends them at once, streams and idle connections too, and removes their socket files. */
  close(): Promise<void>
}

/** All servers, or none and the words in which the original refuses to start; `detail` is what it leaves out. */
export type OpenedServers =
  | { readonly ok: true; readonly servers: Servers }
  | { readonly ok: false; readonly classic: string; readonly detail?: string }

interface Running {
  readonly spec: ServerSpec
  readonly site: Site
  readonly server: Server
  readonly socket: ListeningSocket
  readonly plugins: Plugins
  /** `null` for plain HTTP. */
  readonly certificate: Certificate | null
}

const NO_EVENTS: PluginEvents = { subscribe: () => () => undefined }

/**
 * Opens every server, in the given order. When one cannot be opened those before it are closed again.
 *
 * @param events - for plugins
 * @param tell - gets a line for the person at the terminal, without its line end
 * @param handed - sockets of the program whose place we take
 */
export async function openServers(
  specs: readonly ServerSpec[],
  operator: Operator,
  log: Log,
  events: PluginEvents = NO_EVENTS,
  tell: (line: string) => void = (line) => void process.stderr.write(`${line}\n`),
  handed: readonly HandedSocket[] = [],
): Promise<OpenedServers> {
  const { rpcInterfaces } = operator.config()
  const namespaces = rpcInterfaces.filter(({ factory }) => factory === MAIN_RPC_FACTORY).map(({ name }) => name)
  const call = { operator, version: VERSION, namespaces }
  const logins = createLoginReport(log)
  let running: readonly Running[] = []
  for (const spec of specs) {
    const certificate = readIfNamed(spec)
    if (certificate?.ok === false) {
      await closeAll(running)
      return { ok: false, classic: `Cannot open an HTTP server: [${spec.section}] ${certificate.reason}` }
    }
    const socketBefore = handed.find(({ address }) => address === addressOf(spec))
    const opened = socketBefore ? { ok: true as const, socket: socketBefore } : await openSocket(spec, tell)
    if (!opened.ok) {
      await closeAll(running)
      return opened
    }
    const { socket } = opened
    const readOnly = spec.kind === 'unix' && spec.readOnly === true
    // Methods of plugins may change anything.
    const made = await openPlugins({ specs: readOnly ? [] : rpcInterfaces, server: spec.section, call, events, log })
    if (!made.ok) {
      closeSync(socket.fd)
      if (socket.file !== null) removeSocketFile(socket.file.path, socket.file.stat)
      await closeAll(running)
      return { ok: false, classic: `Could not make ${made.name} rpc interface`, detail: made.reason }
    }
    const { plugins } = made
    const own = {
      credentials: spec.credentials,
      hosts: trustedHosts(spec),
      local: spec.kind === 'unix',
      ...(spec.credentials ? { gate: createGate(spec.credentials), logins } : {}),
      ...(spec.kind === 'unix' ? { rules: spec } : {}),
    }
    const site = { ...call, ...own, plugins: plugins.methods, log }
    const one = { spec, site, socket, plugins, certificate: certificate?.certificate ?? null }
    running = [...running, { ...one, server: await serve(one) }]
    if (!socketBefore) announce(spec, log)
  }
  let open = true
  let paused = false
  return {
    ok: true,
    servers: {
      async pause() {
        const copies = running.map(({ socket }) => duplicate(socket.fd))
        const fds = copies.flatMap((copy) => (copy.ok ? [copy.value] : []))
        if (fds.length < running.length) {
          for (const fd of fds) closeSync(fd)
          return null
        }
        paused = true
        // What a server has is closed with it.
        running = running.map((one, i) => ({ ...one, socket: { ...one.socket, fd: fds[i] ?? -1 } }))
        await Promise.all(running.map(({ server }) => endSoon(server)))
        return running.map(({ spec, socket }) => ({ ...socket, address: addressOf(spec) }))
      },
      async resume() {
        running = await Promise.all(running.map(async (one) => ({ ...one, server: await serve(one) })))
        paused = false
      },
      async repair() {
        if (paused) return
        const repaired = await Promise.all(running.map((one) => repairOne(one, tell)))
        running = repaired
        if (!open) await closeAll(repaired)
      },
      async close() {
        open = false
        await closeAll(running)
      },
    },
  }
}

/** @returns the server as it was, or a new one on the same path; the old one serves its connections to their end */
async function repairOne(one: Running, tell: (line: string) => void): Promise<Running> {
  const { spec, site, server, socket } = one
  if (spec.kind === 'inet') return spec.tls ? renewCertificate(one, spec.tls) : one
  if (socket.file === null || lstatSync(socket.file.path, { throwIfNoEntry: false }) !== undefined) return one
  const opened = await openSocket(spec, tell)
  if (!opened.ok) {
    site.log.write('error', `the socket file ${socket.file.path} is gone and cannot be made anew: ${opened.classic}`)
    return one
  }
  site.log.write('warn', `the socket file ${socket.file.path} was gone and has been made anew`)
  server.close()
  const anew = { ...one, socket: opened.socket }
  return { ...anew, server: await serve(anew) }
}

/** New connections get the new certificate. What cannot be used leaves the old one in place, and is told once. */
function renewCertificate(one: Running, files: CertificateFiles): Running {
  const { site, spec, server, certificate } = one
  const stamp = stampOf(files)
  if (certificate === null || stamp === certificate.stamp) return one
  const read = readCertificate(files)
  if (!read.ok) {
    site.log.write('error', `the certificate of [${spec.section}] stays as it was: ${read.reason}`)
    return { ...one, certificate: { ...certificate, stamp } }
  }
  // A server with a certificate is one of `node:https`.
  const secure = server as TlsServer
  secure.setSecureContext(read.certificate)
  site.log.write('info', `the certificate of [${spec.section}] was read anew`)
  return { ...one, certificate: read.certificate }
}

function readIfNamed(spec: ServerSpec): ReadCertificate | null {
  return spec.kind === 'inet' && spec.tls ? readCertificate(spec.tls) : null
}

function serve({ socket, site, certificate }: Pick<Running, 'socket' | 'site' | 'certificate'>): Promise<Server> {
  const handle = (request: IncomingMessage, response: ServerResponse) => void answerRequest(request, response, site)
  const server = createHttpServer(handle, site.log, undefined, certificate)
  // Such as no free descriptor for a connection: that connection is lost, the server goes on.
  server.on('error', (error) => site.log.write('error', `Server Error: ${error.message}`))
  return new Promise((resolve) => server.listen({ fd: socket.fd, backlog: BACKLOG }, () => resolve(server)))
}

/** How long requests that were made may take to be answered, ms; streams that follow something never end. */
const LAST_ANSWERS_MS = 500

async function endSoon(server: Server): Promise<void> {
  const giveUp = setTimeout(() => server.closeAllConnections(), LAST_ANSWERS_MS)
  await new Promise<void>((resolve) => {
    server.close(() => resolve())
  })
  clearTimeout(giveUp)
}

function announce(spec: ServerSpec, log: Log): void {
  if (spec.credentials !== null || (spec.kind === 'unix' && spec.readOnly)) return
  log.write('critical', `Server '${spec.section}' running without any HTTP authentication checking`)
}

async function closeAll(running: readonly Running[]): Promise<void> {
  // The answer to the very call that ended the daemon is written in this turn.
  await nextTurn()
  await Promise.all(running.map(closeOne))
}

async function closeOne({ server, socket, plugins }: Running): Promise<void> {
  plugins.close()
  if (socket.file !== null) removeSocketFile(socket.file.path, socket.file.stat)
  await new Promise<void>((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
