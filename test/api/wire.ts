import { connect, type NetConnectOpts, type Socket } from 'node:net'

/** A connection to a server under test, as bytes. */
export interface Wire {
  readonly socket: Socket
  send(text: string | Buffer): void
  /** Everything received so far. */
  received(): string
  /** Resolves once `pattern` was received. @throws Error with what was received after 5 s */
  until(pattern: RegExp): Promise<string>
  /** Resolves once the server has closed the connection. @throws Error after 5 s */
  closed(): Promise<string>
  destroy(): void
}

const PATIENCE_MS = 5_000

/** Opens a connection. */
export async function openWire(to: NetConnectOpts): Promise<Wire> {
  const socket = connect({ ...to, allowHalfOpen: true } as NetConnectOpts)
  let text = ''
  let over = false
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1')
  })
  socket.on('error', () => undefined)
  socket.on('end', () => {
    over = true
  })
  socket.on('close', () => {
    over = true
  })
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('error', reject)
  })
  return {
    socket,
    send: (data) => void socket.write(data),
    received: () => text,
    until: (pattern) =>
      eventually(
        () => (pattern.test(text) ? text : null),
        () => `${pattern} in ${JSON.stringify(text)}`,
      ),
    closed: () =>
      eventually(
        () => (over ? text : null),
        () => `a close after ${JSON.stringify(text)}`,
      ),
    destroy: () => socket.destroy(),
  }
}

/** Polls until `look` finds something. @throws Error naming `what` after 5 s */
export async function eventually<T>(look: () => T | null | Promise<T | null>, what: () => string): Promise<T> {
  for (const endMs = Date.now() + PATIENCE_MS; ; ) {
    const found = await look()
    if (found !== null) return found
    if (Date.now() > endMs) throw new Error(`waited in vain for ${what()}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

/** Status line and headers of the first answer, the Date left out. */
export function headOf(text: string): readonly string[] {
  return (text.split('\r\n\r\n')[0] ?? '').split('\r\n').filter((line) => !line.startsWith('Date: '))
}
