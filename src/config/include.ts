import type { LogNote } from '../model/config.js'
import type { Diagnostic, Parsed } from '../model/diagnostic.js'
import type { FileRead, Files } from '../model/ports.js'
import { splitBlanks } from './blanks.js'
import { diagnostic } from './codes.js'
import type { Entry, Section } from './document.js'
import { expand } from './expand.js'

/** The files an `[include]` section names. */
export interface Includes {
  readonly patterns: readonly string[]
  /** In the order they are to be read; a file that two patterns match comes twice. */
  readonly paths: readonly string[]
  readonly notes: readonly LogNote[]
}

/**
 * Finds the files that `[include]` names: patterns in the order listed, the matches of each by name.
 *
 * @param folder - of the main file; relative patterns start there
 * @param names - what patterns may be expanded with
 * @see Supervisor options.py, ServerOptions.read_config
 */
export function findIncludes(
  section: Section,
  folder: string,
  names: Readonly<Record<string, string>>,
  files: Files,
): Parsed<Includes> {
  const entry = section.entries.files
  if (entry === undefined) return { ok: false, errors: [noFiles(section)], warnings: [] }
  const listed = listPatterns(entry, names)
  if (!listed.ok) return listed
  const patterns = listed.value.map((pattern) => joinPath(folder, pattern))
  const notes: LogNote[] = []
  const paths: string[] = []
  for (const pattern of patterns) {
    const matches = files.glob(pattern)
    if (matches.length === 0) notes.push({ level: 'warn', text: `No file matches via include "${pattern}"` })
    for (const path of matches) notes.push({ level: 'info', text: `Included extra file "${path}" during parsing` })
    paths.push(...matches)
  }
  return { ok: true, value: { patterns, paths, notes }, warnings: [] }
}

/** What to say about a match that cannot be read; Supervisor skips it without a word. */
export function unreadableInclude(path: string, read: FileRead & { readonly ok: false }, section: Section): Diagnostic {
  const entry = section.entries.files
  const place = {
    severity: 'warning',
    at: entry?.at ?? section.at,
    excerpt: entry?.excerpt ?? section.excerpt,
  } as const
  if (read.reason === 'directory') {
    return diagnostic({
      ...place,
      code: 'CONFIG_INCLUDE_FOLDER',
      message: `Cannot include ${path}: it is a folder`,
      help: 'use a pattern that matches files only, for example conf.d/*.conf',
    })
  }
  return diagnostic({
    ...place,
    code: 'CONFIG_INCLUDE_UNREADABLE',
    message: `Cannot read the included file ${path}: ${read.errno}`,
    help: 'what it declares is missing from this configuration; make it readable, or change the pattern',
  })
}

/** The folder of an absolute path, without `.`, `..` and doubled slashes in it. */
export function folderOf(path: string): string {
  const parts: string[] = []
  for (const part of path.split('/').slice(0, -1)) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return `/${parts.join('/')}`
}

function listPatterns(entry: Entry, names: Readonly<Record<string, string>>): Parsed<readonly string[]> {
  const patterns: string[] = []
  for (const text of entry.list ?? [entry.text]) {
    const expanded = expand(text, names, 'include.files')
    if (!expanded.ok) {
      const { message, help, classic } = expanded
      const { at, excerpt } = entry
      return {
        ok: false,
        errors: [diagnostic({ code: 'CONFIG_BAD_EXPANSION', message, help, classic, at, excerpt })],
        warnings: [],
      }
    }
    // Only a native list can name a path with blanks.
    patterns.push(...(entry.list === null ? splitBlanks(expanded.text) : [expanded.text]))
  }
  return { ok: true, value: patterns, warnings: [] }
}

function joinPath(folder: string, path: string): string {
  if (path.startsWith('/')) return path
  return folder.endsWith('/') ? folder + path : `${folder}/${path}`
}

function noFiles(section: Section): Diagnostic {
  return diagnostic({
    code: 'CONFIG_INCLUDE_NO_FILES',
    message: 'Cannot include anything: [include] has no files option',
    at: section.at,
    excerpt: section.excerpt,
    help: 'name the files, for example files = conf.d/*.conf',
    classic: '.ini file has [include] section, but no files setting',
  })
}
