import { type ProcessKey, processKey } from '../model/names.js'
import { isStopped, type Phase } from '../model/phase.js'
import type { GroupSpec } from '../model/spec.js'
import type { Gate } from '../reconcile/decide.js'
import { shutdownOrder } from '../reconcile/order.js'

/** Lets groups go down one after the other once the daemon closes. */
export interface Gatekeeper {
  gate(key: ProcessKey): Gate
  /** Begins the shutdown of these groups. */
  close(groups: readonly GroupSpec[]): void
  /** Moves on past groups that are down. @returns the processes whose turn has come, empty when no group's turn began */
  advance(): readonly ProcessKey[]
  /** Whether every group has had its turn and is down. */
  done(): boolean
}

/**
 * Makes an open gate.
 *
 * @param phaseOf - the observed phase of a process
 * @see spec/processes.md section 9: the next group only when no process of the current one is un-stopped
 */
export function createGatekeeper(phaseOf: (key: ProcessKey) => Phase): Gatekeeper {
  let queue: readonly (readonly ProcessKey[])[] | null = null
  let at = -1
  let current: ReadonlySet<ProcessKey> = new Set()
  const down = (keys: Iterable<ProcessKey>) => {
    // No copy: this is asked after every event of a shutdown.
    for (const key of keys) if (!isStopped(phaseOf(key))) return false
    return true
  }
  return {
    gate: (key) => (queue === null ? 'open' : current.has(key) ? 'closing-now' : 'closing'),
    close(groups) {
      queue ??= shutdownOrder(groups).map((group) => group.processes.map((spec) => processKey(group.name, spec.name)))
    },
    advance() {
      if (queue === null || !down(current)) return []
      while (at + 1 < queue.length) {
        at += 1
        current = new Set(queue[at])
        if (!down(current)) return [...current]
      }
      current = new Set()
      return []
    },
    done: () => queue !== null && at === queue.length - 1 && down(current),
  }
}
