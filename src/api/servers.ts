import { closeSync, lstatSync } from 'node:fs'
import type { Server } from 'node:http'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { ServerSpec } from '../model/config.js'
import type { Operator } from '../model/operator.js'
import { MAIN_RPC_FACTORY, type PluginEvents } from '../model/plugin.js'
import type { Log } from '../model/ports.js'
import { VERSION } from '../model/version.js'
import { createGate } from './gate.js'
import { createHttpServer } from './http-server.js'
import { openPlugins, type Plugins } from './plugins.js'
import { answerRequest, type Site } from './routes.js'
import { BACKLOG, type ListeningSocket, openSocket } from './sockets.js'
import { removeSocketFile } from './unix-socket.js'
import { trustedHosts } from './web/origin.js'

/** Servers that answer. */
export interface Servers {
  /**
   * Makes socket files anew that somebody removed (cleaners of /tmp do); otherwise nothing could reach the daemon any
   * more. Connections that are open stay. A path that something else has taken is left alone.
   */
  repair(): Promise<void>
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
}

const NO_EVENTS: PluginEvents = { subscribe: () => () => undefined }

/**
 * Opens every server, in the given order. When one cannot be opened those before it are closed again.
 *
 * @param events - for plugins
 * @param tell - gets a line for the person at the terminal, without its line end
 */
export async function openServers(
  specs: readonly ServerSpec[],
  operator: Operator,
  log: Log,
  events: PluginEvents = NO_EVENTS,
  tell: (line: string) => void = (line) => void process.stderr.write(`${line}\n`),
): Promise<OpenedServers> {
  const { rpcInterfaces } = operator.config()
  const namespaces = rpcInterfaces.filter(({ factory }) => factory === MAIN_RPC_FACTORY).map(({ name }) => name)
  const call = { operator, version: VERSION, namespaces }
  let running: readonly Running[] = []
  for (const spec of specs) {
    const opened = await openSocket(spec, tell)
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
      ...(spec.credentials ? { gate: createGate(spec.credentials) } : {}),
      ...(spec.kind === 'unix' ? { rules: spec } : {}),
    }
    const site = { ...call, ...own, plugins: plugins.methods, log }
    running = [...running, { spec, site, server: await serve(socket, site), socket, plugins }]
    announce(spec, log)
  }
  let open = true
  return {
    ok: true,
    servers: {
      async repair() {
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
  if (socket.file === null || lstatSync(socket.file.path, { throwIfNoEntry: false }) !== undefined) return one
  const opened = await openSocket(spec, tell)
  if (!opened.ok) {
    site.log.write('error', `the socket file ${socket.file.path} is gone and cannot be made anew: ${opened.classic}`)
    return one
  }
  site.log.write('warn', `the socket file ${socket.file.path} was gone and has been made anew`)
  server.close()
  return { ...one, server: await serve(opened.socket, site), socket: opened.socket }
}

function serve(socket: ListeningSocket, site: Site): Promise<Server> {
  const server = createHttpServer((request, response) => void answerRequest(request, response, site), site.log)
  // Such as no free descriptor for a connection: that connection is lost, the server goes on.
  server.on('error', (error) => site.log.write('error', `Server Error: ${error.message}`))
  return new Promise((resolve) => server.listen({ fd: socket.fd, backlog: BACKLOG }, () => resolve(server)))
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
