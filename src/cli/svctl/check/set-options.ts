import type { Document, Entry, Section } from '../../../config/document.js'
import { fieldNames, fieldOf, type SectionKind, sectionKind } from '../../../config/fields.js'
import { closest } from '../../../config/suggest.js'

/** A document with some options replaced, or what is wrong with the first `--set` that names nothing. */
export type SetResult =
  | { readonly ok: true; readonly document: Document }
  | { readonly ok: false; readonly message: string }

/**
 * Replaces options as `--set` asks: `program.web.command=…`, `supervisord.minfds=…`, or one variable,
 * `program.web.environment.PORT=…`.
 *
 * Values are put in as they would stand in the file and are read with it, so that a bad one gets the usual diagnostic,
 * at a place in a file named `--set`.
 */
export function setOptions(document: Document, texts: readonly string[]): SetResult {
  let { sections } = document
  for (const text of texts) {
    const target = findTarget(text, sections)
    if (typeof target === 'string') return { ok: false, message: target }
    const { section, option, variable } = target
    const entry = variable === null ? target.entry : withVariable(section.entries[option], variable, target.entry)
    const changed = { ...section, entries: { ...section.entries, [option]: entry } }
    sections = sections.map((one) => (one === section ? changed : one))
  }
  return { ok: true, document: { ...document, sections } }
}

interface Target {
  readonly section: Section
  readonly option: string
  /** Of an `environment`; `null` for the option as a whole. */
  readonly variable: string | null
  /** The value as given. */
  readonly entry: Entry
}

/** @returns what is to be set, or why there is no such thing */
function findTarget(text: string, sections: readonly Section[]): Target | string {
  const equals = text.indexOf('=')
  const path = text.slice(0, equals)
  if (equals < 0) return `--set takes section.option=value, got ${JSON.stringify(text)}`
  // Names may have dots: the longest section that fits is meant.
  const section = sections
    .filter(({ name }) => path.startsWith(`${dotted(name)}.`))
    .sort((a, b) => b.name.length - a.name.length)[0]
  const kind = section === undefined ? null : sectionKind(section.name)
  if (section === undefined || kind === null) return unknownSection(path, sections)
  if (kind === 'include') return '--set comes too late for [include]: the files have been read'
  const rest = path.slice(dotted(section.name).length + 1)
  const [, variable = null] = /^environment\.(\w+)$/.exec(rest) ?? []
  const option = variable === null ? rest.toLowerCase() : 'environment'
  if (fieldOf(kind, option) === null) return unknownOption(option, section.name, kind)
  const place = (column: number) => ({ file: '--set', line: 1, column })
  const value = text.slice(equals + 1)
  // What variables hold may be secret, and what is wrong is shown to many.
  const excerpt = option === 'environment' ? `${path}=` : text
  const at = { at: place(equals + 2), keyAt: place(1), excerpt }
  return { section, option, variable, entry: { key: option, text: value, list: null, map: null, ...at } }
}

/** How a section is written in a path: `program.web` for `[program:web]`. */
function dotted(name: string): string {
  return name.trim().replace(/:\s*/, '.')
}

function unknownSection(path: string, sections: readonly Section[]): string {
  const names = sections.map(({ name }) => dotted(name))
  const tries = path.split('.').map((_, parts, all) => all.slice(0, parts).join('.'))
  const near = tries.reverse().flatMap((name) => closest(name, names) ?? [])[0]
  return `--set names no section of the configuration: ${JSON.stringify(path)}${hint(near)}`
}

function unknownOption(option: string, section: string, kind: SectionKind): string {
  const near = closest(option, fieldNames(kind)) ?? undefined
  return `--set names an option that [${section}] does not have: ${JSON.stringify(option)}${hint(near)}`
}

function hint(near: string | undefined): string {
  return near === undefined ? '' : `; did you mean ${near}?`
}

/** An `environment` with one more variable, which wins over one of the same name. */
function withVariable(before: Entry | undefined, name: string, { text: value, ...place }: Entry): Entry {
  const pair = `${name}="${value.replace(/["\\]/g, '\\$&')}"`
  const kept = before?.text.replace(/[\s,]+$/, '') ?? ''
  return {
    ...place,
    // A comment in what was there ends with its line.
    text: kept === '' ? pair : `${kept}\n,${pair}`,
    map: before?.map ? { ...before.map, [name]: value } : null,
  }
}
