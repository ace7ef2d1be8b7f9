import { answerJsonLater } from '../../src/api/json-later.js'
import { createClient, type OpenStream, type Send, type Sent } from '../../src/cli/svctl/client.js'
import { type Connect, main } from '../../src/cli/svctl/main.js'
import type { Terminal } from '../../src/cli/svctl/terminal.js'
import type { Operator } from '../../src/model/operator.js'

/** What one run of svctl did. */
export interface Run {
  readonly code: number
  readonly out: string
  readonly err: string
  /** Requests that reached the daemon, `METHOD target`. */
  readonly requests: readonly string[]
}

/** How a run differs from one in a pipe that nobody interrupts. */
export interface RunOptions {
  readonly tty?: boolean
  readonly env?: Readonly<Record<string, string>>
  /** Interrupts at this virtual time, ms. */
  readonly interruptAtMs?: number
  /** Where it is run; nothing is there unless named. */
  readonly directory?: string
  /** Instead of the daemon's answer. */
  readonly answer?: Sent
}

/** Runs svctl in this process against the real handler over `operator`, in virtual time. */
export async function svctl(operator: Operator, argv: readonly string[], options: RunOptions = {}): Promise<Run> {
  const { tty = false, env = {}, directory = '/srv', interruptAtMs = Number.POSITIVE_INFINITY } = options
  let out = ''
  let err = ''
  let nowMs = 0
  const stop = new AbortController()
  const requests: string[] = []
  const terminal: Terminal = {
    out: (text) => {
      out += text
    },
    err: (text) => {
      err += text
    },
    outIsTty: tty,
    errIsTty: tty,
    columns: () => 80,
    env,
    directory,
    monotonicMs: () => nowMs,
    sleep: async (ms) => {
      nowMs += ms
      if (nowMs >= interruptAtMs) stop.abort()
    },
    interrupted: stop.signal,
  }
  const send: Send = async ({ method, path, headers, body }) => {
    requests.push(`${method} ${path}`)
    if (options.answer) return options.answer
    const contentType = headers['Content-Type'] ?? ''
    const request = { method, target: path, contentType, body: Buffer.from(body ?? '') }
    const answer = await answerJsonLater(request, operator, stop.signal)
    if (answer === null) throw new Error(`nothing answers ${path}`)
    return { ok: true, status: answer.status, body: answer.body }
  }
  const stream: OpenStream = async () => ({ ok: false, message: 'there are no logs here' })
  const connect: Connect = () => ({
    close: () => {},
    client: createClient(async () => ({ ok: true, serverUrl: 'unix:///run/s.sock', send, stream })),
  })
  const code = await main(argv, terminal, connect)
  return { code, out, err, requests }
}
