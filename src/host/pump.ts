import { readSync } from 'node:fs'
import { type OnReadOpts, Socket, type SocketConstructorOpts } from 'node:net'
import { growPipe } from './native/posix.js'

const READ_BYTES = 64 * 1024
const PIPE_BYTES_MAX = 1024 * 1024

/** Reads below this many bytes are small: many of them in a row are worth waiting for more. */
const SMALL_BYTES = READ_BYTES / 2
const SMALL_READS_MAX = 8
const PAUSE_MS = 2

/** One for all pipes: what is read is passed on before the next read. */
const buffer = Buffer.allocUnsafeSlow(READ_BYTES)

/** The reading end of a pipe. */
export interface Pump {
  /**
   * Delivers what the writer has left behind, then nothing more. Whoever else still holds the pipe may go on writing:
   * it is read and dropped until its end, because a full pipe would block that process for ever.
   *
   * @returns whether the end was reached
   */
  finish(): boolean
  /** Reads nothing more until `resume`; what is written waits in the pipe. */
  pause(): void
  resume(): void
  /** Our end as long as it is open and read, for a program that takes our place. */
  state(): PumpState | null
  /** Closes our end at once. */
  destroy(): void
}

/** @see Pump.finish; `finished` only drops what it reads */
export interface PumpState {
  readonly fd: number
  readonly finished: boolean
}

/**
 * Reads a non-blocking pipe to its end.
 *
 * A program that writes line by line wakes us for each; after a few small reads in a row we look away for 2 ms and then
 * read more at once, which costs a fifth of the processor time (design/host.md, section 3).
 *
 * @param fd - belongs to the pump from now on
 * @param deliver - `data` is valid only during the call
 * @param ended - once, after the pipe was closed by all writers or `destroy`
 */
export function createPump(fd: number, deliver: (data: Uint8Array) => void, ended: () => void): Pump {
  let smallReads = 0
  let pipeBytes = READ_BYTES // what a new pipe has
  let burstBytes = 0 // read since the pipe was last seen empty
  let finished = false
  let paused = false

  const read = (length: number): boolean => {
    if (!finished) deliver(buffer.subarray(0, length))
    // A pipe that fills up while we look away makes its writer wait. (Half: lines that fit no page leave gaps in it.)
    burstBytes += length
    if (burstBytes >= pipeBytes / 2 && pipeBytes < PIPE_BYTES_MAX) {
      const grown = growPipe(fd, Math.min(pipeBytes * 4, PIPE_BYTES_MAX))
      pipeBytes = grown.ok ? grown.value : Infinity // where a larger one is refused, do not ask again
    }
    if (length < READ_BYTES) burstBytes = 0
    smallReads = length < SMALL_BYTES ? smallReads + 1 : 0
    if (smallReads < SMALL_READS_MAX) return true
    smallReads = 0
    setTimeout(() => socket.destroyed || paused || socket.resume(), PAUSE_MS)
    return false
  }

  const options: SocketConstructorOpts & { readonly onread: OnReadOpts } = {
    fd,
    readable: true,
    writable: false,
    onread: { buffer, callback: read }, // the types know it only for connections
  }
  const socket = new Socket(options)
  socket.on('error', () => socket.destroy())
  socket.on('close', ended)

  return {
    finish() {
      // The end was seen before: the number may name another file by now.
      if (socket.destroyed || socket.readableEnded) return true
      const end = drain(fd, deliver)
      finished = true
      if (end) socket.destroy()
      else socket.unref()
      return end
    },
    pause() {
      paused = true
      socket.pause()
    },
    resume() {
      paused = false
      if (!socket.destroyed) socket.resume()
    },
    state: () => (socket.destroyed || socket.readableEnded ? null : { fd, finished }),
    destroy: () => {
      socket.destroy()
    },
  }
}

/** Reads at most what a pipe can hold: all that the dead process wrote, without following one that still writes. */
function drain(fd: number, deliver: (data: Uint8Array) => void): boolean {
  for (let total = 0; total < PIPE_BYTES_MAX; ) {
    let length: number
    try {
      length = readSync(fd, buffer, 0, READ_BYTES, null)
    } catch {
      return false // EAGAIN: empty, but somebody has it open
    }
    if (length === 0) return true
    deliver(buffer.subarray(0, length))
    total += length
  }
  return false
}
