import type { Document, Section } from '../../config/document.js'
import type { Position } from '../../model/diagnostic.js'
import type { Files } from '../../model/ports.js'
import { type Place, placeOfKey, placeOfValue } from '../problem.js'
import { type Finding, finding } from './finding.js'

/** Sections and options that stand in two places: the later one silently replaces parts of the earlier one. */
export function checkRepeats({ sections }: Document): readonly Finding[] {
  return sections.flatMap((section) => {
    const again = (section.again ?? []).map((place) =>
      finding('CHECK_REPEATED_SECTION', {
        section,
        place,
        message: `[${section.name}] began at ${shown(section.at)} already: options here are added to it or replace its own`,
        help: 'rename one of the two, or write everything in one place',
        severity: isNamed(section) ? 'warning' : 'note',
      }),
    )
    const replaced = Object.values(section.entries).flatMap((entry) => {
      if (entry.replaces === undefined || entry.inherited) return []
      const message = `${entry.key} of [${section.name}] replaces the value at ${shown(entry.replaces)}`
      const override = entry.replaces.file !== entry.keyAt.file && !isNamed(section)
      return finding('CHECK_REPEATED_OPTION', {
        section,
        place: placeOfKey(entry),
        message,
        help: 'remove one of the two',
        severity: override ? 'note' : 'warning',
      })
    })
    return [...again, ...replaced]
  })
}

/** To change an option of the daemon itself in an included file is common; a second `[program:x]` is hardly meant. */
function isNamed({ name }: Section): boolean {
  return name.includes(':')
}

/** Patterns of `[include]` that match nothing. */
export function checkIncludes({ sections, patterns }: Document, files: Files): readonly Finding[] {
  const section = sections.find(({ name }) => name === 'include') ?? null
  return patterns
    .filter((pattern) => files.glob(pattern).length === 0)
    .map((pattern) =>
      finding('CHECK_EMPTY_INCLUDE', {
        section,
        ...placeOfPattern(section?.entries.files, pattern),
        message: `No file matches ${JSON.stringify(pattern)}`,
        help: 'check the path; relative patterns start at the folder of the main file',
      }),
    )
}

/** The pattern in the line, when it is written there as it stands. */
function placeOfPattern(
  entry: Parameters<typeof placeOfValue>[0] | undefined,
  pattern: string,
): { readonly place: Place } | null {
  if (entry === undefined) return null
  const words = entry.excerpt.split(/\s+/).filter((word) => word !== '' && pattern.endsWith(word))
  const written = words.sort((a, b) => b.length - a.length)[0]
  const column = written === undefined ? -1 : entry.excerpt.lastIndexOf(written)
  if (written === undefined || column < entry.at.column - 1) return { place: placeOfValue(entry) }
  const at: Position = { ...entry.at, column: column + 1, endColumn: column + 1 + written.length }
  return { place: { at, excerpt: entry.excerpt } }
}

function shown({ file, line }: Position): string {
  return `${file}:${line}`
}
