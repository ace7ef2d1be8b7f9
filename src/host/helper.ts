import { closeSync } from 'node:fs'
import type { ExitStatus } from '../model/event.js'
import { SIGKILL } from '../model/signals.js'
import { NO_ATTRIBUTES, openPipe, spawn } from './native/posix.js'
import { createPump } from './pump.js'

/** A program of ours that is run to its end. */
export interface HelperRequest {
  readonly file: string
  readonly argv: readonly string[]
  /** `NAME=value`. */
  readonly environment: readonly string[]
  /** Descriptors of ours that it gets as 3 and on. */
  readonly fds: readonly number[]
  /** Killed after this long, ms. */
  readonly timeoutMs: number
}

/** What became of it: its end, or why it could not be run; `output` is both of its streams, the end of it when long. */
export type HelperResult =
  | { readonly ok: true; readonly status: ExitStatus; readonly output: string }
  | { readonly ok: false; readonly error: string }

const OUTPUT_BYTES_MAX = 64 * 1024

/**
 * Starts it without a terminal or input.
 *
 * @param onEnd - asks whoever reaps our children to call once this one has ended
 */
export function runHelper(
  request: HelperRequest,
  onEnd: (pid: number, ended: (status: ExitStatus) => void) => void,
): Promise<HelperResult> {
  const pipe = openPipe('read')
  if (!pipe.ok) return Promise.resolve({ ok: false, error: pipe.text })
  const { read, write } = pipe.value
  const spawned = spawn({
    ...NO_ATTRIBUTES,
    file: request.file,
    argv: request.argv,
    environment: request.environment,
    directory: null,
    fds: [-1, write, write, ...request.fds],
    user: null,
    umask: -1,
    nofile: -1,
    deathSignal: SIGKILL,
    session: false,
    refuse: false,
    listenPid: false,
  })
  closeSync(write)
  const pieces: Buffer[] = []
  let bytes = 0
  const pump = createPump(
    read,
    (data) => {
      pieces.push(Buffer.from(data))
      bytes += data.length
      while (bytes - (pieces[0]?.length ?? 0) > OUTPUT_BYTES_MAX) bytes -= pieces.shift()?.length ?? 0
    },
    () => {},
  )
  if (spawned.pid === 0) {
    pump.destroy()
    return Promise.resolve({ ok: false, error: `it cannot be started: ${spawned.errno}` })
  }
  return new Promise((resolve) => {
    const giveUp = setTimeout(() => process.kill(spawned.pid, 'SIGKILL'), request.timeoutMs)
    onEnd(spawned.pid, (status) => {
      clearTimeout(giveUp)
      pump.finish()
      pump.destroy()
      const failed = spawned.stage === 'none' ? null : `it cannot be started: ${spawned.errno}`
      const output = Buffer.concat(pieces).toString()
      resolve(failed === null ? { ok: true, status, output } : { ok: false, error: failed })
    })
  })
}
