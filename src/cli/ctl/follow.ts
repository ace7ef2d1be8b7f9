import type { TransportError } from '../transport.js'
import { pythonException } from './problem.js'
import { credentialsOf, type Outcome, type Session } from './session.js'
import { streamText } from './stream-text.js'

/** A log being shown as it grows. */
export interface Follow {
  /** Settles when the server ended the stream or `close` was called. Never rejects. */
  readonly done: Promise<void>
  close(): void
}

/**
 * Shows a log of the server from its last kilobyte on, until it ends or is closed.
 *
 * What is wrong goes to standard error and leaves the exit status alone, as in the original.
 *
 * @param path - of the stream, not percent-encoded: `/logtail/cat/stdout`
 */
export function follow(session: Session, path: string): Follow {
  const text = streamText()
  const url = session.server.url + path
  const stream = session.transport.stream(
    session.server.url,
    {
      method: 'GET',
      path: encodePath(path),
      headers: { Accept: '*/*', 'User-Agent': 'supervisorctl' },
      credentials: credentialsOf(session.server),
      caFile: session.server.caFile ?? null,
    },
    ({ status }) => {
      if (status === 200) return true
      session.terminal.warn(`${url} Cannot read, status code ${status}\n`)
      return false
    },
    (chunk) => session.terminal.write(text.push(chunk)),
  )
  const done = stream.done.then((end) => {
    session.terminal.write(text.end())
    if (!end.ok) reportBroken(session, url, end.error)
  })
  return { done, close: () => stream.close() }
}

/** Follows until Ctrl-C, which ends it with a new line, or until the server ends it. */
export async function followUntilInterrupt(session: Session, path: string): Promise<Outcome> {
  session.print('==> Press Ctrl-C to exit <==')
  const shown = follow(session, path)
  const ignore = session.terminal.onInterrupt(() => {
    session.print('')
    shown.close()
  })
  await shown.done
  ignore()
  return 'done'
}

function reportBroken(session: Session, url: string, error: TransportError): void {
  // A server that goes away is how every stream ends some day.
  if (error.kind === 'socket' && error.code === 'ECONNRESET') return
  const { type, text } = pythonException(error)
  session.terminal.warn(`${url} Cannot connect, error: ${type} (${text})\n`)
}

function encodePath(path: string): string {
  return path
    .split('/')
    .map((part) => encodeURIComponent(part).replaceAll('%3A', ':'))
    .join('/')
}
