import { readFileSync } from 'node:fs'
import { connect, isIP, Socket } from 'node:net'
import type { Credentials } from '../model/config.js'
import { type ResponseHead, type ResponseReader, responseReader } from './http-response.js'
import { parseServerUrl, type ServerAddress } from './server-url.js'

/** One request to a daemon. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Path and query, percent-encoded. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  /** Sent as Basic authentication. */
  readonly credentials?: Credentials | null
  /** PEM file of the certificates to trust instead of the usual ones; for https. */
  readonly caFile?: string | null
  /** Longest wait for the connection, ms; 30 s unless given. There is no limit for the answer. */
  readonly connectMsMax?: number
  /** Longest answer that is taken, bytes; 256 MiB unless given. */
  readonly bodyBytesMax?: number
}

/** Why there is no answer. */
export type TransportError =
  /** `code` is the name of the errno (`ENOENT`) or of the resolver's failure (`ENOTFOUND`). */
  | { readonly kind: 'socket'; readonly code: string; readonly message: string }
  /** The URL names no server; `message` is the original's. */
  | { readonly kind: 'url'; readonly message: string }
  /** Something answered, but not as HTTP does. */
  | { readonly kind: 'protocol'; readonly message: string }

/** An answer, whatever its status, or why there is none. */
export type HttpResult =
  | ({ readonly ok: true; readonly body: Buffer } & ResponseHead)
  | { readonly ok: false; readonly error: TransportError }

/** How a stream came to its end. */
export type StreamEnd = { readonly ok: true } | { readonly ok: false; readonly error: TransportError }

/** A stream under way. */
export interface HttpStream {
  /** Settles when the server ended it, the connection broke or `close` was called. Never rejects. */
  readonly done: Promise<StreamEnd>
  close(): void
}

/** A keep-alive connection: requests go one after the other, on one socket while the server keeps it open. */
export interface Connection {
  request(request: HttpRequest): Promise<HttpResult>
  close(): void
}

const CONNECT_MS_MAX = 30_000
const BODY_BYTES_MAX = 256 * 1024 * 1024

/** Sends one request on a connection of its own. Never throws or rejects. */
export async function request(url: string, what: HttpRequest): Promise<HttpResult> {
  const connection = openConnection(url)
  const result = await connection.request({ ...what, headers: { ...what.headers, Connection: 'close' } })
  connection.close()
  return result
}

/**
 * Sends one request and hands on the answer as it comes.
 *
 * @param onHead - called once; `onData` only follows when it returned true, else the stream ends
 */
export function stream(
  url: string,
  what: HttpRequest,
  onHead: (head: ResponseHead) => boolean,
  onData: (chunk: Buffer) => void,
): HttpStream {
  let close = (): void => {}
  const done = new Promise<StreamEnd>((resolve) => {
    const address = parseServerUrl(url)
    if (!address.ok) return resolve({ ok: false, error: { kind: 'url', message: address.message } })
    const socket = open(address.address, what)
    let wanted = true
    const settle = (end: StreamEnd): void => {
      wanted = false
      socket.destroy()
      resolve(end)
    }
    close = () => settle({ ok: true })
    const reader = responseReader({
      head: (head) => {
        if (wanted && !onHead(head)) settle({ ok: true })
      },
      data: (chunk) => {
        if (wanted) onData(chunk)
      },
      end: () => settle({ ok: true }),
    })
    listen(socket, reader, (error) => settle({ ok: false, error }))
    socket.write(encodeRequest(what, hostOf(address.address)))
  })
  return { done, close: () => close() }
}

/** Opens nothing yet: the first request does. Requests must not overlap. */
export function openConnection(url: string): Connection {
  let idle: Socket | null = null
  const drop = (): void => {
    idle?.destroy()
    idle = null
  }
  return {
    close: drop,
    request: (what) =>
      new Promise<HttpResult>((resolve) => {
        const address = parseServerUrl(url)
        if (!address.ok) return resolve({ ok: false, error: { kind: 'url', message: address.message } })
        // A socket that the server closed meanwhile is not used again: the request would be lost, or sent twice.
        if (idle !== null && (idle.destroyed || idle.readableEnded)) drop()
        const socket = idle ?? open(address.address, what)
        idle = null
        exchange(socket, what, hostOf(address.address), (result, reusable) => {
          if (reusable) idle = rest(socket)
          else socket.destroy()
          resolve(result)
        })
      }),
  }
}

