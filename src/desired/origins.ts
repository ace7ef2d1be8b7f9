import { strip } from '../config/blanks.js'
import type { Document, Entry, Section } from '../config/document.js'
import { parseEnvironment } from '../config/environment.js'
import type { FieldTable } from '../config/fields/row.js'
import { FIELDS, sectionKind } from '../config/fields.js'
import { type ReadRequest, readDocument } from '../config/read.js'
import type { Position } from '../model/diagnostic.js'
import type { Files } from '../model/ports.js'
import { directoryOf } from './paths.js'
import { resolveDocument } from './resolve.js'
import { baseScopes } from './scopes.js'

/** Where a field of a spec gets its value. */
export interface Origin {
  /** Name of the option that sets it; `null` when none does and the default counts. */
  readonly option: string | null
  /** The place of the value, or of the section's header when no option sets the field. */
  readonly at: Position
  /** The source line of `at`. */
  readonly excerpt: string
}

/** Says where a field of the spec of a section comes from; `null` when there is no such section. */
export type Locate = (section: string, field: string) => Position | null

/**
 * Finds the place in the files that a field of a spec comes from.
 *
 * @param document - after `resolveDocument`: inherited entries keep the place where they are written
 * @param section - name of the section that declares it: `program:web`, `supervisord`
 * @param field - dotted path as diffs name it: `startSecs`, `stdout.logfile.path`, `environment.HOME`; for what fills no
 *   field of its own the name of the option: `numprocs`
 * @returns `null` when there is no such section
 */
export function originOf(document: Document, section: string, field: string): Origin | null {
  const own = findSection(document, section)
  if (own === null) return null
  const entry = entryOf(own, field) ?? inheritedVariable(document, own, field)
  if (entry === null) return { option: null, at: own.at, excerpt: own.excerpt }
  return { option: entry.key, at: entry.at, excerpt: entry.excerpt }
}

/** Finds places by reading a configuration (again). Of one that cannot be read no place is known. */
export function locateIn(request: ReadRequest, files: Files): Locate {
  const { environment, hostName, file } = request
  const read = readDocument(request, files)
  const names = baseScopes({ environment, hostName, here: directoryOf(file) })('here')
  const document = read.ok ? resolveDocument(read.value, names) : read
  return (section, field) => (document.ok ? (originOf(document.value, section, field)?.at ?? null) : null)
}

/** @returns the section of that name; blanks around the part after the colon do not count */
export function findSection(document: Document, name: string): Section | null {
  const same = (section: Section) => {
    const colon = section.name.indexOf(':') + 1
    return section.name.slice(0, colon) + strip(section.name.slice(colon)) === name
  }
  return document.sections.find((section) => section.name === name) ?? document.sections.find(same) ?? null
}

function entryOf(section: Section, field: string): Entry | null {
  for (const option of optionsOf(section, field)) {
    const entry = Object.hasOwn(section.entries, option) ? section.entries[option] : undefined
    if (entry && (option !== 'environment' || sets(entry, field))) return layerOf(entry, field)
  }
  return null
}

/** Options that a field may come from beside the one that the table names, the likelier first. */
const ALSO: Readonly<Record<string, readonly string[]>> = {
  killAsGroup: ['stopasgroup', 'kill_mode'],
  stopAsGroup: ['kill_mode'],
  name: ['numprocs_start'],
  'stdout.syslog': ['stdout_logfile'],
  'stderr.syslog': ['stderr_logfile'],
  'stderr.logfile': ['redirect_stderr'],
}

/** Names of options, from the row that fills the field or the record it lies in. */
function optionsOf(section: Section, field: string): readonly string[] {
  const kind = sectionKind(section.name)
  if (kind === null) return []
  const rows = Object.entries(FIELDS[kind] as FieldTable)
  for (let end = field.length; end > 0; end = field.lastIndexOf('.', end - 1)) {
    const part = field.slice(0, end)
    const options = rows.filter(([name, { fills }]) => (fills ?? name) === part).map(([name]) => name)
    if (options.length > 0) return [...options, ...(ALSO[part] ?? [])]
  }
  return []
}

/** An environment that was inherited in parts: the last part that sets the variable. */
function layerOf(entry: Entry, field: string): Entry {
  return entry.layers?.findLast((layer) => sets(layer, field)) ?? entry
}

const VARIABLE = 'environment.'

/** A program has the variables of `[supervisord]` and of files, too. */
function inheritedVariable(document: Document, section: Section, field: string): Entry | null {
  if (!field.startsWith(VARIABLE)) return null
  const shared = findSection(document, 'supervisord')?.entries.environment
  return shared && sets(shared, field) ? shared : (section.entries.env_file ?? null)
}

/** Whether an `environment` option sets the variable that `field` names; any option sets a field that names none. */
function sets(entry: Entry, field: string): boolean {
  if (!field.startsWith(VARIABLE)) return true
  const name = field.slice(VARIABLE.length)
  if (entry.map !== null) return Object.hasOwn(entry.map, name)
  // Before expansion: names are hardly ever made of variables.
  const parsed = parseEnvironment(entry.text)
  return parsed.ok ? Object.hasOwn(parsed.variables, name) : entry.text.includes(name)
}
