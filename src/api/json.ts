import type { Diagnostic } from '../model/diagnostic.js'
import type { Operator } from '../model/operator.js'
import type { RevisionMissing } from '../model/revision.js'
import { type Access, fullAccess } from './access/access.js'
import { routeNeed } from './access/route-needs.js'
import { movedMessage, readApply, unknownGroup } from './json/apply.js'
import { diffDocument } from './json/diff.js'
import type { DiffDocument, ErrorCode, ErrorDocument, JsonDocument, UnknownName, VerbName } from './json/documents.js'
import { healthDocument } from './json/health.js'
import { type Read, readObject } from './json/read.js'
import { historyDocument, revisionDocument } from './json/revisions.js'
import { readScalePrograms, scaledDocument, scaleRefusal } from './json/scale.js'
import { hideFileText, hideSecretText } from './json/secrets.js'
import { selectProcesses } from './json/select.js'
import { statusDocument } from './json/status.js'
import { upgradeDocument, whyNotUpgraded } from './json/upgrade.js'
import { type HoldTerms, personOf, requestVerb } from './json/verbs.js'

/** Where the JSON interface lives on every server. */
export const JSON_PREFIX = '/api/v1/'

/** An answer before it is written out. */
export interface JsonAnswer {
  /** HTTP status. */
  readonly status: number
  readonly document: JsonDocument
  /** Methods the path has, for the header `Allow`; only with status 405. */
  readonly allow?: string
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

/** @param local - whether the request came over a unix socket @param who - names the user, when somebody knows */
type Handler = (
  query: URLSearchParams,
  body: unknown,
  operator: Operator,
  local: boolean,
  who: Access['who'],
) => JsonAnswer

const ROUTES: Readonly<Record<string, Readonly<Partial<Record<'GET' | 'POST', Handler>>>>> = {
  status: { GET: getStatus },
  diff: { GET: getDiff, POST: postDiff },
  health: {
    GET: (query, _, operator) => ok(healthDocument(operator, query.getAll('name'), query.get('live') === '1')),
  },
  apply: { POST: postApply },
  start: { POST: postVerb('start') },
  stop: { POST: postVerb('stop') },
  restart: { POST: postVerb('restart') },
  release: { POST: postVerb('release') },
  hold: { POST: postHold },
  scale: { POST: postScale },
  revisions: { GET: getRevisions },
  rollback: { POST: postRollback },
  upgrade: { GET: (_query, _body, operator) => ok(upgradeDocument(operator)), POST: postUpgrade },
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
  if (!handler) {
    const allow = Object.keys(route).join(', ')
    return { ...failed(405, 'METHOD_NOT_ALLOWED', `${path} does not answer ${method}, only ${allow}`), allow }
  }
  const refusal = access.refusal(routeNeed(method, name, query, body, operator))
  if (refusal !== null) return failed(403, 'FORBIDDEN', `${refusal}; nothing was changed`)
  return handler(query, body, operator, local, access.who)
}

function getStatus(query: URLSearchParams, _body: unknown, operator: Operator): JsonAnswer {
  return ok(statusDocument(operator, query.getAll('name'), query.get('usage') === '1'))
}

/** `GET diff?name=web&patch=1&secrets=1` */
function getDiff(query: URLSearchParams, _body: unknown, operator: Operator, local: boolean): JsonAnswer {
  const options = { patch: query.get('patch') === '1', secrets: query.get('secrets') === '1' }
  if (options.secrets && !local) return secretsRefused()
  const result = operator.diff(options)
  if (!result.ok) return invalid(result.errors)
  const { secrets } = options
  return ok(diffDocument(operator, result.report, { names: query.getAll('name'), candidate: false, secrets }))
}

/** `POST diff {"file": "/absolute/path"}`, a file that is not in place, or `{"revision": 3}`. Changes nothing. */
function postDiff(_query: URLSearchParams, body: unknown, operator: Operator, local: boolean): JsonAnswer {
  const shape = { file: 'text?', revision: 'number?', names: 'texts?', patch: 'flag?', secrets: 'flag?' } as const
  const read = readObject(body, shape)
  if (!read.ok) return badRequest(read)
  const { file, revision, names = [], patch = false, secrets = false } = read.value
  if (secrets && !local) return secretsRefused()
  if ((file === undefined) === (revision === undefined))
    return failed(400, 'BAD_REQUEST', 'The body has to name a file or a revision')
  if (file === undefined) {
    const result = operator.diffRevision(revision ?? null, { patch, secrets })
    if (!result.ok) return failed(404, 'UNKNOWN_NAME', result.message)
    return ok(diffDocument(operator, result.report, { names, candidate: false, revision: result.to, secrets }))
  }
  if (!file.startsWith('/') || file.includes('\0')) {
    return failed(400, 'BAD_REQUEST', `file has to be an absolute path, got ${JSON.stringify(file)}`)
  }
  const result = operator.diffFile(file, { patch, secrets })
  if (!result.ok) return invalid(result.errors.map(hideFileText))
  return ok(diffDocument(operator, result.report, { names, candidate: true, secrets }))
}

function secretsRefused(): JsonAnswer {
  return failed(403, 'FORBIDDEN', 'Secrets are shown on the unix socket only; nothing was compared')
}

/** `POST apply`: accepts what the file says, or some groups of it, and returns at once. */
function postApply(
  _query: URLSearchParams,
  body: unknown,
  operator: Operator,
  _local: boolean,
  who: Access['who'],
): JsonAnswer {
  const read = readApply(body)
  if (!read.ok) return badRequest(read)
  if (operator.state() !== 'RUNNING') return shuttingDown()
  const { expect } = read.value
  const result = operator.apply({ ...read.value, cause: { what: 'svctl apply', by: who() } })
  if (result.ok) {
    const diff = diffDocument(operator, result.report, { names: [], candidate: false })
    return ok({ schema: 'svctl.accepted/v1', revision: result.revision, diff })
  }
  switch (result.reason) {
    case 'invalid':
      return invalid(result.errors)
    case 'guard':
      return failed(409, 'GUARD_REFUSED', result.refusal.message, {
        diff: diffDocument(operator, { ...result.report, guard: result.refusal }, { names: [], candidate: false }),
      })
    case 'unknown-name':
      return unknownNames(result.names.map((name) => unknownGroup(operator, name)))
    case 'moved':
      return failed(409, 'REVISION_MOVED', (expect && movedMessage(expect, result)) ?? 'Something else is accepted')
  }
}

/** `GET revisions` and, for the content of one, `GET revisions?n=7`. */
function getRevisions(query: URLSearchParams, _body: unknown, operator: Operator): JsonAnswer {
  const n = query.get('n')
  if (n === null) return ok(historyDocument(operator.revisions(), operator.config()))
  if (!/^\d{1,9}$/.test(n)) return failed(400, 'BAD_REQUEST', `n has to be a whole number, got ${JSON.stringify(n)}`)
  const content = operator.revisionContent(Number(n))
  return content.ok ? ok(revisionDocument(content, operator.revision())) : noRevision(content)
}

/** `POST rollback {"revision": 7, "allowRemovals": false, "dryRun": false}`; without a number to the one before. */
function postRollback(
  _query: URLSearchParams,
  body: unknown,
  operator: Operator,
  _local: boolean,
  who: Access['who'],
): JsonAnswer {
  const read = readObject(body, { revision: 'number?', allowRemovals: 'flag?', dryRun: 'flag?' })
  if (!read.ok) return badRequest(read)
  if (operator.state() !== 'RUNNING') return shuttingDown()
  const { revision = null, allowRemovals = false, dryRun = false } = read.value
  const view = (to: number) => ({ names: [], candidate: false, revision: to })
  if (dryRun) {
    const planned = operator.diffRevision(revision)
    return planned.ok ? ok(diffDocument(operator, planned.report, view(planned.to))) : noRevision(planned)
  }
  const result = operator.rollback(revision, { allowRemovals, by: who() })
  if (result.ok) {
    const diff = diffDocument(operator, result.report, view(result.to))
    return ok({ schema: 'svctl.rolledback/v1', revision: result.revision, to: result.to, diff })
  }
  if (result.reason === 'unknown-revision') return noRevision(result)
  return failed(409, 'GUARD_REFUSED', result.refusal.message, {
    diff: diffDocument(operator, result.report, view(result.to)),
  })
}

/** `POST upgrade {}`: begins; `GET upgrade` tells what becomes of it. */
function postUpgrade(_query: URLSearchParams, body: unknown, operator: Operator): JsonAnswer {
  const read = readObject(body, {})
  if (!read.ok) return badRequest(read)
  if (!operator.upgrader.start()) return failed(409, 'GUARD_REFUSED', whyNotUpgraded(operator))
  return ok(upgradeDocument(operator))
}

function noRevision({ message }: RevisionMissing): JsonAnswer {
  return failed(404, 'UNKNOWN_NAME', message)
}

/** `POST start {"names": ["web", "workers:*"]}`: validated as a whole before anything is asked. */
function postVerb(verb: VerbName): Handler {
  return (_query, body, operator, _local, who) => {
    const read = readObject(body, { names: 'texts' })
    return read.ok ? askFor(verb, read.value.names, { who: who() }, operator) : badRequest(read)
  }
}

/** Longest time a timer holds, and longest text that is kept and shown. */
const HOLD_MS_MAX = 30 * 24 * 3_600_000
const REASON_MAX = 500

/** `POST hold {"names": ["web"], "forMs": 7200000, "reason": "new disk"}`: a stop that says why and until when. */
function postHold(
  _query: URLSearchParams,
  body: unknown,
  operator: Operator,
  _local: boolean,
  who: Access['who'],
): JsonAnswer {
  const read = readObject(body, { names: 'texts', forMs: 'number?', reason: 'text?', user: 'text?' })
  if (!read.ok) return badRequest(read)
  const { names, ...terms } = read.value
  const { forMs, reason = '', user = '' } = terms
  if (forMs !== undefined && (forMs === 0 || forMs > HOLD_MS_MAX))
    return failed(400, 'BAD_REQUEST', `forMs has to be more than 0 and at most ${HOLD_MS_MAX} (30 days), got ${forMs}`)
  if (Math.max(reason.length, user.length) > REASON_MAX)
    return failed(400, 'BAD_REQUEST', `reason and user have to be at most ${REASON_MAX} characters long`)
  return askFor('hold', names, { ...terms, who: who() }, operator)
}

/** `POST scale {"programs": {"web": 5, "api": null}}`: other numbers than the file says, `null` for the file's. */
function postScale(
  _query: URLSearchParams,
  body: unknown,
  operator: Operator,
  _local: boolean,
  who: Access['who'],
): JsonAnswer {
  const read = readObject(body, { programs: 'object?', user: 'text?' })
  if (!read.ok) return badRequest(read)
  const { programs, user = '' } = read.value
  const wanted = readScalePrograms(programs)
  if (typeof wanted === 'string') return failed(400, 'BAD_REQUEST', wanted)
  if (user.length > REASON_MAX)
    return failed(400, 'BAD_REQUEST', `user has to be at most ${REASON_MAX} characters long`)
  if (operator.state() !== 'RUNNING') return shuttingDown()
  const result = operator.scale(wanted, personOf(who(), user))
  if (result.ok) return ok(scaledDocument(result))
  if (result.reason === 'invalid') return invalid(result.errors)
  const { status, code, message } = scaleRefusal(result, Object.keys(operator.config().numprocs))
  return failed(status, code, message)
}

function askFor(verb: VerbName, names: readonly string[], terms: HoldTerms, operator: Operator): JsonAnswer {
  if (names.length === 0)
    return failed(400, 'BAD_REQUEST', 'names has to hold at least one name ("all" for everything)')
  if (operator.state() !== 'RUNNING') return shuttingDown()
  const { processes, unknown } = selectProcesses(operator, names)
  return unknown.length > 0 ? unknownNames(unknown) : ok(requestVerb(operator, verb, processes, terms))
}

/** The answer that holds what was asked for. */
export function ok(document: JsonDocument): JsonAnswer {
  return { status: 200, document }
}

/** The answer that says what is wrong. */
export function failed(
  status: number,
  code: ErrorCode,
  message: string,
  more: {
    readonly diagnostics?: readonly Diagnostic[]
    readonly unknown?: readonly UnknownName[]
    readonly diff?: DiffDocument
  } = {},
): JsonAnswer {
  const document: ErrorDocument = {
    schema: 'svctl.error/v1',
    code,
    message,
    diagnostics: more.diagnostics ?? [],
    unknown: more.unknown ?? [],
    diff: more.diff ?? null,
  }
  return { status, document }
}

function invalid(errors: readonly Diagnostic[]): JsonAnswer {
  return failed(422, 'CONFIG_INVALID', 'The configuration has errors; nothing was changed', {
    diagnostics: errors.map(hideSecretText),
  })
}

/** The answer to names that nothing has. */
export function unknownNames(unknown: readonly UnknownName[]): JsonAnswer {
  const names = unknown.map(({ name }) => JSON.stringify(name)).join(', ')
  return failed(404, 'UNKNOWN_NAME', `No process or group is named ${names}; nothing was changed`, { unknown })
}

function shuttingDown(): JsonAnswer {
  return failed(503, 'SHUTTING_DOWN', 'The daemon is shutting down; nothing was changed')
}

function badRequest({ message }: Extract<Read<unknown>, { ok: false }>): JsonAnswer {
  return failed(400, 'BAD_REQUEST', message)
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
    return { ok: false, answer: failed(400, 'BAD_REQUEST', 'Cannot read the body as JSON in UTF-8') }
  }
}

function cut(text: string, at: string): readonly [string, string] {
  const index = text.indexOf(at)
  return index < 0 ? [text, ''] : [text.slice(0, index), text.slice(index + 1)]
}
