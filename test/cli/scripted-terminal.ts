import { createSession, type Session } from '../../src/cli/ctl/session.js'
import type { LineRead, LineRequest, Terminal } from '../../src/cli/ctl/terminal-port.js'
import { openConnection, stream } from '../../src/cli/transport.js'

/** A terminal that types what it is told and remembers what it was shown. */
export interface ScriptedTerminal extends Terminal {
  readonly stdout: string
  readonly stderr: string
  /** What was asked for. */
  readonly asked: readonly LineRequest[]
  pressCtrlC(): void
}

/** @param typed - lines, or other outcomes of reading one; after the last the input is at its end */
export function scriptedTerminal(typed: readonly (string | LineRead)[] = []): ScriptedTerminal {
  const left = [...typed]
  const listeners: (() => void)[] = []
  const asked: LineRequest[] = []
  let stdout = ''
  let stderr = ''
  const read = (): LineRead => {
    const next = left.shift() ?? { kind: 'end' }
    return typeof next === 'string' ? { kind: 'line', text: next } : next
  }
  return {
    get stdout() {
      return stdout
    },
    get stderr() {
      return stderr
    },
    asked,
    write(text) {
      stdout += text
    },
    warn(text) {
      stderr += text
    },
    async readLine(request) {
      asked.push(request)
      stdout += request.prompt
      return read()
    },
    async readSecret(prompt) {
      stderr += prompt
      return read()
    },
    onInterrupt(listener) {
      listeners.push(listener)
      return () => void listeners.splice(listeners.lastIndexOf(listener), 1)
    },
    pressCtrlC: () => listeners.at(-1)?.(),
  }
}

/** A session over real sockets on a scripted terminal. */
export function sessionWith(
  terminal: Terminal,
  url: string,
  options: { readonly interactive?: boolean; readonly username?: string; readonly password?: string } = {},
): Session {
  const { username = null, password = null, interactive = false } = options
  return createSession({
    terminal,
    transport: { openConnection, stream },
    interactive,
    server: { url, username, password },
  })
}
