import { closeSync, writeSync } from 'node:fs'
import { Socket } from 'node:net'
import type { StdinResult } from '../model/ports.js'
import { failureOf } from './native/posix.js'

/** What may wait for a process that does not read. */
const WAITING_BYTES_MAX = 1024 * 1024

/** A pipe takes as many bytes at a time whole or not at all. @see pipe(7), PIPE_BUF */
const PIECE_BYTES = 4096

/** The writing end of a process's standard input. */
export interface StdinPipe {
  /**
   * Writes what fits now and keeps the rest until the process reads. A single large message is taken whole when
   * nothing waits; `full` means nothing of `data` was taken.
   */
  write(data: Uint8Array): Exclude<StdinResult, 'no-pipe'>
  /** The descriptor and what waits for the process; `null` when nobody can read it any more. Not in a turn that wrote. */
  state(): { readonly fd: number; readonly waiting: Uint8Array } | null
  close(): void
}

/**
 * Wraps a non-blocking pipe. Most processes are never written to: only data that waits costs a stream.
 *
 * @param fd - belongs to the result from now on
 */
export function createStdin(fd: number): StdinPipe {
  let open = true
  let socket: Socket | null = null
  let waiting: Uint8Array = new Uint8Array(0)
  let underway = false

  const close = () => {
    if (!open) return
    open = false
    waiting = new Uint8Array(0)
    if (socket !== null) socket.destroy()
    else closeSync(fd)
  }

  const startSocket = (): Socket => {
    const made = new Socket({ fd, readable: false, writable: true })
    made.on('error', close)
    return made
  }

  /** One piece at a time, so that it is known at any moment what the pipe has taken. */
  const writeNext = () => {
    if (!open || underway || waiting.length === 0) return
    socket ??= startSocket()
    underway = true
    const length = Math.min(PIECE_BYTES, waiting.length)
    socket.write(waiting.subarray(0, length), (error) => {
      underway = false
      if (error || !open) return
      waiting = waiting.subarray(length)
      writeNext()
    })
  }

  return {
    write(data) {
      if (!open) return 'closed'
      if (data.length === 0) return 'ok'
      if (waiting.length > 0 && waiting.length + data.length > WAITING_BYTES_MAX) return 'full'
      const written = waiting.length > 0 ? 0 : writeNow(fd, data)
      if (written === null) {
        close()
        return 'closed'
      }
      if (written < data.length) {
        waiting = Buffer.concat([waiting, data.subarray(written)]) // a copy: the caller's bytes are only ours during the call
        writeNext()
      }
      return 'ok'
    },
    state: () => (open ? { fd, waiting } : null),
    close,
  }
}

/** @returns how much the pipe took, `null` when nobody can read it any more */
function writeNow(fd: number, data: Uint8Array): number | null {
  try {
    return writeSync(fd, data)
  } catch (error) {
    return failureOf(error).errno === 'EAGAIN' ? 0 : null
  }
}
