import { Buffer } from 'node:buffer'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Operator } from '../model/operator.js'
import { reprString } from '../model/python.js'
import type { Access } from './access/access.js'
import { accessOf, type Guarded } from './access/of-request.js'
import { peerOf } from './access/peer.js'
import { pathNeed } from './access/route-needs.js'
import { type Exchange, sendAnswer, sendError } from './answer.js'
import { CHALLENGE, readLogin } from './auth.js'
import { readBody } from './body.js'
import { createGate, type Gate } from './gate.js'
import { JSON_PREFIX } from './json.js'
import { answerJsonLater } from './json-later.js'
import { streamLogLines } from './log-lines.js'
import { streamMainLog, streamProcessLog } from './log-stream.js'
import type { LoginReport } from './login-report.js'
import type { Call, Methods } from './methods/method.js'
import { answerProbe, isProbe } from './probes.js'
import { answerRpc } from './rpc-endpoint.js'
import { answerStatic } from './static.js'
import { isForeign, isRebound } from './web/origin.js'
import { answerPage, PAGES } from './web.js'

/** What every request of one server is answered with. */
export interface Site extends Guarded {
  readonly operator: Operator
  /** Of this program. */
  readonly version: string
  /** The `x` of each `[rpcinterface:x]` that names the main interface. */
  readonly namespaces: readonly string[]
  /** Methods of plugins by namespace; absent for none. */
  readonly plugins?: Readonly<Record<string, Methods>>
  /** Names under which browsers may reach the server; `null` or absent for any. See `trustedHosts`. */
  readonly hosts?: readonly string[] | null
  /** Looks at passwords; absent where none is asked for. */
  readonly gate?: Gate
  /** Tells of those who do not get in; absent for no line. */
  readonly logins?: LoginReport
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
  if (!(await isAdmitted(exchange, site)) || !isOwn(exchange, site)) return
  const { path, query, request } = exchange
  const { method = '' } = request
  const access = accessOf(request, site)
  const page = path.replace(/^\/+/, '')
  if (path.startsWith('/RPC2')) {
    if (method === 'POST') await answerRpc(exchange, callOf(exchange, site, access), site.log)
    else sendError(exchange, 400)
  } else if (path === `${JSON_PREFIX}logs` && method === 'GET') {
    streamLogLines(exchange, site.operator, access)
  } else if (path.startsWith(JSON_PREFIX)) {
    await answerDocument(exchange, site, access)
  } else if (!isAllowed(exchange, access.refusal(pathNeed(path, query, site.operator)))) {
    // Answered.
  } else if (isProbe(path) && (method === 'GET' || method === 'HEAD')) {
    answerProbe(exchange, site.operator)
  } else if (path.startsWith('/logtail')) {
    if (method === 'GET') streamProcessLog(exchange, site.operator)
    else sendError(exchange, 400)
  } else if (path.startsWith('/mainlogtail')) {
    if (method === 'GET') streamMainLog(exchange, site.operator)
    else sendError(exchange, 400)
  } else if (PAGES.includes(page) && (method === 'GET' || method === 'POST')) {
    await answerPage(exchange, page, callOf(exchange, site, access))
  } else {
    answerStatic(exchange)
  }
}

function isAllowed(exchange: Exchange, refusal: string | null): boolean {
  if (refusal !== null) refuseWith(exchange, 403, `${refusal}\n`)
  return refusal === null
}

async function isAdmitted(exchange: Exchange, site: Site): Promise<boolean> {
  const { credentials, gate, local = false } = site
  if (credentials === null) return true
  const { headers, socket } = exchange.request
  const keeper = gate ?? createGate(credentials)
  const verdict = await keeper.check(headers.authorization ?? '', local ? null : (socket.remoteAddress ?? ''))
  if (verdict === 'denied' || verdict === 'guessing') tellOfLogin(exchange, site)
  switch (verdict) {
    case 'granted':
      return true
    case 'denied':
      sendError(exchange, 401, { Connection: 'close', 'WWW-Authenticate': CHALLENGE })
      return false
    case 'malformed':
      // 401 would say it better. The original answers 500 and that is compared; nothing is given away either way.
      sendError(exchange, 500)
      return false
    case 'busy':
      sendError(exchange, 503, { Connection: 'close', 'Retry-After': '1' })
      return false
    case 'guessing':
      sendError(exchange, 429, { Connection: 'close', 'Retry-After': '5' })
      return false
  }
}

/** Clients ask without a name first: only who gave one has failed. */
function tellOfLogin({ request, path }: Exchange, { logins, operator, local = false }: Site): void {
  const login = readLogin(request.headers.authorization ?? '')
  // To the letter there is no such line.
  if (typeof login === 'string' || operator.config().daemon.converge.mode === 'manual') return
  const { uid = 'unknown', pid = 0 } = (local ? peerOf(request.socket) : null) ?? {}
  const peer = local ? `uid ${uid}${pid === 0 ? '' : `, pid ${pid}`}` : (request.socket.remoteAddress ?? 'unknown')
  logins?.failed({ peer, name: login.name, path })
}

/** Keeps out what pages of other sites make a browser send here; it has the rights of the person in front of it. */
function isOwn(exchange: Exchange, { hosts = null, log }: Site): boolean {
  const { headers, method } = exchange.request
  if (isRebound(headers, hosts)) {
    log.write('warn', `refused a browser that takes this server for ${reprString(headers.host ?? '')}`)
    refuseWith(exchange, 421, WRONG_HOST)
    return false
  }
  if (method === 'GET' || method === 'HEAD' || !isForeign(headers)) return true
  log.write('warn', `refused a ${method} that a page of another site made a browser send`)
  refuseWith(exchange, 403, OTHER_SITE)
  return false
}

const WRONG_HOST =
  'This server asks for no password, so browsers may reach it only by IP address, as localhost, or by the name of ' +
  'its machine: another name could be one that a foreign page made point here. Use one of these, or set username ' +
  'and password for the server.\n'
const OTHER_SITE = 'This request was made by a page of another site, or its browser does not say otherwise.\n'

/** The body, if any, is not read. */
function refuseWith(exchange: Exchange, status: 403 | 421, text: string): void {
  const headers = { Connection: 'close', 'Content-Type': 'text/plain', 'X-Content-Type-Options': 'nosniff' }
  sendAnswer(exchange, status, headers, text)
}

function callOf({ response }: Exchange, { operator, version, namespaces, plugins = {} }: Site, access: Access): Call {
  const gone = new AbortController()
  response.on('close', () => gone.abort())
  // It may have gone while its password was looked at.
  if (response.destroyed) gone.abort()
  return { operator, version, namespaces, plugins, access, closed: gone.signal }
}

async function answerDocument(exchange: Exchange, { operator, local = false }: Site, access: Access): Promise<void> {
  const { request } = exchange
  const { method = '', url = '' } = request
  const body = method === 'POST' ? await readBody(exchange) : new Uint8Array()
  if (body === null) return
  const contentType = request.headers['content-type'] ?? ''
  const gone = new AbortController()
  exchange.response.on('close', () => gone.abort())
  const answer = await answerJsonLater({ method, target: url, contentType, body, local, access }, operator, gone.signal)
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
