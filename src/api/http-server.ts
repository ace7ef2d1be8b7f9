import { createServer, type IncomingMessage, type Server, type ServerOptions, type ServerResponse } from 'node:http'
import type { Server as TlsServer } from 'node:https'
import type { Socket } from 'node:net'
import type { Log } from '../model/ports.js'
import { errorPage } from './answer.js'
import type { Certificate } from './certificate.js'

/** What a client that is slow, broken or gone may cost. */
export interface HttpLimits {
  /** From the opening of a connection, or the first byte of a later request, to the end of the headers. */
  readonly headersMs: number
  /** From the same moment to the end of the body. */
  readonly requestMs: number
  /** How often the two above are looked at. */
  readonly checkMs: number
  readonly headerBytes: number
  readonly headerCount: number
  /** Silence after which TCP asks whether the other side is still there. */
  readonly probeMs: number
  readonly connections: number
  /** Time without any progress after which a complete answer that nobody takes is given up. */
  readonly stalledMs: number
  /** Answers that wait in memory for their readers, over all connections; beyond it requests are refused with 503. */
  readonly unsentBytes: number
}

const LIMITS: HttpLimits = {
  headersMs: 30_000,
  requestMs: 120_000,
  checkMs: 5_000,
  headerBytes: 16 * 1024,
  headerCount: 200,
  probeMs: 60_000,
  connections: 512,
  stalledMs: 30_000,
  unsentBytes: 128 * 1024 * 1024,
}

/**
 * Makes an HTTP server around `handle`, or an HTTPS server with a certificate; the caller lets it listen.
 *
 * Idle connections are kept for as long as the client likes, as the original does: an interactive supervisorctl holds
 * one for days. When there are too many the one that has been idle longest makes room.
 */
export function createHttpServer(
  handle: (request: IncomingMessage, response: ServerResponse) => void,
  log: Log,
  limits: HttpLimits = LIMITS,
  certificate: Certificate | null = null,
): Server {
  const options = {
    requestTimeout: limits.requestMs,
    headersTimeout: limits.headersMs,
    keepAliveTimeout: 0,
    connectionsCheckingInterval: limits.checkMs,
    maxHeaderSize: limits.headerBytes,
    requireHostHeader: false,
    keepAlive: true,
    keepAliveInitialDelay: limits.probeMs,
  }
  const idle = new Set<Socket>()
  const all = new Set<Socket>()
  const unsent = () => [...all].reduce((sum, socket) => sum + socket.writableLength, 0)
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const { socket } = request
    const sentBefore = socket.bytesWritten
    idle.delete(socket)
    // Node asks whether the queue has shrunk before it calls this a time-out, and ends the connection then.
    response.on('prefinish', () => socket.setTimeout(limits.stalledMs))
    response.on('close', () => {
      socket.setTimeout(0)
      if (!socket.destroyed) idle.add(socket)
      logAccess(log, request, response, socket.bytesWritten - sentBefore)
    })
    if (unsent() > limits.unsentBytes) refuseBusy(response)
    else handle(request, response)
  }
  const server = certificate === null ? createServer(options, answer) : createTlsServer(options, certificate, answer)
  server.maxHeadersCount = limits.headerCount
  // With TLS connections count once they have shaken hands; those that never do are fewer than twice as many.
  if (certificate !== null) server.maxConnections = 2 * limits.connections
  server.on(certificate === null ? 'connection' : 'secureConnection', (socket: Socket) => {
    all.add(socket)
    idle.add(socket)
    socket.on('close', () => {
      all.delete(socket)
      idle.delete(socket)
    })
    if (all.size <= limits.connections) return
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

/** Loaded when it is needed: it costs every other daemon memory. */
function createTlsServer(
  options: ServerOptions,
  { cert, key }: Certificate,
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): TlsServer {
  const { createServer: create } = process.getBuiltinModule('node:https')
  return create({ ...options, cert, key, minVersion: 'TLSv1.2', handshakeTimeout: HANDSHAKE_MS }, answer)
}

const HANDSHAKE_MS = 10_000

/** Other readers have to take their answers first. */
function refuseBusy(response: ServerResponse): void {
  const body = errorPage(503)
  response.writeHead(503, { Connection: 'close', 'Content-Type': 'text/html', 'Content-Length': body.length })
  response.end(body)
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
