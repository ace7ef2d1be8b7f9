import { closeSync, writeSync } from 'node:fs'
import { Socket } from 'node:net'
import type { StdinResult } from '../model/ports.js'
import { failureOf } from './native/posix.js'

/** What may wait for a process that does not read. */
const WAITING_BYTES_MAX = 1024 * 1024

/** The writing end of a process's standard input. */
export interface StdinPipe {
  /**
   * Writes what fits now and keeps the rest until the process reads. A single large message is taken whole when
   * nothing waits; `full` means nothing of `data` was taken.
   */
  write(data: Uint8Array): Exclude<StdinResult, 'no-pipe'>
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

  const close = () => {
    if (!open) return
    open = false
    if (socket !== null) socket.destroy()
    else closeSync(fd)
  }

  const wait = (rest: Uint8Array) => {
    if (socket === null) {
      socket = new Socket({ fd, readable: false, writable: true })
      socket.on('error', close)
    }
    socket.write(Buffer.from(rest)) // a copy: the caller's bytes are only ours during the call
  }

  return {
    write(data) {
      if (!open) return 'closed'
      if (data.length === 0) return 'ok'
      const waiting = socket?.writableLength ?? 0
      if (waiting > 0 && waiting + data.length > WAITING_BYTES_MAX) return 'full'
      const written = waiting > 0 ? 0 : writeNow(fd, data)
      if (written === null) {
        close()
        return 'closed'
      }
      if (written < data.length) wait(data.subarray(written))
      return 'ok'
    },
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
