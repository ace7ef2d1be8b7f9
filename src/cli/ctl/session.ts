import { decodeJsonAnswer, RPC_JSON } from '../../api/rpc-json.js'
import { isStruct, type XmlStruct, type XmlValue } from '../../api/value.js'
import { type DecodedResponse, decodeResponse, encodeCall } from '../../api/xml.js'
import type { Credentials } from '../../model/config.js'
import type { ResponseHead } from '../http-response.js'
import type { Connection, HttpStream, stream } from '../transport.js'
import type { CtlPlugin } from './plugins.js'
import type { Problem } from './problem.js'
import type { Terminal } from './terminal-port.js'

/** The server that commands go to; `open` and an authentication prompt change it. */
export interface Server {
  readonly url: string
  readonly username: string | null
  readonly password: string | null
  /** Certificates to trust for https; absent for the usual ones. */
  readonly caFile?: string | null
}

/** The two ways to reach a server; tests bring their own. */
export interface Transport {
  openConnection(url: string): Connection
  stream(...request: Parameters<typeof stream>): HttpStream
}

/** What a call came to. */
export type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: Problem }

/** How an action ended. `interrupted` is a Ctrl-C that the action has no use for. */
export type Outcome = 'done' | 'leave' | 'interrupted' | Problem

/** One run of supervisorctl: what its commands share. */
export interface Session {
  readonly terminal: Terminal
  readonly transport: Transport
  /** Confirmations are asked for. */
  readonly interactive: boolean
  server: Server
  /** Sticky: failures set it, nothing resets it. */
  exitStatus: number
  /** Actions beside the built-in ones; set once, before the first line. */
  plugins: readonly CtlPlugin[]
  /** Writes one line to standard output. */
  print(line: string): void
  /** @param read - takes the answer apart; `undefined` says that it is not of the expected form */
  ask<T>(method: string, params: readonly XmlValue[], read: (value: XmlValue) => T | undefined): Promise<Answer<T>>
  /** Closes what a command left open; the next one connects anew. */
  hangUp(): void
}

/** @returns a session with exit status 0; nothing is connected until the first call */
export function createSession(options: {
  readonly terminal: Terminal
  readonly transport: Transport
  readonly interactive: boolean
  readonly server: Server
}): Session {
  let connection: { readonly url: string; readonly to: Connection } | null = null
  const hangUp = (): void => {
    connection?.to.close()
    connection = null
  }
  const session: Session = {
    ...options,
    exitStatus: 0,
    plugins: [],
    print: (line) => options.terminal.write(`${line}\n`),
    hangUp,
    async ask(method, params, read) {
      const { url } = session.server
      if (connection?.url !== url) hangUp()
      connection ??= { url, to: options.transport.openConnection(url) }
      const answer = await connection.to.request({
        method: 'POST',
        path: '/RPC2',
        headers: { 'Content-Type': 'text/xml', Accept: `text/xml, ${RPC_JSON}` },
        body: encodeCall(method, params),
        credentials: credentialsOf(session.server),
        caFile: session.server.caFile ?? null,
      })
      if (!answer.ok) return { ok: false, problem: answer.error }
      if (answer.status !== 200) {
        return { ok: false, problem: { kind: 'http', status: answer.status, reason: answer.reason } }
      }
      const decoded = decodeAnswer(answer)
      if (decoded.kind === 'fault') return { ok: false, problem: decoded }
      if (decoded.kind === 'malformed') {
        return {
          ok: false,
          problem: { kind: 'answer', message: `cannot read the answer to ${method}: ${decoded.reason}` },
        }
      }
      const value = read(decoded.value)
      return value === undefined
        ? { ok: false, problem: { kind: 'answer', message: `unexpected answer to ${method}` } }
        : { ok: true, value }
    },
  }
  return session
}

function decodeAnswer({ headers, body }: ResponseHead & { readonly body: Buffer }): DecodedResponse {
  const text = body.toString('utf8')
  return headers['content-type'] === RPC_JSON ? decodeJsonAnswer(text) : decodeResponse(text)
}

/** Sent only when both are known, as the original does it. */
export function credentialsOf({ username, password }: Server): Credentials | null {
  return username !== null && password !== null ? { username, password } : null
}

/** Readers for `ask`. */
export const asText = (value: XmlValue): string | undefined => (typeof value === 'string' ? value : undefined)
export const asNumber = (value: XmlValue): number | undefined => (typeof value === 'number' ? value : undefined)
export const asAnything = (value: XmlValue): XmlValue => value

/** Reads a list whose items are all structs of the wanted form. */
export function asListOf<T>(read: (item: XmlStruct) => T | undefined): (value: XmlValue) => readonly T[] | undefined {
  return (value) => {
    if (!Array.isArray(value)) return undefined
    const items: T[] = []
    for (const item of value as readonly XmlValue[]) {
      const found = isStruct(item) ? read(item) : undefined
      if (found === undefined) return undefined
      items.push(found)
    }
    return items
  }
}
