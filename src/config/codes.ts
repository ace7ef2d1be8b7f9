import type { Diagnostic, Position } from '../model/diagnostic.js'

/** Every code a diagnostic of the configuration may have. Stable: people search for them. */
export type DiagnosticCode =
  // finding and reading files
  | 'CONFIG_NOT_FOUND'
  | 'CONFIG_UNREADABLE'
  | 'CONFIG_BAD_ENCODING'
  | 'CONFIG_INCLUDE_UNREADABLE'
  | 'CONFIG_INCLUDE_FOLDER'
  | 'CONFIG_INCLUDE_GONE'
  | 'CONFIG_INCLUDE_NO_FILES'
  | 'CONFIG_INCLUDE_IGNORED'
  // INI syntax
  | 'CONFIG_NO_SECTION_HEADER'
  | 'CONFIG_BAD_LINE'
  | 'CONFIG_COMMENT_IN_QUOTES'
  // YAML syntax
  | 'CONFIG_BAD_YAML'
  | 'CONFIG_DUPLICATE_KEY'
  | 'CONFIG_TOO_LARGE'
  // variables
  | 'CONFIG_BAD_EXPANSION'
  // writing files
  | 'CONFIG_NOT_PRINTABLE'
  | 'CONFIG_QUOTE_IN_VARIABLE'

/** The parts of a diagnostic that have no sensible default, and those that have. */
export interface DiagnosticParts {
  /** An error when left out. */
  readonly severity?: 'error' | 'warning'
  readonly code: DiagnosticCode
  readonly message: string
  readonly at?: Position | null
  readonly excerpt?: string | null
  readonly help?: string | null
  readonly classic?: string | null
}

/** A diagnostic with the parts left out filled in. */
export function diagnostic(parts: DiagnosticParts): Diagnostic {
  return {
    severity: parts.severity ?? 'error',
    code: parts.code,
    message: parts.message,
    at: parts.at ?? null,
    excerpt: parts.excerpt ?? null,
    help: parts.help ?? null,
    classic: parts.classic ?? null,
  }
}
