import type { Position } from '../model/diagnostic.js'
import type { Entry, Section } from './document.js'

/**
 * The sections of several files as one: a later file overrides single options of an earlier one, `[DEFAULT]` is kept
 * apart until the end.
 *
 * @see Python configparser.py, reading several files with one parser; Supervisor options.py, expand_here
 */
export class MergedSections {
  readonly #sections = new Map<string, OpenSection>()
  readonly #defaults = new Map<string, Entry>()
  /** Names of the sections that may hold `%(here)s` of the file added last. */
  #fresh = new Set<string>()

  /** Adds the sections of one more file. */
  add(sections: readonly Section[]): void {
    for (const section of sections) {
      const own = section.name === DEFAULT_SECTION ? this.#defaults : this.#open(section).entries
      for (const [key, entry] of Object.entries(section.entries)) {
        const replaced = entry.replaces ?? own.get(key)?.keyAt
        own.set(key, replaced === undefined ? entry : { ...entry, replaces: replaced })
      }
      this.#fresh.add(section.name)
    }
  }

  /** Replaces the literal text `%(here)s` in every value that still has it, defaults that reach a section included. */
  replaceHere(folder: string): void {
    const names = this.#fresh.has(DEFAULT_SECTION) ? this.#sections.keys() : this.#fresh
    for (const name of names) {
      const section = this.#sections.get(name)
      if (section === undefined) continue
      for (const entry of this.#effective(section)) {
        if (entry.text.includes(HERE)) section.entries.set(entry.key, withHere(entry, folder))
      }
    }
    this.#fresh = new Set()
  }

  /** @returns `null` when there is no such section */
  find(name: string): Section | null {
    const section = this.#sections.get(name)
    return section === undefined ? null : this.#close(section)
  }

  /** Everything, in order of first appearance, with defaults filled in. */
  all(): readonly Section[] {
    return [...this.#sections.values()].map((section) => this.#close(section))
  }

  #open(section: Section): OpenSection {
    const known = this.#sections.get(section.name)
    if (known !== undefined) {
      known.again.push({ at: section.at, excerpt: section.excerpt }, ...(section.again ?? []))
      return known
    }
    const opened = { section, entries: new Map<string, Entry>(), again: [...(section.again ?? [])] }
    this.#sections.set(section.name, opened)
    return opened
  }

  #effective({ section, entries }: OpenSection): readonly Entry[] {
    // Supervisor hands defaults to plugin factories as arguments they do not know, which ends the start.
    const takesDefaults = !/^(?:rpcinterface|ctlplugin):/.test(section.name)
    const missing = takesDefaults ? [...this.#defaults.values()].filter((entry) => !entries.has(entry.key)) : []
    return [...entries.values(), ...missing.map((entry): Entry => ({ ...entry, inherited: true }))]
  }

  #close(open: OpenSection): Section {
    const entries = this.#effective(open).map((entry): [string, Entry] => [entry.key, entry])
    const again = open.again.length === 0 ? {} : { again: [...open.again] }
    return { ...open.section, ...again, entries: Object.fromEntries(entries) }
  }
}

interface OpenSection {
  /** As the first file has it; its own entries are not used. */
  readonly section: Section
  readonly entries: Map<string, Entry>
  readonly again: { readonly at: Position; readonly excerpt: string }[]
}

const DEFAULT_SECTION = 'DEFAULT'
const HERE = '%(here)s'

function withHere(entry: Entry, folder: string): Entry {
  const fill = (text: string) => text.replaceAll(HERE, () => folder)
  const map = entry.map && Object.fromEntries(Object.entries(entry.map).map(([key, text]) => [key, fill(text)]))
  return { ...entry, text: fill(entry.text), list: entry.list?.map(fill) ?? null, map }
}
