import { closest } from '../../config/suggest.js'
import { displayName, splitName } from '../../model/names.js'
import type { Operator, ProcessView } from '../../model/operator.js'

/** A name argument that matched nothing, and what it would have been. */
export interface UnknownName {
  readonly name: string
  readonly kind: 'process' | 'group'
  /** A name that would have matched, when one is near. */
  readonly suggestion: string | null
}

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

/** Where names are looked up; `groups` is absent where only one can be asked for. */
interface Names {
  group(name: string): object | null
  groups?(): readonly {
    readonly spec: { readonly name: string }
    readonly processes: readonly { readonly spec: { readonly name: string } }[]
  }[]
}

/** Describes a name that matches no process: what it would have been and the name that does match, or is near. */
export function unknownName(names: Names, name: string): UnknownName {
  const wanted = splitName(name)
  const groups = names.groups?.() ?? []
  if (wanted.process === null) {
    const group = closest(
      wanted.group,
      groups.map(({ spec }) => spec.name),
    )
    return { name: wanted.group, kind: 'group', suggestion: group === null ? null : `${group}:*` }
  }
  if (!name.includes(':') && names.group(name) !== null) return { name, kind: 'process', suggestion: `${name}:*` }
  const there = groups.flatMap(({ spec, processes }) => processes.map((one) => [spec.name, one.spec.name] as const))
  const alone = there.find(([, process]) => process === name)
  const shown = there.map(([group, process]) => displayName(group, process))
  const suggestion = alone === undefined ? closest(name, shown) : displayName(...alone)
  return { name, kind: 'process', suggestion }
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
