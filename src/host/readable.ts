import { addReadable, holdLoop, type Outcome, READY_MAX, removeReadable, watchReadable } from './native/posix.js'

/** Descriptors that are looked at, each with whom to call; one epoll for all of them (posix/poll.c). */
const watched = new Map<number, () => void>()
/** Those of them for which Node's loop stays alive. */
const held = new Set<number>()
const ready = new Int32Array(READY_MAX)
const DONE: Outcome<null> = { ok: true, value: null }
let started = false

/**
 * Calls whenever a pipe or socket can be read or was closed by its other end, until `unwatch`; the loop stays alive
 * meanwhile. `read` is called again in the next turn if it leaves something behind.
 *
 * @returns EPERM for what cannot be waited for, ENOSPC, ENOMEM
 */
export function watch(fd: number, read: () => void): Outcome<null> {
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

/** Looks away: what comes in waits. To be called before the descriptor is closed; again, or without `watch`, is nothing. */
export function unwatch(fd: number): void {
  if (!watched.delete(fd)) return
  removeReadable(fd)
  release(fd)
}

/** Goes on, but no longer keeps the loop alive. */
export function release(fd: number): void {
  if (held.delete(fd) && held.size === 0) holdLoop(false)
}

function hold(fd: number): void {
  held.add(fd)
  if (held.size === 1) holdLoop(true)
}

function callAll(count: number): void {
  // Who is called may close others of the list: those are passed over, and a new one of the same number finds nothing.
  for (let i = 0; i < count; i += 1) watched.get(ready[i] ?? -1)?.()
}
