import { parseServerUrl } from '../server-url.js'
import { type Connection, openConnection, stream as openStream, type TransportError } from '../transport.js'
import { createClient, type OpenStream, type Send, type Sent, strangeAnswer } from './client.js'
import { failure, locate } from './locate.js'
import type { Connect } from './main.js'
import { describeSilence } from './silence.js'

/** Content type of streams: records, one a line. */
const RECORDS = 'application/x-ndjson'

/** Finds the daemon with the first request and talks to it over one connection. */
export const connectDaemon: Connect = (options, terminal) => {
  let connection: Connection | null = null
  const client = createClient(async () => {
    const located = await locate(options, terminal)
    if (!located.ok) return located
    const { credentials, caFile, guessed } = located
    const url = parseServerUrl(located.serverUrl)
    // A name and password in it are passed over, and not to be repeated.
    const serverUrl = located.serverUrl.replace(/^(https?:\/\/)[^/?#]*@/, '$1')
    if (!url.ok) return { ok: false, error: failure('BAD_REQUEST', `Cannot use the server's URL: ${url.message}`) }
    const opened = openConnection(serverUrl)
    connection = opened
    const send: Send = ({ method, path, headers, body }) => {
      const request = opened.request({
        method,
        path,
        headers: { Accept: 'application/json', ...headers },
        ...(body === null ? {} : { body }),
        credentials,
        caFile,
      })
      const answered = request.then((result): Sent => {
        if (!result.ok) return { ok: false, message: whyNot(serverUrl, result.error, guessed) }
        return { ok: true, status: result.status, body: result.body.toString('utf8') }
      })
      return unlessStopped(answered, opened, serverUrl, options.answerMs + heldBackMs(path), terminal.interrupted)
    }
    const stream: OpenStream = async (path, onText) => {
      const decoder = new TextDecoder()
      let status = 0
      let strange = false
      let body = ''
      const take = (text: string) => {
        if (status === 200) onText(text)
        else body += text
      }
      const shown = openStream(
        serverUrl,
        { method: 'GET', path, credentials, caFile },
        (head) => {
          status = head.status
          strange = status === 200 && !head.headers['content-type']?.startsWith(RECORDS)
          return !strange
        },
        (chunk) => take(decoder.decode(chunk, { stream: true })),
      )
      const stop = () => shown.close()
      const silent = () => status === 0 && !terminal.interrupted.aborted
      const timer = setTimeout(() => silent() && stop(), options.answerMs)
      terminal.interrupted.addEventListener('abort', stop)
      if (terminal.interrupted.aborted) stop()
      const end = await shown.done
      clearTimeout(timer)
      terminal.interrupted.removeEventListener('abort', stop)
      if (end.ok && silent()) return { ok: false, message: await describeSilence(serverUrl, options.answerMs) }
      if (strange) return { ok: false, message: strangeAnswer(serverUrl, status) }
      return end.ok ? { ok: true, status, body } : { ok: false, message: whyNot(serverUrl, end.error, guessed) }
    }
    return { ok: true, serverUrl, send, stream }
  })
  return { client, close: () => connection?.close() }
}

/** How long the daemon holds an answer back because it was asked to, ms. */
function heldBackMs(path: string): number {
  return Number(/[?&]wait=(\d+)/.exec(path)?.[1] ?? 0)
}

/** The answer, or what stopped the wait for it: a person, or a daemon that hangs. */
function unlessStopped(
  answered: Promise<Sent>,
  connection: Connection,
  serverUrl: string,
  answerMs: number,
  interrupted: AbortSignal,
): Promise<Sent> {
  return new Promise((resolve) => {
    const settle = (sent: Sent) => {
      clearTimeout(timer)
      interrupted.removeEventListener('abort', stop)
      resolve(sent)
    }
    const giveUp = (message: string) => {
      connection.close()
      settle({ ok: false, message })
    }
    const stop = () => giveUp('interrupted')
    const timer = setTimeout(() => void describeSilence(serverUrl, answerMs).then(giveUp), answerMs)
    interrupted.addEventListener('abort', stop)
    if (interrupted.aborted) stop()
    else answered.then(settle)
  })
}

/** What went wrong in words that say what to look at. @param guessed - how the address was found */
function whyNot(serverUrl: string, error: TransportError, guessed: string): string {
  if (error.kind !== 'socket') return `Cannot talk to ${serverUrl}: ${error.message}`
  switch (error.code) {
    case 'ENOENT':
      return `No daemon listens at ${serverUrl}: no such file${guessed}`
    case 'ECONNREFUSED':
      return `No daemon listens at ${serverUrl}: connection refused${guessed}`
    case 'EACCES':
    case 'EPERM':
      return `Not allowed to talk to ${serverUrl}: mode or owner of the socket forbid it`
    // The reasons for which a certificate is not trusted, in OpenSSL's words.
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
      return `${serverUrl} has a certificate that is not trusted: ${error.message}; name a file that has it, or its issuer's, with --cafile`
    default:
      return `Cannot reach ${serverUrl}: ${error.message}`
  }
}
