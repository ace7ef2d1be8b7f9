import type { SharedSocket } from '../model/ports.js'
import { createSharedSockets, type SharedSockets, type SocketOwner } from './shared-sockets.js'

/** The descriptors, one for each socket, or why there are none. */
export type AllAcquired =
  | { readonly ok: true; readonly fds: readonly number[] }
  | { readonly ok: false; readonly error: string }

/** Shared sockets as processes take and leave them. What is closed with a process is told of after its end. */
export interface ProgramSockets extends Omit<SharedSockets, 'release'> {
  /** All of these or none. */
  acquireAll(wanted: readonly SharedSocket[], owner: SocketOwner): AllAcquired
  /** Gives back what `acquireAll` gave for a process that could not be started. */
  giveBack(wanted: readonly SharedSocket[]): void
  /** Gives back those of a process that has ended; what that closes is not told of before `tellSoon`. */
  releaseQuietly(sockets: readonly SharedSocket[]): void
  /** The end has been told: its lines follow. */
  tellSoon(): void
  /** Whether every line has been told. */
  told(): boolean
  /** Closes what nobody uses. */
  close(): void
}

/** @param tell - takes a line for the activity log */
export function createProgramSockets(tell: (text: string) => void): ProgramSockets {
  /** Lines about sockets of a process whose end has not been told yet; `null`: tell at once. */
  let held: string[] | null = null
  const shared = createSharedSockets((text) => void (held === null ? tell(text) : held.push(text)))

  const tellHeld = () => {
    const lines = held ?? []
    held = null
    for (const line of lines) tell(line)
  }
  const giveBack = (sockets: readonly SharedSocket[]) => sockets.forEach(shared.release)

  return {
    ...shared,
    acquireAll(wanted, owner) {
      tellHeld()
      const fds: number[] = []
      for (const [index, each] of wanted.entries()) {
        const acquired = shared.acquire(each, owner)
        if (acquired.ok) fds.push(acquired.fd)
        else {
          giveBack(wanted.slice(0, index))
          return acquired
        }
      }
      return { ok: true, fds }
    },
    giveBack,
    releaseQuietly(sockets) {
      if (sockets.length > 0) held ??= []
      giveBack(sockets)
    },
    tellSoon() {
      if (held !== null) setImmediate(tellHeld)
    },
    told: () => held === null,
    check(socket, owner) {
      tellHeld()
      return shared.check(socket, owner)
    },
    close() {
      tellHeld()
      shared.keep([])
    },
  }
}
