import type { Diagnostic } from '../../model/diagnostic.js'
import type { DiffDocument } from './diff-document.js'
import type { JsonDocument } from './documents.js'
import { hideSecretText } from './secrets.js'
import type { UnknownName } from './select.js'

/** Closed list; texts may improve, codes stay. */
export type ErrorCode =
  | 'BAD_REQUEST'
  | 'NOT_FOUND'
  | 'METHOD_NOT_ALLOWED'
  | 'UNSUPPORTED_MEDIA_TYPE'
  | 'UNKNOWN_NAME'
  | 'CONFIG_INVALID'
  | 'GUARD_REFUSED'
  /** Secrets are told on the unix socket only. */
  | 'FORBIDDEN'
  /** Another revision or another file than the caller has seen. */
  | 'REVISION_MOVED'
  | 'SHUTTING_DOWN'
  /** Too many wait for events, or read logs, already. */
  | 'BUSY'
  /** Of the client: nobody answered, or not in a way it understands. */
  | 'UNREACHABLE'

export interface ErrorDocument {
  readonly schema: 'svctl.error/v1'
  readonly code: ErrorCode
  readonly message: string
  readonly diagnostics: readonly Diagnostic[]
  readonly unknown: readonly UnknownName[]
  /** What was about to happen, when a guard refused it. */
  readonly diff: DiffDocument | null
}

/** An answer before it is written out. */
export interface JsonAnswer {
  /** HTTP status. */
  readonly status: number
  readonly document: JsonDocument
  /** Methods the path has, for the header `Allow`; only with status 405. */
  readonly allow?: string
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

/** The answer to a request that nobody could mean. */
export function badRequest(message: string): JsonAnswer {
  return failed(400, 'BAD_REQUEST', message)
}

/** The answer to who may not do that. */
export function forbidden(message: string): JsonAnswer {
  return failed(403, 'FORBIDDEN', message)
}

/** The answer to names that nothing has. @param asked - for a change, or only a question */
export function unknownNames(unknown: readonly UnknownName[], asked: 'change' | 'question' = 'change'): JsonAnswer {
  const names = unknown.map(({ name }) => JSON.stringify(name)).join(', ')
  const rest = asked === 'change' ? '; nothing was changed' : ''
  return failed(404, 'UNKNOWN_NAME', `No process or group is named ${names}${rest}`, { unknown })
}

/** The answer to the number of a revision that the history has not, or whose content is gone. */
export function noRevision(message: string): JsonAnswer {
  return failed(404, 'UNKNOWN_NAME', message)
}

/** The answer to a method that a path has not. @param allow - those it has */
export function wrongMethod(path: string, method: string, allow: string): JsonAnswer {
  return { ...failed(405, 'METHOD_NOT_ALLOWED', `${path} does not answer ${method}, only ${allow}`), allow }
}

/** The answer to what is not done unless somebody insists. @param diff - what would have been done */
export function guardRefused(message: string, diff?: DiffDocument): JsonAnswer {
  return failed(409, 'GUARD_REFUSED', message, diff && { diff })
}

/** The answer where the file has errors. */
export function invalidConfig(errors: readonly Diagnostic[]): JsonAnswer {
  return failed(422, 'CONFIG_INVALID', 'The configuration has errors; nothing was changed', {
    diagnostics: errors.map(hideSecretText),
  })
}

/** The answer to changes that come too late. */
export function shuttingDown(): JsonAnswer {
  return failed(503, 'SHUTTING_DOWN', 'The daemon is shutting down; nothing was changed')
}
