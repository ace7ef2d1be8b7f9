import type { Document, Entry, Section } from '../config/document.js'
import { fieldOf } from '../config/fields.js'
import type { Diagnostic, Parsed } from '../model/diagnostic.js'
import { findBases } from './bases.js'
import { findGroupDefaults, isGroupDefault } from './group-defaults.js'
import { type Base, type HeirKind, heirKind, isTemplate, type Say } from './heirs.js'
import { problem } from './problem.js'
import type { Names } from './scopes.js'

/**
 * Fills what sections inherit into the sections themselves: what comes back is read as if it had been written out.
 *
 * A section's own options win, then those of the sections it extends (the nearest first), of its group, of
 * `[program-default]` and of `[DEFAULT]`. Variables of `environment` are merged one by one, everything else is replaced.
 * Entries keep the place where they are written; sections and options that exist only to be inherited are gone.
 *
 * @param names - what the lists of `[group:x] programs` may be expanded with
 */
export function resolveDocument(document: Document, names: Names = {}): Parsed<Document> {
  const errors: Diagnostic[] = []
  const warnings: Diagnostic[] = []
  const say: Say = (severity, place, words) =>
    (severity === 'error' ? errors : warnings).push(problem(severity, place, words))
  const { sections } = document
  const chains = findBases(sections, say)
  const groups = findGroupDefaults(sections, names, say)
  if (errors.length > 0) return { ok: false, errors, warnings }
  const general = sections.flatMap((section): readonly Base[] =>
    section.name === 'program-default' ? [{ section, gives: isGeneral }] : [],
  )
  const resolved = sections.flatMap((section): readonly Section[] => {
    const kind = heirKind(section.name)
    if (kind !== null) {
      const bases = [...(chains.get(section) ?? []), ...(groups.defaultsOf.get(section) ?? []), ...general]
      return [inherit(section, kind, bases)]
    }
    if (section.name === 'program-default' || isTemplate(section.name)) return []
    return [groups.active.has(section) ? withoutDefaults(section) : section]
  })
  const same = resolved.length === sections.length && resolved.every((section, index) => section === sections[index])
  return { ok: true, value: same ? document : { ...document, sections: resolved }, warnings }
}

/** What a listener has in common with programs: not its place in the order, and never a mixed output. */
function isGeneral(key: string, kind: HeirKind): boolean {
  if (kind === 'eventlistener' && (key === 'priority' || key === 'redirect_stderr')) return false
  return fieldOf('program-default', key) !== null
}

/** @param bases - the nearest first */
function inherit(section: Section, kind: HeirKind, bases: readonly Base[]): Section {
  const { extends: _, ...own } = section.entries
  if (bases.length === 0) return 'extends' in section.entries ? { ...section, entries: own } : section
  const entries: Record<string, Entry> = { ...own }
  const environments: Entry[] = isSaid(own.environment) ? [own.environment] : []
  for (const { section: base, gives } of bases) {
    for (const [key, entry] of Object.entries(base.entries)) {
      if (entry.inherited || fieldOf(kind, key) === null || !gives(key, kind)) continue
      const inherited = { ...entry, from: base.name }
      if (key === 'environment') environments.unshift(inherited)
      if (!isSaid(entries[key])) entries[key] = inherited
    }
  }
  const [outermost, ...nearer] = environments
  if (outermost !== undefined && nearer.length > 0) entries.environment = layered([outermost, ...nearer])
  return { ...section, entries }
}

/** What `[DEFAULT]` fills in stands back behind everything that a section was meant to inherit. */
function isSaid(entry: Entry | undefined): entry is Entry {
  return entry !== undefined && !entry.inherited
}

/** @param layers - each over those before it */
function layered(layers: readonly [Entry, ...Entry[]]): Entry {
  const nearest = layers.at(-1) ?? layers[0]
  const maps = layers.flatMap(({ map }) => (map === null ? [] : [map]))
  const texts = layers.map((layer) => layer.text.replace(/[\s,]+$/, '')).filter((text) => text !== '')
  const map = maps.length === layers.length ? Object.assign({}, ...maps) : null
  // A comment in one layer ends with its line.
  return { ...nearest, text: texts.join('\n,'), map, layers }
}

function withoutDefaults(group: Section): Section {
  const kept = Object.entries(group.entries).filter(([key]) => key !== 'defaults' && !isGroupDefault(key))
  return { ...group, entries: Object.fromEntries(kept) }
}
