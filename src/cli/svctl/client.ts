import type { ErrorDocument } from '../../api/json/answers.js'
import type { JsonDocument } from '../../api/json/documents.js'

/** An answer of the daemon, or why there is none. */
export type Answer =
  | { readonly kind: 'document'; readonly document: JsonDocument }
  | { readonly kind: 'unreachable'; readonly message: string }

/** The daemon's JSON interface as commands use it. Nothing here throws. */
export interface Client {
  /** For messages; '' before the first request. */
  serverUrl(): string
  /** @param path - below `/api/v1/`, perhaps with a query; names go into it, too */
  get(path: string, names?: readonly string[]): Promise<Answer>
  post(path: string, body: object): Promise<Answer>
  /**
   * Reads an answer that has no end of its own.
   *
   * @param path - below `/api/v1/`, with its query
   * @param onText - gets each piece as it comes; pieces end anywhere
   * @returns `null` once it is over, else why there is none
   */
  stream(path: string, onText: (text: string) => void): Promise<Answer | null>
}

/** One exchange as the transport sees it. */
export type Send = (request: {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
}) => Promise<Sent>

/** Opens a stream. @returns a whole answer when it was refused, with status 200 and no body when it is over */
export type OpenStream = (path: string, onText: (text: string) => void) => Promise<Sent>

/** What an exchange came to. */
export type Sent =
  | { readonly ok: true; readonly status: number; readonly body: string }
  | { readonly ok: false; readonly message: string }

/** A server that was found, or why none was. */
export type Found =
  | { readonly ok: true; readonly serverUrl: string; readonly send: Send; readonly stream: OpenStream }
  | { readonly ok: false; readonly error: ErrorDocument }

/** @param find - called once, before the first request; its `send` carries requests, credentials included */
export function createClient(find: () => Promise<Found>): Client {
  let finding: Promise<Found> | null = null
  let serverUrl = ''
  const exchange = async (method: 'GET' | 'POST', path: string, body: object | null): Promise<Answer> => {
    finding ??= find()
    const found = await finding
    if (!found.ok) return { kind: 'document', document: found.error }
    serverUrl = found.serverUrl
    const text = body === null ? null : JSON.stringify(body)
    const sent = await found.send({
      method,
      path: `/api/v1/${path}`,
      headers: text === null ? {} : { 'Content-Type': 'application/json' },
      body: text,
    })
    return readAnswer(serverUrl, sent)
  }
  return {
    serverUrl: () => serverUrl,
    get: (path, names = []) => {
      const query = new URLSearchParams(names.map((name): [string, string] => ['name', name])).toString()
      return exchange('GET', query === '' ? path : `${path}${path.includes('?') ? '&' : '?'}${query}`, null)
    },
    post: (path, body) => exchange('POST', path, body),
    stream: async (path, onText) => {
      finding ??= find()
      const found = await finding
      if (!found.ok) return { kind: 'document', document: found.error }
      serverUrl = found.serverUrl
      const sent = await found.stream(`/api/v1/${path}`, onText)
      return sent.ok && sent.status === 200 ? null : readAnswer(serverUrl, sent)
    },
  }
}

function readAnswer(serverUrl: string, sent: Sent): Answer {
  if (!sent.ok) return { kind: 'unreachable', message: sent.message }
  if (sent.status === 401) {
    return { kind: 'unreachable', message: `${serverUrl} wants a name and a password; give -u and SVCTL_PASSWORD` }
  }
  const document = readDocument(sent.body)
  if (document !== null) return { kind: 'document', document }
  return { kind: 'unreachable', message: strangeAnswer(serverUrl, sent.status) }
}

/** What is said of a server that is not ours. */
export function strangeAnswer(serverUrl: string, status: number): string {
  return `${serverUrl} answered with status ${status}, but not as svctl's daemon does; is it an older Supervisor?`
}

function readDocument(text: string): JsonDocument | null {
  try {
    const value: unknown = JSON.parse(text)
    const schema = typeof value === 'object' && value !== null && 'schema' in value ? value.schema : null
    return typeof schema === 'string' && /^svctl\.[a-z]+\/v1$/.test(schema) ? (value as JsonDocument) : null
  } catch {
    // A page of another server: the caller says what came instead.
    return null
  }
}
