import type { Diagnostic } from '../model/diagnostic.js'
import type { Operator } from '../model/operator.js'
import { diffDocument, driftDocument } from './json/diff.js'
import type { DiffDocument, ErrorCode, ErrorDocument, JsonDocument, UnknownName, VerbName } from './json/documents.js'
import { type Read, readObject } from './json/read.js'
import { hideFileText } from './json/secrets.js'
import { selectProcesses } from './json/select.js'
import { statusDocument } from './json/status.js'
import { requestVerb } from './json/verbs.js'

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
    ? handleJson(request.method, path, new URLSearchParams(search), body.value, operator)
    : body.answer
  if (answer === null) return null
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

type Handler = (query: URLSearchParams, body: unknown, operator: Operator) => JsonAnswer

const ROUTES: Readonly<Record<string, Readonly<Partial<Record<'GET' | 'POST', Handler>>>>> = {
  status: { GET: getStatus },
  diff: { GET: getDiff, POST: postDiff },
  drift: { GET: (_query, _body, operator) => ok(driftDocument(operator.drift())) },
  apply: { POST: postApply },
  start: { POST: postVerb('start') },
  stop: { POST: postVerb('stop') },
  restart: { POST: postVerb('restart') },
  release: { POST: postVerb('release') },
}

/**
 * The JSON interface itself: routes on the operator port. Reads are GET; whatever changes something is POST.
 *
 * @param path - with `/api/v1/`, without query
 * @param body - parsed JSON, `undefined` for none
 * @returns `null` when the path is outside `/api/v1/`
 */
export function handleJson(
  method: string,
  path: string,
  query: URLSearchParams,
  body: unknown,
  operator: Operator,
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
  return handler(query, body, operator)
}

function getStatus(query: URLSearchParams, _body: unknown, operator: Operator): JsonAnswer {
  return ok(statusDocument(operator, query.getAll('name')))
}

function getDiff(query: URLSearchParams, _body: unknown, operator: Operator): JsonAnswer {
  const result = operator.diff()
  if (!result.ok) return invalid(result.errors)
  return ok(diffDocument(operator, result.report, { names: query.getAll('name'), candidate: false }))
}

/** `POST diff {"file": "/absolute/path", "names": []}`: a file that is not in place. Changes nothing. */
function postDiff(_query: URLSearchParams, body: unknown, operator: Operator): JsonAnswer {
  const read = readObject(body, { file: 'text', names: 'texts?' })
  if (!read.ok) return badRequest(read)
  const { file, names = [] } = read.value
  if (!file.startsWith('/') || file.includes('\0')) {
    return failed(400, 'BAD_REQUEST', `file has to be an absolute path, got ${JSON.stringify(file)}`)
  }
  const result = operator.diffFile(file)
  if (!result.ok) return invalid(result.errors.map(hideFileText))
  return ok(diffDocument(operator, result.report, { names, candidate: true }))
}

/** `POST apply {"allowRemovals": false}`: accepts what the file says and returns at once. */
function postApply(_query: URLSearchParams, body: unknown, operator: Operator): JsonAnswer {
  const read = readObject(body, { allowRemovals: 'flag?' })
  if (!read.ok) return badRequest(read)
  if (operator.state() !== 'RUNNING') return shuttingDown()
  const result = operator.apply({ groups: null, allowRemovals: read.value.allowRemovals ?? false })
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
      return unknownNames(result.names.map((name) => ({ name, kind: 'group', suggestion: null })))
  }
}

/** `POST start {"names": ["web", "workers:*"]}`: validated as a whole before anything is asked. */
function postVerb(verb: VerbName): Handler {
  return (_query, body, operator) => {
    const read = readObject(body, { names: 'texts' })
    if (!read.ok) return badRequest(read)
    const { names } = read.value
    if (names.length === 0)
      return failed(400, 'BAD_REQUEST', 'names has to hold at least one name ("all" for everything)')
    if (operator.state() !== 'RUNNING') return shuttingDown()
    const { processes, unknown } = selectProcesses(operator, names)
    return unknown.length > 0 ? unknownNames(unknown) : ok(requestVerb(operator, verb, processes))
  }
}

function ok(document: JsonDocument): JsonAnswer {
  return { status: 200, document }
}

function failed(
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
  return failed(422, 'CONFIG_INVALID', 'The configuration has errors; nothing was changed', { diagnostics: errors })
}

function unknownNames(unknown: readonly UnknownName[]): JsonAnswer {
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
