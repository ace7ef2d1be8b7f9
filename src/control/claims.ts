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
}

/** Makes an empty record. */
export function createClaims(clock: Pick<Clock, 'monotonicMs'>): Claims {
  const added = new Map<string, number>()
  const removed = new Map<string, number>()
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
  }
}
