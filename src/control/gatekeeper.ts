import { type ProcessKey, processKey } from '../model/names.js'
import { isStopped, type Phase } from '../model/phase.js'
import type { GroupSpec } from '../model/spec.js'
import type { Gate } from '../reconcile/decide.js'
import { shutdownWaves } from '../reconcile/order.js'

/** Lets groups go down in waves once the daemon closes. */
export interface Gatekeeper {
  gate(key: ProcessKey): Gate
  /** Begins the shutdown of these groups. @param oneByOne - see `shutdownWaves` */
  close(groups: readonly GroupSpec[], oneByOne: boolean): void
  /** Moves on past waves that are down. @returns the processes whose turn has come, empty when no turn began */
  advance(): readonly ProcessKey[]
  /** Makes it everybody's turn. @returns all processes of the shutdown */
  hurry(): readonly ProcessKey[]
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
  let waves: readonly (readonly ProcessKey[])[] | null = null
  let at = -1
  let current: readonly ProcessKey[] = []
  let going: ReadonlySet<ProcessKey> = new Set()
  /** How many of `current`, from the first on, are down for good: nothing starts any more. */
  let down = 0
  const isDown = () => {
    // Asked after every event of a shutdown, so never from the beginning.
    for (let key = current[down]; key !== undefined && isStopped(phaseOf(key)); key = current[down]) down += 1
    return down === current.length
  }
  const begin = (keys: readonly ProcessKey[]) => {
    current = keys
    going = new Set(keys)
    down = 0
  }
  return {
    gate: (key) => (waves === null ? 'open' : going.has(key) ? 'closing-now' : 'closing'),
    close(groups, oneByOne) {
      waves ??= shutdownWaves(groups, oneByOne).map((wave) =>
        wave.flatMap((group) => group.processes.map((spec) => processKey(group.name, spec.name))),
      )
    },
    advance() {
      if (waves === null || !isDown()) return []
      while (at + 1 < waves.length) {
        at += 1
        begin(waves[at] ?? [])
        if (!isDown()) return current
      }
      begin([])
      return []
    },
    hurry() {
      if (waves === null) return []
      at = waves.length - 1
      begin(waves.flat())
      return current
    },
    done: () => waves !== null && at === waves.length - 1 && isDown(),
  }
}
