import type { ErrorDocument } from '../../api/json/answers.js'
import type { JsonDocument } from '../../api/json/documents.js'
import type { Options } from './arguments.js'
import type { Answer, Client } from './client.js'
import { EXIT, type ExitCode } from './exit.js'
import { failure } from './locate.js'
import { type Paint, printable } from './paint.js'
import { suggestionLines } from './render-status.js'
import type { Terminal } from './terminal.js'

/** What every command works with. */
export interface Context {
  readonly client: Client
  readonly terminal: Terminal
  readonly options: Options
  readonly names: readonly string[]
  /** Colours of standard output and of standard error. */
  readonly paint: Paint
  readonly errPaint: Paint
}

/** Whether the answer is one document for a program rather than text for a person. */
export function isStructured({ options }: Pick<Context, 'options'>): boolean {
  return options.output === 'json' || options.output === 'yaml'
}

/** The name that this user goes by, for people to read: the daemon cannot check it. */
export function userOf({ terminal: { env } }: Pick<Context, 'terminal'>): { readonly user?: string } {
  const user = env.SUDO_USER || env.USER || env.LOGNAME
  return user ? { user } : {}
}

/** Prints one document as `-o json` or `-o yaml` want it. @param compact - JSON on one line */
export async function emit(
  { terminal, options }: Pick<Context, 'terminal' | 'options'>,
  document: object,
  compact = false,
): Promise<void> {
  if (options.output === 'yaml') {
    // Only who asks for YAML pays for loading it.
    const { stringifyYaml } = await import('../../config/yaml.js')
    terminal.out(`---\n${stringifyYaml(document)}`)
  } else {
    terminal.out(`${JSON.stringify(document, null, compact ? undefined : 2)}\n`)
  }
}

/** A document of the kind a command asked for, or the exit status after everything else was reported. */
export type Got<D extends JsonDocument> =
  | { readonly ok: true; readonly document: D }
  | { readonly ok: false; readonly exit: ExitCode }

/** Takes the wanted document out of an answer; reports every other answer. */
export async function expect<S extends JsonDocument['schema']>(
  context: Context,
  schema: S,
  answer: Answer,
): Promise<Got<Extract<JsonDocument, { readonly schema: S }>>> {
  if (context.terminal.interrupted.aborted) return { ok: false, exit: EXIT.interrupted }
  if (answer.kind === 'unreachable')
    return { ok: false, exit: await report(context, failure('UNREACHABLE', answer.message)) }
  const { document } = answer
  if (isA(document, schema)) return { ok: true, document }
  if (document.schema === 'svctl.error/v1') return { ok: false, exit: await report(context, document) }
  const message = `${context.client.serverUrl()} answered with ${document.schema} where ${schema} was asked for`
  return { ok: false, exit: await report(context, failure('UNREACHABLE', message)) }
}

/** Tells a person (and, with `-o json`, a program) what went wrong. @returns the exit status for it */
export async function report(
  context: Pick<Context, 'terminal' | 'options' | 'errPaint'>,
  error: ErrorDocument,
): Promise<ExitCode> {
  const { terminal, errPaint } = context
  if (isStructured(context)) await emit(context, error)
  if (error.diagnostics.length > 0) {
    const { renderDiagnostics } = await import('../../config/render.js')
    terminal.err(`${renderDiagnostics(error.diagnostics, { color: errPaint.on })}\n`)
  }
  terminal.err(`${errPaint.red('svctl:')} ${printable(error.message)}\n`)
  for (const line of suggestionLines(error.unknown)) terminal.err(line)
  return EXIT_OF[error.code]
}

const EXIT_OF = {
  BAD_REQUEST: EXIT.usage,
  UNKNOWN_NAME: EXIT.usage,
  CONFIG_INVALID: EXIT.invalid,
  GUARD_REFUSED: EXIT.refused,
  FORBIDDEN: EXIT.refused,
  REVISION_MOVED: EXIT.refused,
  SHUTTING_DOWN: EXIT.unreachable,
  BUSY: EXIT.unreachable,
  UNREACHABLE: EXIT.unreachable,
  // A daemon of another version: it is there, but not one to work with.
  NOT_FOUND: EXIT.unreachable,
  METHOD_NOT_ALLOWED: EXIT.unreachable,
  UNSUPPORTED_MEDIA_TYPE: EXIT.unreachable,
} as const satisfies Record<ErrorDocument['code'], ExitCode>

function isA<S extends JsonDocument['schema']>(
  document: JsonDocument,
  schema: S,
): document is Extract<JsonDocument, { readonly schema: S }> {
  return document.schema === schema
}
