import { splitName } from '../../model/names.js'
import type { Operator, ProcessView } from '../../model/operator.js'
import type { UnknownName } from './documents.js'

/** What name arguments came to. */
export interface Selection {
  /** In the order of the arguments; a name given twice comes twice. */
  readonly processes: readonly ProcessView[]
  readonly unknown: readonly UnknownName[]
}

/**
 * Finds the processes that name arguments mean: `all`, `g:*`, `g:`, `g:p` or `x` (process x of group x).
 *
 * @param names - none means all
 * @returns all by (group, process) for none or `all`; else in the order of the names, members of a group by name
 * @see Supervisor supervisorctl.py, do_status; the grammar is that of every action
 */
export function selectProcesses(operator: Operator, names: readonly string[]): Selection {
  if (names.length === 0 || names.includes('all')) return { processes: everything(operator), unknown: [] }
  const processes: ProcessView[] = []
  const unknown: UnknownName[] = []
  for (const name of names) {
    const wanted = splitName(name)
    const members = sorted(operator.group(wanted.group)?.processes ?? [])
    const found = wanted.process === null ? members : members.filter((view) => view.spec.name === wanted.process)
    if (found.length > 0 || (wanted.process === null && operator.group(wanted.group) !== null)) processes.push(...found)
    else unknown.push(unknownName(operator, name))
  }
  return { processes, unknown }
}

/** Describes a name that matches no process: what it would have been and the name that does match. */
export function unknownName(operator: { group(name: string): object | null }, name: string): UnknownName {
  const wanted = splitName(name)
  if (wanted.process === null) return { name: wanted.group, kind: 'group', suggestion: null }
  const isGroup = !name.includes(':') && operator.group(name) !== null
  return { name, kind: 'process', suggestion: isGroup ? `${name}:*` : null }
}

function everything(operator: Operator): readonly ProcessView[] {
  const groups = [...operator.groups()].sort((a, b) => compare(a.spec.name, b.spec.name))
  return groups.flatMap((group) => sorted(group.processes))
}

function sorted(views: readonly ProcessView[]): readonly ProcessView[] {
  return [...views].sort((a, b) => compare(a.spec.name, b.spec.name))
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
