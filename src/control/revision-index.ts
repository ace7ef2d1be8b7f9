import type { GroupChanges } from '../model/operator.js'
import type { Revision } from '../model/revision.js'
import type { GroupSpec } from '../model/spec.js'
import { changedGroups } from '../reconcile/changes.js'

/** One line of the stored list: the revision, and how long its packed content is. */
export interface IndexEntry extends Revision {
  readonly bytes: number
}

/** The list of stored revisions, oldest first, as bytes. */
export function writeIndex(entries: readonly IndexEntry[]): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify({ format: 1, revisions: entries }, null, 1)}\n`)
}

/** @returns the entries of a stored list, ascending; none when it is no such list */
export function readIndex(bytes: Uint8Array | null): readonly IndexEntry[] {
  if (bytes === null) return []
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes))
    const { format, revisions } = value as { readonly format?: unknown; readonly revisions?: unknown }
    if (format !== 1 || !Array.isArray(revisions) || !revisions.every(isEntry)) return []
    return revisions.toSorted((a, b) => a.number - b.number)
  } catch {
    // Cut off by a crash of the machine, or edited by hand: the history begins anew.
    return []
  }
}

function isEntry(value: unknown): value is IndexEntry {
  if (typeof value !== 'object' || value === null) return false
  const { number, wallMs, cause, summary, fingerprint, bytes } = value as Readonly<Record<string, unknown>>
  const { what, by } = (typeof cause === 'object' && cause !== null ? cause : {}) as Readonly<Record<string, unknown>>
  return (
    Number.isSafeInteger(number) &&
    (number as number) > 0 &&
    typeof wallMs === 'number' &&
    typeof what === 'string' &&
    (by === null || typeof by === 'string') &&
    typeof summary === 'string' &&
    typeof fingerprint === 'string' &&
    typeof bytes === 'number'
  )
}

/** Names shown of each kind of change. */
const NAMES_SHOWN = 4

/** What accepting did, on one line. @param before - `null` for the first revision of all */
export function summaryOf(before: readonly GroupSpec[] | null, after: readonly GroupSpec[]): string {
  if (before === null)
    return counted(
      after.map(({ name }) => name),
      after.length === 1 ? 'group' : 'groups',
    )
  const changes: GroupChanges = changedGroups(before, after)
  const parts = (['added', 'changed', 'removed'] as const).filter((kind) => changes[kind].length > 0)
  if (parts.length === 0) return 'no program changed'
  return parts.map((kind) => counted(changes[kind], kind)).join(', ')
}

function counted(names: readonly string[], what: string): string {
  if (names.length === 0) return `no ${what}`
  const more = names.length > NAMES_SHOWN ? ` and ${names.length - NAMES_SHOWN} more` : ''
  return `${names.length} ${what} (${names.slice(0, NAMES_SHOWN).join(', ')}${more})`
}
