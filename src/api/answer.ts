import { Buffer } from 'node:buffer'
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http'

/** One request with its response. */
export interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  /** Percent-decoded, without query. */
  readonly path: string
  readonly query: URLSearchParams
}

type Headers = Readonly<Record<string, string>>

/** Sends a complete answer; a HEAD request gets its headers only. */
export function sendAnswer(
  { request, response }: Exchange,
  status: number,
  headers: Headers,
  body: string | Uint8Array,
): void {
  const bytes = typeof body === 'string' ? Buffer.from(body, 'utf8') : body
  startAnswer(request, response, status, { ...headers, 'Content-Length': String(bytes.length) })
  response.end(request.method === 'HEAD' ? undefined : bytes)
}

/** Tells that what the client has is still right: no body, and no length of one. */
export function sendUnchanged({ request, response }: Exchange, headers: Headers): void {
  startAnswer(request, response, 304, headers)
  response.end()
}

/** Sends the original's page for an error. */
export function sendError(exchange: Exchange, status: number, headers: Headers = {}): void {
  sendAnswer(exchange, status, { 'Content-Type': 'text/html', ...headers }, errorPage(status))
}

/** Refuses a request whose body will not be read: the connection ends with the answer. */
export function refuseBody(exchange: Exchange, status: number): void {
  sendError(exchange, status, { Connection: 'close' })
}

/**
 * Begins an answer of a length not known yet: chunked for HTTP/1.1, up to the end of the connection before that.
 *
 * The original held such answers back from HTTP/1.0 clients until 64 KiB had come together.
 */
export function startStream({ request, response }: Exchange, headers: Headers): void {
  startAnswer(request, response, 200, headers)
  response.flushHeaders()
}

/** @see spec rpc.md §1, error body */
export function errorPage(status: number): string {
  const lines = [
    '<head>',
    '<title>Error response</title>',
    '</head>',
    '<body>',
    '<h1>Error response</h1>',
    `<p>Error code ${status}.`,
    `<p>Message: ${STATUS_CODES[status] ?? 'Unknown'}.`,
    '</body>',
  ]
  return lines.map((line) => `${line}\r\n`).join('')
}

function startAnswer(request: IncomingMessage, response: ServerResponse, status: number, headers: Headers): void {
  response.statusCode = status
  response.setHeader('Server', 'svctl')
  // As the original: the header is left out where it would only repeat what HTTP/1.1 means anyway.
  response.removeHeader('Connection')
  if (request.httpVersion === '1.0' && response.shouldKeepAlive && 'Content-Length' in headers) {
    response.setHeader('Connection', 'Keep-Alive')
  }
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
}
