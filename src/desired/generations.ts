import { sameJson } from '../model/equal.js'
import type { ProcessKey } from '../model/names.js'
import { processKey } from '../model/names.js'
import type { DesiredProcess, GroupSpec, ProcessSpec } from '../model/spec.js'

/** Every declared process by key. */
export type DesiredTable = Readonly<Record<ProcessKey, DesiredProcess>>

/**
 * Turns accepted groups into the table the reconciler works on: ranks in the order of automatic start, and a new
 * generation for each process that the running one cannot become without a restart.
 *
 * @param groups - the accepted groups, any order
 * @param revision - number of the revision being accepted; becomes the generation of what changed
 * @param needsRestart - whether going from the first spec to the second takes a new process
 */
export function declare(
  before: DesiredTable,
  groups: readonly GroupSpec[],
  revision: number,
  needsRestart: (from: ProcessSpec, to: ProcessSpec) => boolean,
): DesiredTable {
  const table: Record<ProcessKey, DesiredProcess> = Object.create(null)
  const ascending = [...groups].sort((a, b) => a.priority - b.priority || (a.name < b.name ? -1 : 1))
  let rank = 0
  for (const group of ascending) {
    for (const spec of group.processes) {
      const key = processKey(group.name, spec.name)
      const old = before[key]
      // What says the same stays the same object, so that later comparisons cost nothing.
      const kept = old && sameJson(old.spec, spec) ? old.spec : spec
      const generation = old && !needsRestart(old.spec, kept) ? old.generation : revision
      table[key] = { key, spec: kept, generation, rank: rank++ }
    }
  }
  return table
}
