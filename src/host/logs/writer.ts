import fs from 'node:fs'
import type { Losses } from './losses.js'
import { errnoOf } from './target.js'

/** Bytes kept for a reader that does not keep up; more is dropped. */
const QUEUE_BYTES_MAX = 1024 * 1024
/** How long one call may wait for such a reader. Spent once: then nothing waits until it reads again. */
const STALL_MS = 100
const NAP_MS = 2
/** First wait before queued bytes are tried again; doubled while nothing moves. */
const RETRY_MS = 20
const RETRY_MS_MAX = 500

/** Writes bytes in order to a descriptor that may be slow, full or gone. */
export interface Writer {
  /** @returns bytes that reached the descriptor during this call */
  write(data: Uint8Array): number
  /** Writes on to another descriptor. */
  use(fd: number): void
  /** What is queued. */
  waiting(): Uint8Array
  /** Gives queued bytes a last, bounded chance. */
  close(): void
}

/**
 * A writer that never throws and never waits longer than a moment.
 *
 * A full pipe (EAGAIN) queues what is left; a short wait slows a flood down to the pace of a slow reader, so that
 * only a reader that stands still costs bytes. Full disks and broken pipes drop bytes.
 *
 * @param losses - counts them
 */
export function createWriter(initialFd: number, losses: Losses): Writer {
  let fd = initialFd
  const queue: Uint8Array[] = []
  let queuedBytes = 0
  /** A log known to lose output is not waited for again, whoever opens it. */
  let stalled = losses.losing
  let timer: NodeJS.Timeout | null = null
  let retryMs = RETRY_MS

  function write(data: Uint8Array): number {
    // A reader that stands still is left to the timer: asking for each piece costs more than the writing.
    let written = stalled ? 0 : flush()
    written += queue.length === 0 ? attempt(data) : enqueue(data)
    retryLater()
    return written
  }

  /** Writes as much as goes; the rest is queued when the descriptor is full and dropped when it is broken. */
  function attempt(data: Uint8Array): number {
    const outcome = writeSome(fd, data)
    settle(outcome, data.length)
    if (outcome.errno !== 'EAGAIN') return outcome.written
    return outcome.written + enqueue(data.subarray(outcome.written))
  }

  function settle(outcome: Outcome, length: number): void {
    if (outcome.written > 0) stalled = false
    if (outcome.errno === null && queue.length === 0 && losses.losing) losses.written()
    if (outcome.errno !== null && outcome.errno !== 'EAGAIN') losses.lost(length - outcome.written, outcome.errno)
  }

  /** @returns bytes written while making room */
  function enqueue(data: Uint8Array): number {
    let written = 0
    if (queuedBytes + data.length > QUEUE_BYTES_MAX && !stalled) written = waitForRoom(data.length)
    if (queuedBytes + data.length > QUEUE_BYTES_MAX) {
      losses.lost(data.length, 'EAGAIN')
    } else {
      queue.push(new Uint8Array(data)) // A copy; `slice` of a Buffer is a view.
      queuedBytes += data.length
    }
    return written
  }

  function waitForRoom(bytes: number): number {
    const written = waitUntil(() => queuedBytes + bytes <= QUEUE_BYTES_MAX)
    stalled = written === 0
    return written
  }

  function waitUntil(done: () => boolean): number {
    let written = 0
    for (let waitedMs = 0; !done() && waitedMs < STALL_MS; waitedMs += NAP_MS) {
      Atomics.wait(NAP, 0, 0, NAP_MS)
      written += flush()
    }
    return written
  }

  function flush(): number {
    let total = 0
    for (let head = queue[0]; head !== undefined; head = queue[0]) {
      const outcome = writeSome(fd, head)
      total += outcome.written
      const lost = outcome.errno !== null && outcome.errno !== 'EAGAIN'
      if (lost || outcome.written === head.length) queue.shift()
      else queue[0] = head.subarray(outcome.written)
      queuedBytes -= lost ? head.length : outcome.written
      settle(outcome, head.length)
      if (outcome.errno === 'EAGAIN') break
    }
    return total
  }

  function retryLater(): void {
    if (timer !== null || queue.length === 0) return
    timer = setTimeout(() => {
      timer = null
      retryMs = flush() > 0 ? RETRY_MS : Math.min(2 * retryMs, RETRY_MS_MAX)
      retryLater()
    }, retryMs)
    timer.unref() // Whoever ends the program closes its logs, and close() flushes.
  }

  return {
    write,
    use: (next) => {
      fd = next
    },
    waiting: () => Buffer.concat(queue),
    close: () => {
      if (!stalled) waitUntil(() => queue.length === 0)
      if (timer !== null) clearTimeout(timer)
      timer = null
      if (queue.length > 0) losses.lost(queuedBytes, 'EAGAIN')
      queue.length = 0
      queuedBytes = 0
    },
  }
}

interface Outcome {
  readonly written: number
  /** `null` when everything was written. */
  readonly errno: string | null
}

function writeSome(fd: number, data: Uint8Array): Outcome {
  let written = 0
  try {
    while (written < data.length) {
      const count = fs.writeSync(fd, data, written, data.length - written)
      if (count === 0) return { written, errno: 'EAGAIN' }
      written += count
    }
    return { written, errno: null }
  } catch (error) {
    return { written, errno: errnoOf(error) }
  }
}

const NAP = new Int32Array(new SharedArrayBuffer(4))
