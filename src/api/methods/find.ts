import { displayName, processKey, splitName } from '../../model/names.js'
import type { GroupView, Operator, ProcessView } from '../../model/operator.js'
import { byPriority } from '../../reconcile/order.js'
import { type Fault, fault } from '../faults.js'

/** What a name argument stands for. */
export type Target =
  | { readonly kind: 'process'; readonly view: ProcessView }
  | { readonly kind: 'group'; readonly group: GroupView }
  | Fault

/** A process with the name that faults about it carry. */
export interface Named {
  readonly view: ProcessView
  readonly name: string
}

/** Finds the process or, for `g:*`, the group that `name` stands for; BAD_NAME otherwise. */
export function findTarget(operator: Operator, name: string): Target {
  const wanted = splitName(name)
  const group = operator.group(wanted.group)
  if (group === null) return fault('BAD_NAME', name)
  if (wanted.process === null) return { kind: 'group', group }
  const view = operator.process(processKey(wanted.group, wanted.process))
  return view === null ? fault('BAD_NAME', name) : { kind: 'process', view }
}

/** Finds one process; groups are a BAD_NAME too. */
export function findProcess(operator: Operator, name: string): ProcessView | Fault {
  const target = findTarget(operator, name)
  if (target.kind === 'process') return target.view
  return target.kind === 'group' ? fault('BAD_NAME', name) : target
}

/** Processes of a group by ascending priority, in the order declared where that is equal. */
export function membersByPriority(group: GroupView): readonly Named[] {
  return byPriority(group.processes).map(withName)
}

/** All processes by ascending priority of group, then of process: the order of the `…All` verbs. */
export function allByPriority(operator: Operator): readonly Named[] {
  return byPriority(operator.groups()).flatMap(membersByPriority)
}

function withName(view: ProcessView): Named {
  return { view, name: displayName(view.spec.group, view.spec.name) }
}
