import { addReadable, hearOfReadable, type Outcome, READY_MAX, removeReadable, watchReadable } from './native/posix.js'

/**
 * Reads of fewer bytes are small: after many of them in a row we look away, and then read more at once. A program that
 * writes line by line wakes us for each line otherwise, which costs five times the processor time (design/host.md,
 * section 3); one that writes larger blocks would fill its pipe meanwhile and wait for us.
 */
const SMALL_BYTES = 8 * 1024
const SMALL_READS_MAX = 8
const PAUSE_MS = 2

/** Reads what is there, or as much as is fair to others, whose turn it then is. @returns bytes */
export type Read = () => number

/** Descriptors that are looked at, each with whom to call; one epoll for all of them (posix/poll.c). */
const watched = new Map<number, Read>()
/** Those of them for which Node's loop stays alive. */
const held = new Set<number>()
const ready = new Int32Array(READY_MAX)
const DONE: Outcome<null> = { ok: true, value: null }
let started = false
let smallReads = 0
let pause: NodeJS.Timeout | null = null

/**
 * Calls whenever a pipe or socket can be read or was closed by its other end, until `unwatch`; the loop stays alive
 * meanwhile.
 *
 * @returns EPERM for what cannot be waited for, ENOSPC, ENOMEM
 */
export function watch(fd: number, read: Read): Outcome<null> {
  if (!started) {
    const made = watchReadable(ready, callAll)
    if (!made.ok) return made
    started = true
  }
  const added = watched.has(fd) ? DONE : addReadable(fd)
  if (!added.ok) return added
  watched.set(fd, read)
  hold(fd)
  return added
}

/** Looks away: what comes in waits. To be called before the descriptor is closed; without `watch` it is nothing. */
export function unwatch(fd: number): void {
  if (!watched.delete(fd)) return
  removeReadable(fd)
  release(fd)
}

/** Goes on, but no longer keeps the loop alive. */
export function release(fd: number): void {
  if (held.delete(fd) && held.size === 0) hear()
}

function hold(fd: number): void {
  held.add(fd)
  if (held.size === 1) hear()
}

function hear(): void {
  hearOfReadable(pause === null ? (held.size > 0 ? 'hold' : 'yes') : 'no')
}

function callAll(count: number): void {
  let bytes = 0
  // Who is called may close others of the list: those are passed over, and a new one of the same number finds nothing.
  for (let i = 0; i < count; i += 1) bytes += watched.get(ready[i] ?? -1)?.() ?? 0
  smallReads = bytes < count * SMALL_BYTES ? smallReads + 1 : 0
  if (smallReads < SMALL_READS_MAX) return
  smallReads = 0
  pause = setTimeout(() => {
    pause = null
    hear()
  }, PAUSE_MS)
  hear()
}
