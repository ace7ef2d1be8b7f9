/** A place in a file the user wrote. Lines and columns count from 1; columns are UTF-16 units. */
export interface Position {
  readonly file: string
  readonly line: number
  readonly column: number
  /** Exclusive end on the same line; absent when only the start is known. */
  readonly endColumn?: number
}

/** An error keeps the files from being used; a warning is most likely not meant; a note is only worth knowing. */
export type Severity = 'error' | 'warning' | 'note'

/** One thing the user should know about their files. Collected, never thrown. */
export interface Diagnostic {
  readonly severity: Severity
  /** Stable, from the closed list in `config/codes.ts`, for example `CONFIG_BAD_NUMBER`. */
  readonly code: string
  /** What was being done, the value, what is wrong. No full stop. */
  readonly message: string
  readonly at: Position | null
  /** The source line `at` points into, without its line end. */
  readonly excerpt: string | null
  /** What to write instead. */
  readonly help: string | null
  /** What Supervisor prints for the same mistake, to the letter; `null` where it is silent. */
  readonly classic: string | null
}

/** The outcome of reading something a user wrote: a value with warnings, or every error found. */
export type Parsed<T> =
  | { readonly ok: true; readonly value: T; readonly warnings: readonly Diagnostic[] }
  | { readonly ok: false; readonly errors: readonly Diagnostic[]; readonly warnings: readonly Diagnostic[] }
