import type { Operator } from '../model/operator.js'
import { type Access, fullAccess } from './access/access.js'
import { routeNeed } from './access/route-needs.js'
import { badRequest, failed, forbidden, type JsonAnswer, wrongMethod } from './json/answers.js'
import { getHealth, getStatus, getUpgrade, postUpgrade } from './json/requests/daemon.js'
import { getDiff, postDiff } from './json/requests/diff.js'
import { postHold, postScale, postVerb } from './json/requests/processes.js'
import type { Handler } from './json/requests/request.js'
import { getRevisions, postApply, postRollback } from './json/requests/revisions.js'

/** Where the JSON interface lives on every server. */
export const JSON_PREFIX = '/api/v1/'

const ROUTES: Readonly<Record<string, Readonly<Partial<Record<'GET' | 'POST', Handler>>>>> = {
  status: { GET: getStatus },
  health: { GET: getHealth },
  diff: { GET: getDiff, POST: postDiff },
  apply: { POST: postApply },
  revisions: { GET: getRevisions },
  rollback: { POST: postRollback },
  start: { POST: postVerb('start') },
  stop: { POST: postVerb('stop') },
  restart: { POST: postVerb('restart') },
  release: { POST: postVerb('release') },
  hold: { POST: postHold },
  scale: { POST: postScale },
  upgrade: { GET: getUpgrade, POST: postUpgrade },
}

/** A request as the HTTP server has it once the body is complete. */
export interface RawJsonRequest {
  readonly method: string
  /** Path with query, as on the request line. */
  readonly target: string
  /** Value of the header, '' for none. */
  readonly contentType: string
  readonly body: Uint8Array
  /** Whether it came over a unix socket; absent for no. */
  readonly local?: boolean
  /** What the client may do, and who it is; absent for everything and nobody known. */
  readonly access?: Access
}

/** What the HTTP server is to send. */
export interface RawJsonAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/**
 * Answers one request to the JSON interface. The caller has already checked credentials and bounded the body.
 *
 * @returns what to send, or `null` when the target is outside `/api/v1/`
 */
export function answerJson(request: RawJsonRequest, operator: Operator): RawJsonAnswer | null {
  const [path = '', search = ''] = cut(request.target, '?')
  if (!path.startsWith(JSON_PREFIX)) return null
  const body = readBody(request)
  const answer = body.ok
    ? handleJson(request.method, path, new URLSearchParams(search), body.value, operator, request.local, request.access)
    : body.answer
  return answer === null ? null : written(answer)
}

/**
 * The JSON interface itself: routes on the operator port. Reads are GET; whatever changes something is POST.
 *
 * @param path - with `/api/v1/`, without query
 * @param body - parsed JSON, `undefined` for none
 * @param local - whether the request came over a unix socket
 * @param access - what the client may do
 * @returns `null` when the path is outside `/api/v1/`
 */
export function handleJson(
  method: string,
  path: string,
  query: URLSearchParams,
  body: unknown,
  operator: Operator,
  local = false,
  access: Access = fullAccess(),
): JsonAnswer | null {
  if (!path.startsWith(JSON_PREFIX)) return null
  const name = path.slice(JSON_PREFIX.length)
  const route = Object.hasOwn(ROUTES, name) ? ROUTES[name] : undefined
  if (!route) return failed(404, 'NOT_FOUND', `Nothing is at ${path}`)
  const handler = method === 'GET' || method === 'POST' ? route[method] : undefined
  if (!handler) return wrongMethod(path, method, Object.keys(route).join(', '))
  const refusal = access.refusal(routeNeed(method, name, query, body, operator))
  if (refusal !== null) return forbidden(`${refusal}; nothing was changed`)
  return handler({ query, body, local, who: access.who }, operator)
}

/** An answer as it goes over the wire. */
export function written(answer: JsonAnswer): RawJsonAnswer {
  const text = `${JSON.stringify(answer.document)}\n`
  return {
    status: answer.status,
    headers: {
      'Content-Type': 'application/json',
      'Content-Length': String(Buffer.byteLength(text)),
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
      ...(answer.allow === undefined ? {} : { Allow: answer.allow }),
    },
    body: text,
  }
}

type ReadBody = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly answer: JsonAnswer }

/** A page of another site can send forms and plain text, but not this content type without being asked first. */
function readBody({ method, contentType, body }: RawJsonRequest): ReadBody {
  if (method !== 'POST') return { ok: true, value: undefined }
  if ((cut(contentType, ';')[0] ?? '').trim().toLowerCase() !== 'application/json') {
    const got = contentType === '' ? 'none' : JSON.stringify(contentType)
    const message = `A POST needs the header Content-Type: application/json, got ${got}`
    return { ok: false, answer: failed(415, 'UNSUPPORTED_MEDIA_TYPE', message) }
  }
  try {
    return { ok: true, value: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)) }
  } catch {
    return { ok: false, answer: badRequest('Cannot read the body as JSON in UTF-8') }
  }
}

function cut(text: string, at: string): readonly [string, string] {
  const index = text.indexOf(at)
  return index < 0 ? [text, ''] : [text.slice(0, index), text.slice(index + 1)]
}
