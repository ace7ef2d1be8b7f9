/** What a command needs of the world around it: two outputs, time, and being told to stop. */
export interface Terminal {
  out(text: string): void
  err(text: string): void
  readonly outIsTty: boolean
  readonly errIsTty: boolean
  /** Width of the terminal; 80 when there is none. */
  columns(): number
  readonly env: Readonly<Record<string, string | undefined>>
  /** For paths the user typed. */
  readonly directory: string
  monotonicMs(): number
  /** Resolves after `ms`, or at once when interrupted. */
  sleep(ms: number): Promise<void>
  /** Aborted by SIGINT and SIGTERM. */
  readonly interrupted: AbortSignal
}

/**
 * The terminal of this process. Closing the reading end of a pipe ends the program quietly, as other tools end.
 */
export function processTerminal(): Terminal {
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      // Nobody reads any more: 141 is what a shell reports for SIGPIPE.
      process.exit(error.code === 'EPIPE' ? 141 : 74)
    })
  }
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    outIsTty: process.stdout.isTTY === true,
    errIsTty: process.stderr.isTTY === true,
    columns: () => process.stdout.columns ?? 80,
    env: process.env,
    directory: process.cwd(),
    monotonicMs: () => performance.now(),
    sleep: (ms) => sleep(ms, stop.signal),
    interrupted: stop.signal,
  }
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done)
  })
}
