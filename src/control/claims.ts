import type { Clock } from '../model/ports.js'

/** How long after convergence a client may still be about to ask for the very same thing, ms. */
const CLAIM_MS = 60_000

/**
 * What convergence did by itself, for clients that were written for Supervisor: they edit the file and then add or
 * remove the group. Whoever asks for what has just been done gets the answer the original would give, once.
 */
export interface Claims {
  added(name: string): void
  removed(name: string): void
  /** Whether convergence added this group lately and nobody asked for it yet; asking uses it up. */
  takeAdded(name: string): boolean
  takeRemoved(name: string): boolean
  /** The same without using it up. */
  wasRemoved(name: string): boolean
  state(): ClaimsState
}

/** Names with the monotonic ms of what was done. */
export interface ClaimsState {
  readonly added: readonly (readonly [string, number])[]
  readonly removed: readonly (readonly [string, number])[]
}

/** Makes a record: empty, or with what was noted before. */
export function createClaims(
  clock: Pick<Clock, 'monotonicMs'>,
  before: ClaimsState = { added: [], removed: [] },
): Claims {
  const added = new Map(before.added)
  const removed = new Map(before.removed)
  const fresh = (since: number | undefined) => since !== undefined && clock.monotonicMs() - since < CLAIM_MS
  const take = (from: Map<string, number>, name: string) => {
    const since = from.get(name)
    from.delete(name)
    return fresh(since)
  }
  return {
    added(name) {
      added.set(name, clock.monotonicMs())
      removed.delete(name)
    },
    removed(name) {
      removed.set(name, clock.monotonicMs())
      added.delete(name)
    },
    takeAdded: (name) => take(added, name),
    takeRemoved: (name) => take(removed, name),
    wasRemoved: (name) => fresh(removed.get(name)),
    state: () => ({ added: [...added], removed: [...removed] }),
  }
}
