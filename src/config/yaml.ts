import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  type Node,
  type ParsedNode,
  parseDocument,
  stringify,
  visit,
  type YAMLMap,
  type Document as YamlDocument,
} from 'yaml'
import type { Diagnostic, Parsed, Position } from '../model/diagnostic.js'
import { stripEnd } from './blanks.js'
import { type DiagnosticCode, diagnostic } from './codes.js'
import { badEncoding, decodeUtf8 } from './decode.js'
import type { Section } from './document.js'
import type { Remark } from './remarks.js'
import { type Place, shapeSections, type Tree, type TreePair } from './shape.js'

/**
 * Reads one YAML file with the sections and options of the INI form. `$schema` and keys that start with `x-` are
 * skipped: the first is for editors, the others are a place for anchors.
 *
 * Plain values keep their spelling, so that `umask: 022` stays octal.
 *
 * @returns every error found, never just the first
 */
export function readYaml(bytes: Uint8Array, file: string): Parsed<readonly Section[]> {
  const decoded = decodeUtf8(bytes)
  if (!decoded.ok) return { ok: false, errors: [badEncoding(decoded, file)], warnings: [] }
  return new YamlReader(decoded.text, file).read()
}

/** Far more than any configuration has; a few lines of references to references must not fill the memory. */
const NODES_MAX = 500_000
/** More mistakes than anyone reads. */
const ERRORS_MAX = 100
/** Sections, names, options and items. */
const DEPTH_MAX = 4
const TOO_DEEP = `Cannot read the value: it is nested deeper than ${DEPTH_MAX} levels`

/** Tags that do not change how a value is written; whatever else one stands for, nobody here makes it. */
const TAGS = /^(?:!|tag:yaml\.org,2002:(?:str|int|float|bool|null|map|seq))$/

class YamlReader {
  readonly #text: string
  readonly #file: string
  readonly #lines: readonly string[]
  readonly #counter = new LineCounter()
  readonly #errors: Diagnostic[] = []
  /** What each reference stands for: the last anchor of its name before it. */
  readonly #targets = new Map<Node, Node>()
  /** Mistakes told already: a value that is referred to a thousand times has its mistakes once. */
  readonly #told = new Set<string>()
  #nodes = 0

  constructor(text: string, file: string) {
    this.#text = text
    this.#file = file
    this.#lines = text.split(/\r?\n/)
  }