/** One request and its answer on a connected or connecting socket; `settled` is called once. */
function exchange(
  socket: Socket,
  what: HttpRequest,
  host: string,
  settled: (result: HttpResult, reusable: boolean) => void,
): void {
  const chunks: Buffer[] = []
  let bytes = 0
  let head: ResponseHead | null = null
  let over = false
  const settle = (result: HttpResult, reusable: boolean): void => {
    if (over) return
    over = true
    settled(result, reusable)
  }
  const fail = (error: TransportError): void => settle({ ok: false, error }, false)
  const reader: ResponseReader = responseReader({
    head: (found) => {
      head = found
    },
    data: (chunk) => {
      bytes += chunk.length
      if (bytes <= (what.bodyBytesMax ?? BODY_BYTES_MAX)) chunks.push(chunk)
      else fail({ kind: 'protocol', message: `the answer is longer than ${what.bodyBytesMax ?? BODY_BYTES_MAX} bytes` })
    },
    end: () => {
      if (head === null) return
      const answer = { ok: true, ...(head as ResponseHead), body: Buffer.concat(chunks) } as const
      // The reader is asked on the next turn, once it knows whether bytes follow that nobody asked for.
      queueMicrotask(() => settle(answer, reader.reusable()))
    },
  })
  listen(socket, reader, fail)
  socket.write(encodeRequest(what, host))
}

/** Feeds a socket into a reader; `fail` may be called more than once. */
function listen(socket: Socket, reader: ResponseReader, fail: (error: TransportError) => void): void {
  socket.removeAllListeners('data').removeAllListeners('error').removeAllListeners('end')
  socket.on('data', (bytes) => {
    const wrong = reader.push(bytes)
    if (wrong !== null) fail({ kind: 'protocol', message: wrong })
  })
  socket.on('error', (error: NodeJS.ErrnoException) => {
    fail({ kind: 'socket', code: error.code ?? 'EIO', message: error.message })
  })
  socket.on('end', () => {
    const wrong = reader.close()
    if (wrong !== null) fail({ kind: 'socket', code: 'ECONNRESET', message: wrong })
  })
  socket.ref()
}

/** Keeps a socket for the next request without keeping the program alive for it. */
function rest(socket: Socket): Socket {
  socket.removeAllListeners('data').removeAllListeners('error').removeAllListeners('end')
  socket.on('data', () => socket.destroy())
  socket.on('error', () => socket.destroy())
  socket.on('end', () => socket.destroy())
  return socket.unref()
}

function open(address: ServerAddress, { connectMsMax = CONNECT_MS_MAX, caFile = null }: HttpRequest): Socket {
  const socket = connectTo(address, caFile)
  const timer = setTimeout(() => {
    socket.destroy(Object.assign(new Error('the connection was not made in time'), { code: 'ETIMEDOUT' }))
  }, connectMsMax)
  const connected = (): void => clearTimeout(timer)
  socket.once(address.kind === 'tls' ? 'secureConnect' : 'connect', connected).once('close', connected)
  return socket.setNoDelay(true)
}

function connectTo(address: ServerAddress, caFile: string | null): Socket {
  if (address.kind === 'unix') return connect({ path: address.path })
  const { host, port } = address
  if (address.kind === 'tcp') return connect({ host, port })
  const ca = caFile === null ? {} : readTrusted(caFile)
  if (ca instanceof Error) {
    const socket = new Socket()
    return socket.destroy(ca)
  }
  // Loaded when it is needed: it takes longer than everything else that a client does.
  const tls = process.getBuiltinModule('node:tls')
  return tls.connect({ host, port, ...(isIP(host) === 0 ? { servername: host } : {}), ...ca })
}

function readTrusted(file: string): { readonly ca: string } | Error {
  try {
    return { ca: readFileSync(file, 'utf8') }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return Object.assign(new Error(`cannot read the certificates to trust: ${why}`), { code: 'ECAFILE' })
  }
}

function hostOf(address: ServerAddress): string {
  if (address.kind === 'unix') return 'localhost'
  const host = address.host.includes(':') ? `[${address.host}]` : address.host
  return address.port === (address.kind === 'tls' ? 443 : 80) ? host : `${host}:${address.port}`
}

function encodeRequest(what: HttpRequest, host: string): Buffer {
  const body = Buffer.from(what.body ?? '')
  let head = `${what.method} ${what.path} HTTP/1.1\r\nHost: ${host}\r\n`
  if (what.credentials) {
    const { username, password } = what.credentials
    head += `Authorization: Basic ${Buffer.from(`${username}:${password}`).toString('base64')}\r\n`
  }
  for (const [name, value] of Object.entries(what.headers ?? {})) head += `${name}: ${value}\r\n`
  if (what.method !== 'GET') head += `Content-Length: ${body.length}\r\n`
  return Buffer.concat([Buffer.from(`${head}\r\n`, 'utf8'), body])
}
