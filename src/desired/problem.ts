import type { Entry, Section } from '../config/document.js'
import type { Diagnostic, Position } from '../model/diagnostic.js'

/** Codes of what is wrong with the meaning of a file, beside those of its form in `config/codes.ts`. Stable. */
export type MeaningCode =
  // values, one at a time
  | 'CONFIG_BAD_TYPE'
  | 'CONFIG_BAD_NUMBER'
  | 'CONFIG_BAD_BOOLEAN'
  | 'CONFIG_BAD_MODE'
  | 'CONFIG_BAD_SIZE'
  | 'CONFIG_BAD_LIMIT'
  | 'CONFIG_BAD_SIGNAL'
  | 'CONFIG_BAD_EXIT_CODES'
  | 'CONFIG_BAD_WORD'
  | 'CONFIG_BAD_PATH'
  | 'CONFIG_BAD_ADDRESS'
  | 'CONFIG_BAD_ENVIRONMENT'
  | 'CONFIG_BAD_EXPANSION'
  | 'CONFIG_BAD_NAME'
  | 'CONFIG_BAD_SOCKET'
  | 'CONFIG_UNKNOWN_USER'
  | 'CONFIG_UNKNOWN_EVENT'
  | 'CONFIG_OUT_OF_RANGE'
  // what is not there
  | 'CONFIG_NO_SECTION'
  | 'CONFIG_NO_OPTION'
  | 'CONFIG_UNKNOWN_SECTION'
  | 'CONFIG_UNKNOWN_OPTION'
  | 'CONFIG_UNKNOWN_PROGRAM'
  | 'CONFIG_UNKNOWN_BASE'
  // what does not go together
  | 'CONFIG_CONTRADICTION'
  | 'CONFIG_AMBIGUOUS_PROGRAM'
  | 'CONFIG_AMBIGUOUS_BASE'
  | 'CONFIG_CYCLE'
  // files of variables
  | 'CONFIG_ENV_FILE_MISSING'
  | 'CONFIG_ENV_FILE_UNREADABLE'
  | 'CONFIG_BAD_ENV_FILE'
  | 'CONFIG_TOO_LARGE'
  | 'CONFIG_DUPLICATE_GROUP'
  | 'CONFIG_DUPLICATE_PROCESS'
  | 'CONFIG_HALF_CREDENTIALS'
  | 'CONFIG_EXPOSED'
  // what is taken otherwise than it may be meant
  | 'CONFIG_NO_EFFECT'
  | 'CONFIG_DEPRECATED'
  | 'CONFIG_UNBOUNDED_LOG'
  // what only Python could do
  | 'CONFIG_PYTHON_PLUGIN'

/** Where in the files something is wrong. */
export interface Place {
  readonly at: Position | null
  readonly excerpt: string | null
}

/** What is wrong, in our words and in Supervisor's. */
export interface Words {
  readonly code: MeaningCode
  readonly message: string
  readonly help?: string | null
  readonly classic?: string | null
}

/** @returns the place of a value, from character `index` of its text on when that is known */
export function placeOfValue(entry: Entry, index: number | null = null): Place {
  const { at, excerpt } = entry
  const shift = index !== null && excerpt.startsWith(entry.text, at.column - 1) ? index : 0
  return { at: { ...at, column: at.column + shift }, excerpt }
}

/** @returns the place of the name of an option */
export function placeOfKey(entry: Entry): Place {
  return { at: entry.keyAt, excerpt: entry.keyAt.line === entry.at.line ? entry.excerpt : null }
}

/** @returns the place of a section's header */
export function placeOfSection(section: Section): Place {
  return { at: section.at, excerpt: section.excerpt }
}

/** @returns the diagnostic for `words` at `place` */
export function problem(severity: Diagnostic['severity'], place: Place, words: Words): Diagnostic {
  const { code, message, help = null, classic = null } = words
  return { severity, code, message, at: place.at, excerpt: place.excerpt, help, classic }
}
