import { someOf } from '../model/listing.js'
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

/** A stored list as far as it can be read. */
export interface ReadIndex {
  /** Ascending. */
  readonly entries: readonly IndexEntry[]
  /** The highest number that it has in it, 0 for none: even of entries that cannot be read. */
  readonly highest: number
  /** It was cut off by a crash of the machine, edited by hand, or is of another format. */
  readonly damaged: boolean
}

/** @param bytes - `null` when there is no list */
export function readIndex(bytes: Uint8Array | null): ReadIndex {
  if (bytes === null) return { entries: [], highest: 0, damaged: false }
  const text = new TextDecoder().decode(bytes)
  const whole = readWhole(text)
  const entries = (whole ?? readParts(text)).toSorted((a, b) => a.number - b.number)
  const numbers =
    whole === null ? [...text.matchAll(/"number":\s*(\d{1,9})\b/g)].map(([, digits]) => Number(digits)) : []
  const highest = Math.max(0, ...numbers, ...entries.map(({ number }) => number))
  return { entries, highest, damaged: whole === null }
}

function readWhole(text: string): readonly IndexEntry[] | null {
  const value = parseJson(text)
  if (typeof value !== 'object' || value === null) return null
  const { format, revisions } = value as { readonly format?: unknown; readonly revisions?: unknown }
  return format === 1 && Array.isArray(revisions) && revisions.every(isEntry) ? revisions : null
}

/** The entries of a damaged list that are whole: an entry has one object in it, its cause. */
function readParts(text: string): readonly IndexEntry[] {
  const found = [...text.matchAll(/\{[^{}]*\{[^{}]*\}[^{}]*\}/g)].map(([part]) => parseJson(part)).filter(isEntry)
  return [...new Map(found.map((entry) => [entry.number, entry])).values()]
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
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
  return `${names.length} ${what} (${someOf(names, NAMES_SHOWN)})`
}
