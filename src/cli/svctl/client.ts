import type { ErrorDocument, JsonDocument } from '../../api/json/documents.js'

/** An answer of the daemon, or why there is none. */
export type Answer =
  | { readonly kind: 'document'; readonly document: JsonDocument }
  | { readonly kind: 'unreachable'; readonly message: string }

/** The daemon's JSON interface as commands use it. Nothing here throws. */
export interface Client {
  /** For messages; '' before the first request. */
  serverUrl(): string
  /** @param path - below `/api/v1/`; names go into the query */
  get(path: string, names?: readonly string[]): Promise<Answer>
  post(path: string, body: object): Promise<Answer>
}

/** One exchange as the transport sees it. */
export type Send = (request: {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
}) => Promise<Sent>

/** What an exchange came to. */
export type Sent =
  | { readonly ok: true; readonly status: number; readonly body: string }
  | { readonly ok: false; readonly message: string }

/** A server that was found, or why none was. */
export type Found =
  | { readonly ok: true; readonly serverUrl: string; readonly send: Send }
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
      return exchange('GET', query === '' ? path : `${path}?${query}`, null)
    },
    post: (path, body) => exchange('POST', path, body),
  }
}

function readAnswer(serverUrl: string, sent: Sent): Answer {
  if (!sent.ok) return { kind: 'unreachable', message: sent.message }
  if (sent.status === 401) {
    return { kind: 'unreachable', message: `${serverUrl} wants a name and a password; give -u and SVCTL_PASSWORD` }
  }
  const document = readDocument(sent.body)
  if (document !== null) return { kind: 'document', document }
  const message = `${serverUrl} answered with status ${sent.status}, but not as svctl's daemon does; is it an older Supervisor?`
  return { kind: 'unreachable', message }
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
