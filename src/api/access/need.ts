import type { Ability } from '../../model/config.js'
import { displayName, splitName } from '../../model/names.js'
import type { Operator, ProcessView } from '../../model/operator.js'

/** What a request is about: names of processes; the daemon or whatever there is; nothing in particular. */
export type Subject = readonly string[] | 'everything' | 'anything'

/** What somebody has to be allowed for a request to be answered. */
export interface Need {
  readonly ability: Ability
  readonly on: Subject
  /** What a refusal calls it, where the ability is wider: `upgrade the daemon`. */
  readonly words?: string
}

export const READ: Need = { ability: 'read', on: 'anything' }

/** @returns the names of these processes, as rules have them */
function namesOf(views: readonly ProcessView[]): readonly string[] {
  return views.map(({ spec }) => displayName(spec.group, spec.name))
}

/** Every process there is; with none it is about the daemon itself. */
export function all(operator: Operator): Subject {
  const views = operator.groups().flatMap(({ processes }) => processes)
  return views.length === 0 ? 'everything' : namesOf(views)
}

/** What a name argument stands for; a name that nothing has is refused later, by whoever looks it up. */
export function named(operator: Operator, name: string): readonly string[] {
  const { group, process } = splitName(name)
  return process === null ? members(operator, group) : [displayName(group, process)]
}

/** All processes of a group, as it is and as the file would have it. */
export function members(operator: Operator, name: string): readonly string[] {
  const next = operator.config().groups.find((group) => group.name === name)
  const views = operator.group(name)?.processes ?? []
  const names = [...namesOf(views), ...(next?.processes ?? []).map((spec) => displayName(name, spec.name))]
  return names.length === 0 ? [`${name}:*`] : [...new Set(names)]
}
