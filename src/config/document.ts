import type { LogNote } from '../model/config.js'
import type { Diagnostic, Position } from '../model/diagnostic.js'

/**
 * A value as the file has it. INI values are always text. YAML may give a list or a map; `text` then holds the same
 * thing as INI would write it, so that a consumer that knows only text still works.
 */
export interface Entry {
  /** Lower case. */
  readonly key: string
  readonly text: string
  /** Items of a native YAML list; `null` for text and maps. */
  readonly list: readonly string[] | null
  /** Pairs of a native YAML map; `null` for text and lists. */
  readonly map: Readonly<Record<string, string>> | null
  /** Where the value starts (for an empty value: where it would). */
  readonly at: Position
  readonly keyAt: Position
  /** The source line of `at`. */
  readonly excerpt: string
  /** The value comes from `[DEFAULT]`, which knows nothing about the section it was filled into. */
  readonly inherited?: true
  /** Where the value stood that this one replaced, in the same section of this file or of an earlier one. */
  readonly replaces?: Position
  /** Name of the section it was inherited from; absent for what the section itself says. */
  readonly from?: string
  /**
   * For an `environment` that was inherited in parts: the parts, each over those before it. `text` then has all of them,
   * and the place is that of the last.
   */
  readonly layers?: readonly Entry[]
}

/** One section after duplicates and includes were merged. */
export interface Section {
  /** As written between the brackets: case and blanks kept. */
  readonly name: string
  readonly at: Position
  readonly excerpt: string
  /** The file that first introduced the section. */
  readonly file: string
  /** Further headers of it, in this file and in later ones. */
  readonly again?: readonly { readonly at: Position; readonly excerpt: string }[]
  /** By lower-case key, in order of first appearance; `[DEFAULT]` already filled in. */
  readonly entries: Readonly<Record<string, Entry>>
}

/** A configuration file with its includes, as text, nothing expanded and nothing validated. */
export interface Document {
  /** Absolute path of the main file. */
  readonly file: string
  readonly format: 'ini' | 'yaml'
  /** Every file that was read, the main file first. */
  readonly files: readonly string[]
  /** The `[include]` patterns, absolute or joined to the main file's folder: where files may yet appear. */
  readonly patterns: readonly string[]
  /** In order of first appearance. */
  readonly sections: readonly Section[]
  /** For the activity log: which files were included, which patterns matched nothing. */
  readonly notes: readonly LogNote[]
  readonly warnings: readonly Diagnostic[]
}
