import type { ProcessKey } from '../model/names.js'

/** Processes and groups that are no longer declared but not gone yet. */
export interface Departures {
  /** Processes that are on their way out. */
  processes(): readonly ProcessKey[]
  has(key: ProcessKey): boolean
  /** A process with a record is no longer declared. */
  leave(key: ProcessKey): void
  /** It is declared again. */
  stay(key: ProcessKey): void
  /** A group is no longer declared; it counts as removed when the last of these is gone. */
  leaveGroup(group: string, present: readonly ProcessKey[]): void
  stayGroup(group: string): void
  /** The record of a process was dropped. */
  gone(key: ProcessKey): void
  state(): DeparturesState
}

/** Who is on the way out, and of which groups. */
export interface DeparturesState {
  readonly processes: readonly ProcessKey[]
  readonly groups: readonly (readonly [string, readonly ProcessKey[]])[]
}

/** @param before - who was on the way out already @param removed - told of each group once nothing is left of it, as the original's event says */
export function createDepartures(
  removed: (group: string) => void,
  before: DeparturesState = { processes: [], groups: [] },
): Departures {
  const leaving = new Set(before.processes)
  const groups = new Map(before.groups.map(([group, keys]) => [group, new Set(keys)]))
  return {
    processes: () => [...leaving],
    has: (key) => leaving.has(key),
    leave: (key) => void leaving.add(key),
    stay: (key) => void leaving.delete(key),
    leaveGroup(group, present) {
      if (present.length > 0) groups.set(group, new Set(present))
      else removed(group)
    },
    stayGroup: (group) => void groups.delete(group),
    gone(key) {
      leaving.delete(key)
      for (const [group, keys] of groups) {
        if (!keys.delete(key) || keys.size > 0) continue
        groups.delete(group)
        removed(group)
      }
    },
    state: () => ({ processes: [...leaving], groups: [...groups].map(([group, keys]) => [group, [...keys]]) }),
  }
}
