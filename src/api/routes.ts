import { Buffer } from 'node:buffer'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Credentials } from '../model/config.js'
import type { Operator } from '../model/operator.js'
import type { Log } from '../model/ports.js'
import { reprString } from '../model/python.js'
import { type Exchange, sendAnswer, sendError } from './answer.js'
import { authorize, CHALLENGE } from './auth.js'
import { readBody } from './body.js'
import { JSON_PREFIX } from './json.js'
import { answerJsonLater } from './json-later.js'
import { streamLogLines } from './log-lines.js'
import { streamMainLog, streamProcessLog } from './log-stream.js'
import type { Call, Methods } from './methods/method.js'
import { answerRpc } from './rpc-endpoint.js'
import { answerStatic } from './static.js'
import { isForeign, isRebound } from './web/origin.js'
import { answerPage, PAGES } from './web.js'

/** What every request of one server is answered with. */
export interface Site {
  readonly operator: Operator
  readonly log: Log
  /** Of this program. */
  readonly version: string
  /** The `x` of each `[rpcinterface:x]` that names the main interface. */
  readonly namespaces: readonly string[]
  /** Methods of plugins by namespace; absent for none. */
  readonly plugins?: Readonly<Record<string, Methods>>
  readonly credentials: Credentials | null
  /** Names under which browsers may reach the server; `null` or absent for any. See `trustedHosts`. */
  readonly hosts?: readonly string[] | null
  /** Whether it is a unix socket; absent for no. */
  readonly local?: boolean
}

/**
 * Answers one request. Every request is answered or its connection ended; what is thrown below is logged and told as
 * HTTP 500, since no request may end the daemon.
 *
 * @see spec rpc.md §1; the order of the routes is the original's, with ours before the static files
 */
export async function answerRequest(request: IncomingMessage, response: ServerResponse, site: Site): Promise<void> {
  const exchange = toExchange(request, response)
  response.on('error', () => response.destroy())
  try {
    await route(exchange, site)
  } catch (error) {
    site.log.write('error', `Server Error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
    if (response.headersSent) response.destroy()
    else sendError(exchange, 500)
  }
}

async function route(exchange: Exchange, site: Site): Promise<void> {
  if (!isAdmitted(exchange, site.credentials) || !isOwn(exchange, site)) return
  const { path, request } = exchange
  const { method = '' } = request
  const page = path.replace(/^\/+/, '')
  if (path.startsWith('/RPC2')) {
    if (method === 'POST') await answerRpc(exchange, callOf(exchange, site), site.log)
    else sendError(exchange, 400)
  } else if (path.startsWith('/logtail')) {
    if (method === 'GET') streamProcessLog(exchange, site.operator)
    else sendError(exchange, 400)
  } else if (path.startsWith('/mainlogtail')) {
    if (method === 'GET') streamMainLog(exchange, site.operator)
    else sendError(exchange, 400)
  } else if (path === `${JSON_PREFIX}logs` && method === 'GET') {
    streamLogLines(exchange, site.operator)
  } else if (path.startsWith(JSON_PREFIX)) {
    await answerDocument(exchange, site)
  } else if (PAGES.includes(page) && (method === 'GET' || method === 'POST')) {
    await answerPage(exchange, page, callOf(exchange, site))
  } else {
    answerStatic(exchange)
  }
}

function isAdmitted(exchange: Exchange, credentials: Credentials | null): boolean {
  if (credentials === null) return true
  switch (authorize(exchange.request.headers.authorization ?? '', credentials)) {
    case 'granted':
      return true
    case 'denied':
      sendError(exchange, 401, { Connection: 'close', 'WWW-Authenticate': CHALLENGE })
      return false
    case 'malformed':
      // 401 would say it better. The original answers 500 and that is compared; nothing is given away either way.
      sendError(exchange, 500)
      return false
  }
}

/** Keeps out what pages of other sites make a browser send here; it has the rights of the person in front of it. */
function isOwn(exchange: Exchange, { hosts = null, log }: Site): boolean {
  const { headers, method } = exchange.request
  if (isRebound(headers, hosts)) {
    log.write('warn', `refused a browser that takes this server for ${reprString(headers.host ?? '')}`)
    refuseForeign(exchange, 421, WRONG_HOST)
    return false
  }
  if (method === 'GET' || method === 'HEAD' || !isForeign(headers)) return true
  log.write('warn', `refused a ${method} that a page of another site made a browser send`)
  refuseForeign(exchange, 403, OTHER_SITE)
  return false
}

const WRONG_HOST =
  'This server asks for no password, so browsers may reach it only by IP address, as localhost, or by the name of ' +
  'its machine: another name could be one that a foreign page made point here. Use one of these, or set username ' +
  'and password for the server.\n'
const OTHER_SITE = 'This request was made by a page of another site, or its browser does not say otherwise.\n'

/** The body, if any, is not read. */
function refuseForeign(exchange: Exchange, status: 403 | 421, text: string): void {
  const headers = { Connection: 'close', 'Content-Type': 'text/plain', 'X-Content-Type-Options': 'nosniff' }
  sendAnswer(exchange, status, headers, text)
}

function callOf({ response }: Exchange, { operator, version, namespaces, plugins = {} }: Site): Call {
  const gone = new AbortController()
  response.on('close', () => gone.abort())
  return { operator, version, namespaces, plugins, closed: gone.signal }
}

async function answerDocument(exchange: Exchange, { operator, local = false, credentials }: Site): Promise<void> {
  const { request } = exchange
  const { method = '', url = '' } = request
  const body = method === 'POST' ? await readBody(exchange) : new Uint8Array()
  if (body === null) return
  const contentType = request.headers['content-type'] ?? ''
  // Whoever gets here has logged in by that name.
  const user = credentials?.username ?? null
  const gone = new AbortController()
  exchange.response.on('close', () => gone.abort())
  const answer = await answerJsonLater({ method, target: url, contentType, body, local, user }, operator, gone.signal)
  if (gone.signal.aborted) return
  if (answer === null) sendError(exchange, 404)
  else sendAnswer(exchange, answer.status, answer.headers, answer.body)
}

function toExchange(request: IncomingMessage, response: ServerResponse): Exchange {
  // A proxy's request line has the whole address; parameters after a semicolon are nothing we know.
  const target = (request.url ?? '/').replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '')
  const [, path = '', search = ''] = /^([^;?#]*)[^?#]*\??([^#]*)/.exec(target) ?? []
  return { request, response, path: percentDecoded(path), query: new URLSearchParams(search) }
}

/** Bytes that are not UTF-8 become U+FFFD and then match no name; a lone `%` stays. */
function percentDecoded(text: string): string {
  if (!text.includes('%')) return text
  const bytes = text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return Buffer.from(bytes, 'latin1').toString('utf8')
}
