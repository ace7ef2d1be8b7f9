import type { Document } from '../../config/document.js'
import type { Position } from '../../model/diagnostic.js'

/** What a line of a file belongs to. */
export interface Owner {
  /** Name of the section, as written between the brackets. */
  readonly section: string
  /** Lower case; `null` for the header and what follows it. */
  readonly option: string | null
}

interface Start extends Owner {
  readonly line: number
}

/**
 * Makes a look-up of the section and the option that a place belongs to, for diagnostics that know only their place.
 *
 * @param document - as written, without what sections inherit
 */
export function createOwners(document: Document): (at: Position) => Owner | null {
  const starts = new Map<string, Start[]>()
  const add = ({ file, line }: Position, section: string, option: string | null) => {
    const known = starts.get(file) ?? []
    known.push({ line, section, option })
    starts.set(file, known)
  }
  for (const { name, at, again = [], entries } of document.sections) {
    for (const header of [{ at }, ...again]) add(header.at, name, null)
    for (const { key, keyAt, replaces, inherited } of Object.values(entries)) {
      if (inherited) continue
      add(keyAt, name, key)
      if (replaces !== undefined) add(replaces, name, key)
    }
  }
  for (const list of starts.values()) list.sort((a, b) => a.line - b.line)
  return ({ file, line }) => (starts.get(file) ?? []).findLast((start) => start.line <= line) ?? null
}
