import { closest } from '../../config/suggest.js'
import { someOf } from '../../model/listing.js'
import { displayName, splitKey } from '../../model/names.js'
import type { Operator } from '../../model/operator.js'
import { isMeant } from './meant.js'
import type { UnknownName } from './select.js'

/** Names shown where none is near. */
const NAMES_SHOWN = 10

/** The patterns that mean nothing there is, by the grammar of `isMeant`. */
export interface Unmatched {
  readonly unknown: readonly UnknownName[]
  /** Which names there are, in one sentence. */
  readonly message: string
}

/**
 * Finds the patterns that mean neither a process nor a group, not even one that the journal remembers.
 *
 * @returns `null` when there are none
 */
export function unmatchedByEvents(operator: Operator, patterns: readonly string[]): Unmatched | null {
  const now = operator
    .groups()
    .flatMap(({ spec, processes }) => [
      spec.name,
      ...processes.map((view) => displayName(view.spec.group, view.spec.name)),
    ])
  const open = patterns.filter((pattern) => pattern !== 'all' && !now.some((name) => isMeant(name, [pattern])))
  if (open.length === 0) return null
  const { events } = operator.journal.read(0)
  const before = events.flatMap(({ type, key, text }) =>
    key === null ? (type === 'group' ? [text] : []) : nameOf(key),
  )
  const unknown = open.filter((pattern) => !before.some((name) => isMeant(name, [pattern])))
  if (unknown.length === 0) return null
  const names = [...new Set(now)].sort()
  const there = names.length === 0 ? 'there are none' : `there are ${someOf(names, NAMES_SHOWN)}`
  return {
    unknown: unknown.map((name) => ({ name, kind: 'process', suggestion: closest(name, names) })),
    message: `No process or group is named ${unknown.map((name) => JSON.stringify(name)).join(', ')}; ${there}`,
  }
}

function nameOf(key: Parameters<typeof splitKey>[0]): string {
  const { group, name } = splitKey(key)
  return displayName(group, name)
}