  read(): Parsed<readonly Section[]> {
    const document = this.#parse()
    if (document === null) return { ok: false, errors: this.#errors, warnings: [] }
    // What has an unknown tag is told of below, where its value is.
    const odd = document.warnings.filter(({ code }) => code !== 'TAG_RESOLVE_FAILED')
    const warnings = odd.map((one) => this.#fault(one.message, one.pos, 'warning'))
    for (const one of document.errors) this.#errors.push(this.#fault(one.message, one.pos, 'error'))
    if (this.#errors.length > 0) return { ok: false, errors: this.#errors, warnings }
    const tree = this.#tree(document.contents, this.#place(0, 0), 0)
    if (this.#errors.length > 0) return { ok: false, errors: this.#errors, warnings }
    return { ...shapeSections(tree, this.#file), warnings }
  }

  #parse(): YamlDocument.Parsed | null {
    try {
      const options = { lineCounter: this.#counter, prettyErrors: false, uniqueKeys: false, merge: true }
      const document = parseDocument(this.#text, options)
      // It says so itself where it notices, and then takes everything after it for a mistake.
      if (document.errors.some(({ message }) => message.includes('Maximum call stack'))) return this.#tooDeep()
      const anchors = new Map<string, Node>()
      visit(document, {
        Alias: (_, node) => {
          const target = anchors.get(node.source)
          if (target !== undefined) this.#targets.set(node, target)
        },
        Value: (_, node) => {
          if (node.anchor !== undefined) anchors.set(node.anchor, node)
        },
      })
      return document
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      return this.#tooDeep()
    }
  }

  /** The parser recurses; brackets nested ten thousand deep exhaust the stack. */
  #tooDeep(): null {
    const start = deepFlow(this.#text, DEPTH_MAX) ?? deepBlock(this.#text)
    // The parser may have ended before it counted the lines up to there.
    const before = this.#text.slice(0, start).split('\n')
    const at: Position = { file: this.#file, line: before.length, column: (before.at(-1) ?? '').length + 1 }
    this.#fail('CONFIG_TOO_LARGE', TOO_DEEP, { at, excerpt: this.#lines[at.line - 1] ?? '' })
    return null
  }

  /** @param depth - 0 for the whole file */
  #tree(node: Node | null, parent: Place, depth: number): Tree {
    const place = node === null ? parent : this.#placeOf(node, parent)
    const target = node === null ? null : this.#follow(node, place)
    if (target === null || this.#exhausted(place)) return { ...place, kind: 'nothing' }
    if (target.tag !== undefined && !TAGS.test(target.tag)) {
      this.#fail('CONFIG_BAD_YAML', `Cannot read a value with the tag ${target.tag}`, place)
      return { ...place, kind: 'nothing' }
    }
    if (isScalar(target)) {
      // An explicit or implicit null, but not a quoted 'null'.
      if (target.value === null) return { ...place, kind: 'nothing' }
      const text = target.source ?? String(target.value)
      return { ...place, kind: 'text', text: target.type?.startsWith('BLOCK') ? stripEnd(text) : text }
    }
    if (depth > DEPTH_MAX) {
      this.#fail('CONFIG_BAD_YAML', TOO_DEEP, place)
      return { ...place, kind: 'nothing' }
    }
    if (isSeq(target)) {
      const items = target.items.map((item) => this.#tree(item as Node | null, place, depth + 1))
      return { ...place, kind: 'list', items }
    }
    if (!isMap(target)) return { ...place, kind: 'nothing' }
    return { ...place, kind: 'map', pairs: this.#pairs(target, place, depth) }
  }

  /** The pairs of a map, what `<<` brings in after its own. */
  #pairs(map: YAMLMap, place: Place, depth: number): readonly TreePair[] {
    const pairs = new Map<string, TreePair>()
    for (const source of this.#sources(map, place, [])) {
      const own = new Set<string>()
      for (const item of source.items) {
        const keyNode = item.key as Node | null
        if (isMergeKey(keyNode)) continue
        const keyPlace = keyNode === null ? place : this.#placeOf(keyNode, place)
        const key = this.#key(keyNode, keyPlace)
        if (key === null || (depth === 0 && (key === '$schema' || key.startsWith('x-')))) continue
        if (own.has(key)) this.#fail('CONFIG_DUPLICATE_KEY', `The key "${key}" is there twice`, keyPlace)
        own.add(key)
        if (pairs.has(key)) continue
        pairs.set(key, { key, keyPlace, value: this.#tree(item.value as Node | null, keyPlace, depth + 1) })
      }
    }
    return [...pairs.values()]
  }

  /** The map itself and every map it merges, nearest first. @see https://yaml.org/type/merge.html */
  #sources(map: YAMLMap, place: Place, above: readonly YAMLMap[]): readonly YAMLMap[] {
    if (above.includes(map) || this.#exhausted(place)) return []
    const merged = map.items
      .filter((item) => isMergeKey(item.key as Node | null))
      .flatMap((item) => {
        const value = this.#follow(item.value as Node, place)
        return isSeq(value) ? value.items.map((one) => this.#follow(one as Node, place)) : [value]
      })
    return [
      map,
      ...merged.flatMap((source) => {
        if (isMap(source)) return this.#sources(source, place, [...above, map])
        this.#fail('CONFIG_BAD_YAML', 'Cannot merge with "<<" what is no map', place)
        return []
      }),
    ]
  }

  #key(node: Node | null, place: Place): string | null {
    const target = node === null ? null : this.#follow(node, place)
    if (isScalar(target)) return target.source ?? String(target.value)
    this.#fail('CONFIG_BAD_YAML', 'Cannot read a key that is no plain text', place)
    return null
  }

  #follow(node: Node, place: Place): Node | null {
    if (!isAlias(node)) return node
    const target = this.#targets.get(node)
    if (target === undefined) this.#fail('CONFIG_BAD_YAML', `There is no anchor "&${node.source}" before this`, place)
    return target ?? null
  }

  #exhausted(place: Place): boolean {
    this.#nodes++
    if (this.#nodes === NODES_MAX)
      this.#fail('CONFIG_TOO_LARGE', `Cannot read the file: it holds more than ${NODES_MAX} values`, place)
    return this.#nodes >= NODES_MAX || this.#errors.length >= ERRORS_MAX
  }

  /** One line has one mistake of a kind: what stands there several times is not told of several times. */
  #fail(code: DiagnosticCode, message: string, { at, excerpt }: Place): void {
    const identity = JSON.stringify([message, at?.line])
    if (this.#told.has(identity)) return
    this.#told.add(identity)
    this.#errors.push(diagnostic({ code, message, at, excerpt }))
  }

  #fault(message: string, [start, end]: readonly [number, number], severity: 'error' | 'warning'): Diagnostic {
    return diagnostic({ severity, code: 'CONFIG_BAD_YAML', message, ...this.#place(start, end) })
  }

  #placeOf(node: Node, fallback: Place): Place {
    const range = (node as ParsedNode).range
    return range === null || range === undefined ? fallback : this.#place(range[0], range[1])
  }

  #place(start: number, end: number): Place {
    const { line, col } = this.#counter.linePos(start)
    const last = this.#counter.linePos(end)
    const at: Position = { file: this.#file, line: Math.max(line, 1), column: Math.max(col, 1) }
    const excerpt = this.#lines[at.line - 1] ?? ''
    return { at: last.line === line && last.col > col ? { ...at, endColumn: last.col } : at, excerpt }
  }
}

function isMergeKey(node: Node | null): boolean {
  return isScalar(node) && node.type === 'PLAIN' && node.source === '<<'
}

/** What the lexer puts before a token to tell what it is, beside the text itself. @see yaml, `CST` */
const SCALAR_MARK = '\x1f'
const OTHER_MARKS = ['\x02', '\x18']

/** The text in pieces, with what the lexer tells of them. `isScalar`: it is a value, whatever it looks like. */
function* tokensOf(text: string) {
  let offset = 0
  let isScalar = false
  for (const token of new Lexer().lex(text)) {
    if (token === SCALAR_MARK || OTHER_MARKS.includes(token)) {
      isScalar = token === SCALAR_MARK
      continue
    }
    yield { token, offset, isScalar }
    isScalar = false
    offset += token.length
  }
}

/** Where more than `max` brackets are open for the first time; `null` when they never are. */
function deepFlow(text: string, max: number): number | null {
  let open = 0
  for (const { token, offset, isScalar } of tokensOf(text)) {
    if (!isScalar && (token === '[' || token === '{')) open += 1
    if (!isScalar && (token === ']' || token === '}')) open -= 1
    if (open > max) return offset
  }
  return null
}

/** Where the text is furthest to the right: without brackets, that is how it nests. */
function deepBlock(text: string): number {
  let [deepest, found, offset] = [-1, 0, 0]
  for (const line of text.split('\n')) {
    const indent = /^[ -]*/.exec(line)?.[0].length ?? 0
    if (indent > deepest && indent < line.length) [deepest, found] = [indent, offset + indent]
    offset += line.length + 1
  }
  return found
}

/** The comments of a YAML text, by line. */
export function yamlRemarks(text: string): readonly Remark[] {
  const remarks: Remark[] = []
  let line = 1
  for (const { token, offset, isScalar } of tokensOf(text)) {
    if (!isScalar && token.startsWith('#')) {
      const before = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset)
      remarks.push({ line, text: stripEnd(token.slice(1)), alone: before.trim() === '' })
    }
    line += token.split('\n').length - 1
  }
  return remarks
}

/** Plain JSON as YAML 1.2 for people; long lines are not folded, so that lines can be searched. */
export function stringifyYaml(value: unknown): string {
  return stringify(value, { lineWidth: 0 })
}
