import type { Diagnostic, Parsed, Position } from '../model/diagnostic.js'
import { type DiagnosticCode, diagnostic } from './codes.js'
import type { Entry, Section } from './document.js'

/** Where something is in a file, and its line. */
export interface Place {
  readonly at: Position
  readonly excerpt: string
}

/** A tree of text, lists and maps with places: a parsed YAML file, references followed. */
export type Tree = Place &
  (
    | { readonly kind: 'text'; readonly text: string }
    | { readonly kind: 'list'; readonly items: readonly Tree[] }
    | { readonly kind: 'map'; readonly pairs: readonly TreePair[] }
    | { readonly kind: 'nothing' }
  )

/** One `key: value`; keys of one map differ. */
export interface TreePair {
  readonly key: string
  readonly keyPlace: Place
  readonly value: Tree
}

/**
 * The sections that a tree declares: either `"program:web": {...}` or `program: { web: {...} }`.
 *
 * @returns every part that has the wrong shape as an error
 */
export function shapeSections(tree: Tree, file: string): Parsed<readonly Section[]> {
  const errors: Diagnostic[] = []
  const fail = (message: string, place: Place, help: string, code: DiagnosticCode = 'CONFIG_BAD_YAML'): void => {
    errors.push(diagnostic({ code, message, at: place.at, excerpt: place.excerpt, help }))
  }
  const sections = new Map<string, Section>()
  for (const { name, place, value } of listSections(tree, fail)) {
    if (sections.has(name)) {
      fail(`The section ${name} is declared twice`, place, 'merge the two into one', 'CONFIG_DUPLICATE_KEY')
      continue
    }
    const entries = new Map<string, Entry>()
    for (const pair of pairsOf(value, `the section ${name}`, fail)) {
      const key = pair.key.toLowerCase()
      const entry = shapeEntry(name, key, pair, fail)
      if (entries.has(key))
        fail(`The option ${key} is set twice`, pair.keyPlace, 'keep one of them', 'CONFIG_DUPLICATE_KEY')
      else if (entry !== null) entries.set(key, entry)
    }
    const { at, excerpt } = place
    sections.set(name, { name, at, excerpt, file, entries: Object.fromEntries(entries) })
  }
  return errors.length > 0
    ? { ok: false, errors, warnings: [] }
    : { ok: true, value: [...sections.values()], warnings: [] }
}

type Fail = (message: string, place: Place, help: string, code?: DiagnosticCode) => void

interface NamedTree {
  readonly name: string
  readonly place: Place
  readonly value: Tree
}

/** Kinds of sections that YAML writes as a map of names. */
export const ALWAYS_NAMED = [
  'program',
  'group',
  'eventlistener',
  'fcgi-program',
  'template',
  'rpcinterface',
  'ctlplugin',
]
const NAMED_OR_ALONE = ['unix_http_server', 'inet_http_server']

function listSections(tree: Tree, fail: Fail): readonly NamedTree[] {
  if (tree.kind === 'nothing') return []
  return pairsOf(tree, 'the file', fail).flatMap((pair): readonly NamedTree[] => {
    const { key, keyPlace, value } = pair
    const nested = (one: TreePair) => ({ name: `${key}:${one.key}`, place: one.keyPlace, value: one.value })
    if (ALWAYS_NAMED.includes(key)) return pairsOf(value, key, fail).map(nested)
    if (!NAMED_OR_ALONE.includes(key) || value.kind !== 'map') return [{ name: key, place: keyPlace, value }]
    // No option of a server is a map, so what is a map is a server with a name of its own.
    const named = value.pairs.filter((one) => one.value.kind === 'map')
    const own = value.pairs.filter((one) => one.value.kind !== 'map')
    const alone = { name: key, place: keyPlace, value: { ...value, pairs: own } }
    return own.length > 0 || named.length === 0 ? [alone, ...named.map(nested)] : named.map(nested)
  })
}

function pairsOf(tree: Tree, what: string, fail: Fail): readonly TreePair[] {
  if (tree.kind === 'map') return tree.pairs
  if (tree.kind !== 'nothing')
    fail(`Cannot read ${what}: it is ${describe(tree)}`, tree, 'write a map of "name: value"')
  return []
}

function shapeEntry(section: string, key: string, pair: TreePair, fail: Fail): Entry | null {
  const { value, keyPlace } = pair
  const base = { key, at: value.at, keyAt: keyPlace.at, excerpt: value.excerpt }
  switch (value.kind) {
    case 'text':
      return { ...base, text: value.text, list: null, map: null }
    case 'list': {
      const list = value.items.map((item) => textOf(item, `an item of ${key}`, fail))
      return { ...base, text: joinList(section, key, list), list, map: null }
    }
    case 'map': {
      const pairs = value.pairs.map((one): [string, string] => [one.key, textOf(one.value, `${key}.${one.key}`, fail)])
      return { ...base, text: joinMap(pairs), list: null, map: Object.fromEntries(pairs) }
    }
    case 'nothing':
      fail(`The option ${key} has no value`, keyPlace, "remove it for its default, or write '' for an empty text")
      return null
  }
}

function textOf(tree: Tree, what: string, fail: Fail): string {
  if (tree.kind === 'text') return tree.text
  fail(`Cannot read ${what} as text: it is ${describe(tree)}`, tree, "write a text, or '' for an empty one")
  return ''
}

function describe(tree: Tree): string {
  return { text: 'a single text', list: 'a list', map: 'a map', nothing: 'empty' }[tree.kind]
}

/** A list as INI would write it. */
function joinList(section: string, key: string, list: readonly string[]): string {
  if (key === 'command') return list.map(quoteWord).join(' ')
  return list.join(section === 'include' && key === 'files' ? ' ' : ',')
}

function joinMap(pairs: readonly (readonly [string, string])[]): string {
  return pairs.map(([key, text]) => `${key}="${text.replace(/["\\]/g, '\\$&')}"`).join(',')
}

/** A word so quoted that a shell, and Supervisor, read it back as it is. */
function quoteWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'"'"'`)}'`
}
