import type { LogNote } from '../model/config.js'
import type { Diagnostic, Parsed } from '../model/diagnostic.js'
import type { FileRead, Files } from '../model/ports.js'
import { diagnostic } from './codes.js'
import type { Document, Section } from './document.js'
import { findIncludes, folderOf, unreadableInclude } from './include.js'
import { readIni } from './ini.js'
import { MergedSections } from './merge.js'
import { readYaml } from './yaml.js'

/** Which configuration to read, and what `[include]` patterns may be expanded with. */
export interface ReadRequest {
  /** Absolute path of the main file. */
  readonly file: string
  /** The path as the user typed it, for Supervisor's own texts; `file` when left out. */
  readonly shownAs?: string
  readonly environment: Readonly<Record<string, string>>
  readonly hostName: string
  /** Leaves `[include]` alone: for a client whose own section stands in the main file. */
  readonly withoutIncludes?: true
}

/**
 * Most that a configuration may take, all files together. A thousand programs need some 300 KiB; a daemon must not run
 * out of memory, and leave its programs behind, because a log or a database was copied over its file.
 */
export const CONFIG_BYTES_MAX = 4 * 1024 * 1024

/**
 * Reads a configuration file and the files it includes. Nothing is expanded but `[include] files`, nothing validated.
 *
 * The main file first, then includes in their order; errors of all files are collected in that order.
 *
 * @see Supervisor options.py, ServerOptions.read_config
 */
export function readDocument(request: ReadRequest, files: Files): Parsed<Document> {
  const { file } = request
  const shownAs = request.shownAs ?? file
  const read = files.read(file)
  if (!read.ok) return { ok: false, errors: [unreadableMain(file, shownAs, read)], warnings: [] }
  if (read.bytes.length > CONFIG_BYTES_MAX) return { ok: false, errors: [tooLarge(file)], warnings: [] }
  const main = readSections(read.bytes, file, shownAs)
  if (!main.ok) return main
  const merged = new MergedSections()
  merged.add(main.value)
  const extras = readIncludes(merged, request, files, CONFIG_BYTES_MAX - read.bytes.length)
  const warnings = [...main.warnings, ...extras.warnings]
  if (extras.errors.length > 0) return { ok: false, errors: extras.errors, warnings }
  const document: Document = {
    file,
    format: isYaml(file) ? 'yaml' : 'ini',
    files: [...new Set([file, ...extras.files])],
    patterns: extras.patterns,
    sections: merged.all(),
    notes: extras.notes,
    warnings,
  }
  return { ok: true, value: document, warnings }
}

interface Extras {
  readonly files: readonly string[]
  readonly patterns: readonly string[]
  readonly notes: readonly LogNote[]
  readonly errors: readonly Diagnostic[]
  readonly warnings: readonly Diagnostic[]
}

/** Adds what the main file includes to `merged`. @param bytesMax - most that the included files may take together */
function readIncludes(merged: MergedSections, request: ReadRequest, files: Files, bytesMax: number): Extras {
  if (request.withoutIncludes || merged.find('include') === null)
    return { files: [], patterns: [], notes: [], errors: [], warnings: [] }
  const folder = folderOf(request.file)
  merged.replaceHere(folder)
  const section = merged.find('include')
  if (section === null) return { files: [], patterns: [], notes: [], errors: [], warnings: [] }
  const found = findIncludes(section, folder, expansionNames(request, folder), files)
  if (!found.ok) return { files: [], patterns: [], notes: [], errors: found.errors, warnings: found.warnings }
  const readFiles: string[] = []
  const errors: Diagnostic[] = []
  const warnings: Diagnostic[] = []
  let bytesLeft = bytesMax
  for (const path of found.value.paths) {
    const read = files.read(path)
    if (!read.ok) {
      warnings.push(unreadableInclude(path, read, section))
      continue
    }
    bytesLeft -= read.bytes.length
    if (bytesLeft < 0) {
      errors.push(tooLarge(path))
      break
    }
    readFiles.push(path)
    const parsed = readSections(read.bytes, path, path)
    warnings.push(...parsed.warnings)
    if (!parsed.ok) {
      errors.push(...parsed.errors)
      continue
    }
    warnings.push(...parsed.value.filter(isInclude).map(ignoredInclude))
    merged.add(parsed.value.filter((one) => !isInclude(one)))
    merged.replaceHere(folderOf(path))
  }
  const { patterns, notes } = found.value
  return { files: readFiles, patterns, notes, errors, warnings }
}

function readSections(bytes: Uint8Array, file: string, shownAs: string): Parsed<readonly Section[]> {
  return isYaml(file) ? readYaml(bytes, file) : readIni(bytes, file, shownAs)
}

export function isYaml(file: string): boolean {
  return /\.ya?ml$/.test(file)
}

function expansionNames(request: ReadRequest, folder: string): Readonly<Record<string, string>> {
  const own: [string, string][] = [
    ['here', folder],
    ['host_node_name', request.hostName],
  ]
  const inherited = Object.entries(request.environment).map(([key, text]): [string, string] => [`ENV_${key}`, text])
  return Object.fromEntries([...own, ...inherited])
}

function isInclude(section: Section): boolean {
  return section.name === 'include'
}

function ignoredInclude(section: Section): Diagnostic {
  return diagnostic({
    severity: 'warning',
    code: 'CONFIG_INCLUDE_IGNORED',
    message: 'An included file cannot include others; its [include] section has no effect',
    at: section.at,
    excerpt: section.excerpt,
    help: 'list the files in the [include] section of the main file',
  })
}

function tooLarge(file: string): Diagnostic {
  return diagnostic({
    code: 'CONFIG_TOO_LARGE',
    message: `Cannot read ${file}: with it the configuration takes more than ${CONFIG_BYTES_MAX / 1024 / 1024} MiB`,
    at: { file, line: 1, column: 1 },
    help: 'look at the file; it is hardly meant to be a configuration',
  })
}

function unreadableMain(file: string, shownAs: string, read: FileRead & { readonly ok: false }): Diagnostic {
  if (read.reason === 'missing') {
    return diagnostic({
      code: 'CONFIG_NOT_FOUND',
      message: `Cannot find the configuration file ${file}`,
      classic: `could not find config file ${shownAs}`,
    })
  }
  return diagnostic({
    code: 'CONFIG_UNREADABLE',
    message: `Cannot read the configuration file ${file}: ${read.errno}`,
    help: read.reason === 'directory' ? 'name a file, not a folder' : null,
    classic: `could not read config file ${shownAs}`,
  })
}
