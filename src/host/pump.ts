import { closeSync } from 'node:fs'
import { constants } from 'node:os'
import { growPipe, readNow } from './native/posix.js'
import { release, unwatch, watch } from './readable.js'

const READ_BYTES = 64 * 1024
const PIPE_BYTES_MAX = 1024 * 1024

/** Full reads of one pipe in a row; then the others have their turn. */
const TURN_READS_MAX = 16
const { EAGAIN } = constants.errno

/** How often a pipe that cannot be waited for (EMFILE, ENOMEM, ENOSPC) is looked at, until it can be. */
const RETRY_MS = 100

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
 * @param fd - belongs to the pump from now on
 * @param deliver - `data` is valid only during the call
 * @param ended - once, after the pipe was closed by all writers or `destroy`
 */
export function createPump(fd: number, deliver: (data: Uint8Array) => void, ended: () => void): Pump {
  let pipeBytes = READ_BYTES // what a new pipe has
  let burstBytes = 0 // read since the pipe was last seen empty
  let finished = false
  let paused = false
  let closed = false

  const close = () => {
    if (closed) return
    closed = true
    unwatch(fd)
    closeSync(fd)
    ended()
  }

  const look = () => {
    if (closed || paused) return
    if (!watch(fd, take).ok) lookLater()
    else if (finished) release(fd)
  }

  const lookLater = () => {
    const later = setTimeout(() => {
      if (!closed && !paused) take()
      look()
    }, RETRY_MS)
    if (finished) later.unref()
  }

  /** Reads what is there, some of it when there is much. @returns bytes */
  const take = (): number => {
    let total = 0
    for (let reads = 0; reads < TURN_READS_MAX; reads += 1) {
      const length = readNow(fd, buffer)
      if (length === -EAGAIN) break
      if (length <= 0) {
        close()
        break
      }
      total += length
      if (!finished) deliver(buffer.subarray(0, length))
      if (closed || paused) break
      growWhenFull(length)
      if (length < READ_BYTES) break
    }
    return total
  }

  /** A pipe that fills up while we look away makes its writer wait. */
  const growWhenFull = (length: number) => {
    burstBytes += length
    // Half of it: lines that fit no page leave gaps.
    if (burstBytes >= pipeBytes / 2 && pipeBytes < PIPE_BYTES_MAX) {
      const grown = growPipe(fd, Math.min(pipeBytes * 4, PIPE_BYTES_MAX))
      pipeBytes = grown.ok ? grown.value : Infinity // where a larger one is refused, do not ask again
    }
    if (length < READ_BYTES) burstBytes = 0
  }

  look()
  return {
    finish() {
      if (closed) return true // the number may name another file by now
      const end = drain(fd, deliver)
      finished = true
      if (end) close()
      else release(fd)
      return end
    },
    pause() {
      paused = true
      if (!closed) unwatch(fd)
    },
    resume() {
      paused = false
      look()
    },
    state: () => (closed ? null : { fd, finished }),
    destroy: close,
  }
}

/** Reads at most what a pipe can hold: all that the dead process wrote, without following one that still writes. */
function drain(fd: number, deliver: (data: Uint8Array) => void): boolean {
  for (let total = 0; total < PIPE_BYTES_MAX; ) {
    const length = readNow(fd, buffer)
    if (length <= 0) return length === 0 // else empty, but somebody has it open
    deliver(buffer.subarray(0, length))
    total += length
  }
  return false
}
