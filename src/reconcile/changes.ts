import { sameJson } from '../model/equal.js'
import type { GroupChanges } from '../model/operator.js'
import type { GroupSpec } from '../model/spec.js'

/**
 * Which groups a candidate adds, changes and no longer has.
 *
 * @returns names: added and changed ones in the order of the candidate, removed ones in the order in which they became
 *   active, as the original tells and updates them
 */
export function changedGroups(accepted: readonly GroupSpec[], candidate: readonly GroupSpec[]): GroupChanges {
  const before = new Map(accepted.map((group) => [group.name, group]))
  const after = new Map(candidate.map((group) => [group.name, group]))
  const names = (groups: readonly GroupSpec[]) => groups.map((group) => group.name)
  return {
    added: names(candidate.filter((group) => !before.has(group.name))),
    changed: names(candidate.filter((group) => before.has(group.name) && !sameJson(before.get(group.name), group))),
    removed: names(accepted.filter((group) => !after.has(group.name))),
  }
}
