import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { XmlValue } from '../../src/api/value.js'
import { decodeCall, encodeFault, encodeResponse } from '../../src/api/xml.js'

/** A fault to answer with. */
export class Refusal {
  constructor(
    readonly code: number,
    readonly text: string,
  ) {}
}

/** What a method answers: a value, or what its parameters make of it. */
export type Scripted = XmlValue | Refusal | Answering

type Answering = (...params: readonly XmlValue[]) => XmlValue | Refusal

/** A real HTTP server on a unix socket whose XML-RPC methods answer as told. */
export interface ScriptedServer {
  readonly url: string
  readonly dir: string
  /** Every call but getVersion: `method(parameters as JSON)`. */
  readonly calls: readonly string[]
  close(): Promise<void>
}

/** @param streams - by path, what a GET is answered with; other paths are 404 */
export async function scriptedServer(
  methods: Readonly<Record<string, Scripted>>,
  options: {
    readonly streams?: Readonly<Record<string, (response: ServerResponse) => void>>
    readonly credentials?: string
  } = {},
): Promise<ScriptedServer> {
  const dir = mkdtempSync(join(tmpdir(), 'ctl-'))
  const calls: string[] = []
  const answer = (body: string): string => {
    const call = decodeCall(body)
    if (!call.ok) throw new Error(`the client sent what is no call: ${body}`)
    const { methodName, params } = call
    if (methodName !== 'supervisor.getVersion') calls.push(`${methodName}(${params.map((p) => JSON.stringify(p))})`)
    const scripted = { 'supervisor.getVersion': '3.0', ...methods }[methodName] ?? new Refusal(1, 'UNKNOWN_METHOD')
    const said = typeof scripted === 'function' ? (scripted as Answering)(...params) : scripted
    return said instanceof Refusal ? encodeFault(said.code, said.text) : encodeResponse(said)
  }
  const server = createServer((request, response) => {
    const wanted = options.credentials
    if (wanted !== undefined && request.headers.authorization !== `Basic ${Buffer.from(wanted).toString('base64')}`) {
      response.writeHead(401, { connection: 'close' }).end()
      return
    }
    if (request.method === 'GET') {
      const stream = options.streams?.[request.url ?? '']
      if (stream === undefined) response.writeHead(404).end()
      else stream(response)
      return
    }
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      response.writeHead(200, { 'content-type': 'text/xml' })
      response.end(answer(Buffer.concat(chunks).toString('utf8')))
    })
  })
  const path = join(dir, 's.sock')
  await new Promise<void>((resolve) => server.listen(path, resolve))
  return {
    url: `unix://${path}`,
    dir,
    calls,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

/** A struct of `getProcessInfo`. */
export function info(group: string, name: string, state: keyof typeof STATES, description = ''): XmlValue {
  return { group, name, state: STATES[state], statename: state, description, pid: state === 'RUNNING' ? 42 : 0 }
}

/** A result struct of a verb on many. */
export function result(group: string, name: string, status: number, description = 'OK'): XmlValue {
  return { group, name, status, description }
}

const STATES = { STOPPED: 0, STARTING: 10, RUNNING: 20, BACKOFF: 30, STOPPING: 40, EXITED: 100, FATAL: 200 } as const
