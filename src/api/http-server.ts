import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Log } from '../model/ports.js'
import { errorPage } from './answer.js'

/** Limits that keep a client that is slow, broken or gone from costing anything for long. */
const LIMITS = {
  /** From the first byte, or the opening of a connection, to the end of the headers. */
  headersMs: 30_000,
  /** From the first byte to the end of the body. */
  requestMs: 120_000,
  headerBytes: 16 * 1024,
  headerCount: 200,
  /** Silence after which TCP asks whether the other side is still there. */
  probeMs: 60_000,
  connections: 512,
} as const

/**
 * Makes an HTTP server around `handle`; the caller lets it listen.
 *
 * Idle connections are kept for as long as the client likes, as the original does: an interactive supervisorctl holds
 * one for days. When there are too many the one that has been idle longest makes room.
 */
export function createHttpServer(
  handle: (request: IncomingMessage, response: ServerResponse) => void,
  log: Log,
): Server {
  const options = {
    requestTimeout: LIMITS.requestMs,
    headersTimeout: LIMITS.headersMs,
    keepAliveTimeout: 0,
    connectionsCheckingInterval: 5_000,
    maxHeaderSize: LIMITS.headerBytes,
    requireHostHeader: false,
    keepAlive: true,
    keepAliveInitialDelay: LIMITS.probeMs,
  }
  const idle = new Set<Socket>()
  let connections = 0
  const server = createServer(options, (request, response) => {
    const { socket } = request
    const sentBefore = socket.bytesWritten
    idle.delete(socket)
    response.on('close', () => {
      if (!socket.destroyed) idle.add(socket)
      logAccess(log, request, response, socket.bytesWritten - sentBefore)
    })
    handle(request, response)
  })
  server.maxHeadersCount = LIMITS.headerCount
  server.on('connection', (socket: Socket) => {
    connections += 1
    idle.add(socket)
    socket.on('close', () => {
      connections -= 1
      idle.delete(socket)
    })
    if (connections <= LIMITS.connections) return
    const [longestIdle = socket] = idle
    longestIdle.destroy()
  })
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    // In the middle of an answer nothing can be said that the client would not take for a part of it.
    if (error.code !== 'ECONNRESET' && socket.writable && idle.has(socket)) refuseClient(error, socket)
    else socket.destroy()
  })
  return server
}

/** Answers what is no HTTP request. */
function refuseClient(error: NodeJS.ErrnoException, socket: Socket): void {
  const [status, reason] = refusalOf(error.code)
  const body = errorPage(status)
  const head = `HTTP/1.1 ${status} ${reason}\r\nConnection: close\r\nContent-Type: text/html\r\n`
  socket.end(`${head}Content-Length: ${body.length}\r\n\r\n${body}`, () => socket.destroy())
}

function refusalOf(code: string | undefined): readonly [number, string] {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return [408, 'Request Timeout']
  if (code === 'HPE_HEADER_OVERFLOW') return [431, 'Request Header Fields Too Large']
  return [400, 'Bad Request']
}

/** @see spec logging.md §1, HTTP access line */
function logAccess(log: Log, request: IncomingMessage, response: ServerResponse, bytes: number): void {
  if (!log.enabled('trace')) return
  const { remoteAddress, remotePort } = request.socket
  const client = remoteAddress === undefined ? 'localhost:0' : `${remoteAddress}:${remotePort ?? 0}`
  const line = `${request.method ?? ''} ${request.url ?? ''} HTTP/${request.httpVersion}`
  log.write('trace', `${client} - - [${accessTime(new Date())}] "${line}" ${response.statusCode} ${bytes}`)
}

/** `22/Nov/2026:15:17:39 +0000`, in UTC. */
function accessTime(at: Date): string {
  const [, day, month, year, clock] = /^\w+, (\d+) (\w+) (\d+) ([\d:]+) GMT$/.exec(at.toUTCString()) ?? []
  return `${day}/${month}/${year}:${clock} +0000`
}
