import { sameJson } from '../model/equal.js'
import type { ProcessKey } from '../model/names.js'
import { processKey } from '../model/names.js'
import type { DesiredProcess, GroupSpec, ProcessSpec } from '../model/spec.js'

/** Every declared process by key. */
export type DesiredTable = Readonly<Record<ProcessKey, DesiredProcess>>

/** What a process was last started from. */
export interface Started {
  readonly spec: ProcessSpec
  readonly generation: number
}

/** How processes carry over from one revision to the next. */
export interface Continuity {
  /** Whether going from the first spec to the second takes a new process. */
  needsRestart(from: ProcessSpec, to: ProcessSpec): boolean
  /** `undefined` for one that was never started. */
  started(key: ProcessKey): Started | undefined
}

/**
 * Turns accepted groups into the table the reconciler works on: ranks in the order of automatic start, and a new
 * generation for each process that the running one cannot become without a restart. What goes back to the spec that its
 * process was started from goes back to that generation, too: it runs exactly what is wanted.
 *
 * @param groups - the accepted groups, any order
 * @param revision - number of the revision being accepted; becomes the generation of what changed
 */
export function declare(
  before: DesiredTable,
  groups: readonly GroupSpec[],
  revision: number,
  continuity: Continuity,
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
      table[key] = { key, spec: kept, generation: generationOf(key, old, kept, revision, continuity), rank: rank++ }
    }
  }
  return table
}

function generationOf(
  key: ProcessKey,
  old: DesiredProcess | undefined,
  spec: ProcessSpec,
  revision: number,
  { needsRestart, started }: Continuity,
): number {
  if (old && !needsRestart(old.spec, spec)) return old.generation
  const last = started(key)
  return last && !needsRestart(last.spec, spec) ? last.generation : revision
}
