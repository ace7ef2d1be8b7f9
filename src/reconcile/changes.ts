import { sameJson } from '../model/equal.js'
import type { ProcessKey } from '../model/names.js'
import type { GroupChanges, ProcessChange } from '../model/operator.js'
import type { ChangeClass, GroupSpec } from '../model/spec.js'
import { decide } from './decide.js'
import { diffFields } from './diff.js'
import { situationOf, type World } from './reconcile.js'

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

/**
 * What accepting a new desired state does to each process, by asking the very function that the loop carries out.
 *
 * @param before - the world as accepted now
 * @param after - the same world with the new desired state (and whatever overrides accepting it ends)
 * @param nowMs - monotonic
 * @returns a row for each process whose declaration changes, in the new start order, removed ones last
 */
export function changedProcesses(
  before: World,
  after: World,
  classOf: (field: string) => ChangeClass,
  nowMs: number,
): readonly ProcessChange[] {
  const rows: ProcessChange[] = []
  const keys = new Set([...Object.keys(after.desired), ...Object.keys(before.desired)]) as Set<ProcessKey>
  for (const key of keys) {
    const old = before.desired[key]
    const next = after.desired[key]
    const fields = old && next ? diffFields(old.spec, next.spec, classOf) : []
    if (old && next && fields.length === 0) continue
    const change = !old ? 'added' : !next ? 'removed' : 'changed'
    rows.push({
      key,
      change,
      fields,
      effect: effectOf(key, after, fields, nowMs),
    })
  }
  return rows
}

function effectOf(
  key: ProcessKey,
  after: World,
  fields: ProcessChange['fields'],
  nowMs: number,
): ProcessChange['effect'] {
  const situation = situationOf(after, key)
  const { action } = decide(situation, nowMs)
  switch (action?.type) {
    case 'start':
      return 'start'
    case 'stop':
      return action.reason === 'SpecChanged' ? 'restart' : action.reason === 'NotDeclared' ? 'stop' : 'held'
    case 'cancel-retry':
      return 'stop'
    default:
      if (situation.override.held) return 'held'
      return fields.some((field) => field.changeClass === 'live') ? 'reconfigure' : 'none'
  }
}
