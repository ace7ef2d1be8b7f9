import { type Exchange, sendAnswer } from './answer.js'
import { readBody } from './body.js'
import type { Call } from './methods/method.js'
import { act, readWish } from './web/act.js'
import { confirmPage } from './web/confirm-page.js'
import { query } from './web/html.js'
import { statusPage } from './web/status-page.js'
import { tailPage } from './web/tail-page.js'

/** What is answered here, without the leading slash. */
export const PAGES: readonly string[] = ['', 'index.html', 'tail.html', 'ok.html']

/** A form holds an action and a name. */
const FORM_BYTES_MAX = 64 * 1024
/** A message travels in an address; no list of failures need be longer. */
const MESSAGE_CHARS_MAX = 1500

const HEADERS = {
  'Content-Type': 'text/html;charset=utf-8',
  Pragma: 'no-cache',
  'Cache-Control': 'no-cache, no-store',
  Expires: 'Thu, 01 Jan 1970 00:00:00 GMT',
  'Content-Security-Policy':
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  // Not 'no-referrer': the answer to "where does this form come from" would then be 'null'.
  'Referrer-Policy': 'same-origin',
} as const

/**
 * Answers the pages of the web interface. Whatever changes something is a POST; that it comes from a page of ours, and
 * from nowhere else, was checked before.
 *
 * @see spec web.md. There a GET with `action=` acts; here it asks, with status 405, so that a script notices.
 */
export async function answerPage(exchange: Exchange, page: string, call: Call): Promise<void> {
  const isPost = exchange.request.method === 'POST'
  const form = isPost ? await readForm(exchange) : new URLSearchParams()
  if (form === null) return
  const parameters = new URLSearchParams([...form, ...exchange.query])
  if (page === 'ok.html') sendAnswer(exchange, 200, { 'Content-Type': 'text/plain' }, 'OK')
  else if (page === 'tail.html') sendAnswer(exchange, 200, HEADERS, tailPage(parameters, call))
  else await answerIndex(exchange, parameters, call)
}

async function answerIndex(exchange: Exchange, parameters: URLSearchParams, call: Call): Promise<void> {
  const wish = readWish(parameters)
  const changes = wish !== null && wish.action !== null && wish.action !== 'refresh'
  if (changes && exchange.request.method !== 'POST') {
    sendAnswer(exchange, 405, { ...HEADERS, Allow: 'POST' }, confirmPage(wish, call.version))
    return
  }
  const message = wish === null ? (parameters.get('message') ?? '') : await act(wish, call)
  if (call.closed.aborted) return
  if (wish === null || exchange.request.method !== 'POST') {
    sendAnswer(exchange, 200, HEADERS, statusPage(message, call))
    return
  }
  // Relative, so that nothing of the request's Host comes back; 303 so that a reload repeats nothing.
  const location = `index.html${query({ message: shortened(message) })}`
  sendAnswer(exchange, 303, { ...HEADERS, Location: location }, '')
}

/** @returns the fields, none without a body; `null` when the request was answered already */
async function readForm(exchange: Exchange): Promise<URLSearchParams | null> {
  const { headers } = exchange.request
  // `curl -X POST` of an address with parameters: no body is no mistake here.
  const empty = headers['content-length'] === undefined && headers['transfer-encoding'] === undefined
  const body = empty ? '' : (await readBody(exchange, FORM_BYTES_MAX))?.toString('utf8')
  return body === undefined ? null : new URLSearchParams(body)
}

function shortened(message: string): string {
  return message.length <= MESSAGE_CHARS_MAX ? message : `${message.slice(0, MESSAGE_CHARS_MAX)}…`
}
