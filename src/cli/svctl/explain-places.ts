import { hostname } from 'node:os'
import { HIDDEN } from '../../api/json/secrets.js'
import type { Document, Entry } from '../../config/document.js'
import { parseEnvironment } from '../../config/environment.js'
import { fieldOf, type SectionKind, sectionKind } from '../../config/fields.js'
import { readDocument } from '../../config/read.js'
import { absolutePath, directoryOf } from '../../desired/paths.js'
import { resolveDocument } from '../../desired/resolve.js'
import { baseScopes } from '../../desired/scopes.js'
import { findConfig } from '../../desired/search.js'
import { hostFiles } from '../../host/files.js'
import type { Diagnostic } from '../../model/diagnostic.js'
import { soundsSecret } from '../../model/secret.js'
import type { Context } from './context.js'

/** Where an option is set. */
export interface Places {
  /** The main file that was looked at; `null` when there is none. */
  readonly file: string | null
  /** Why the file could not be looked at; '' when it could. */
  readonly problem: string
  readonly places: readonly Place[]
}

/** One section that has the option. */
export interface Place {
  /** As written between the brackets. */
  readonly section: string
  readonly file: string
  readonly line: number
  readonly column: number
  /** As written, nothing expanded; what may be secret is hidden. */
  readonly value: string
  /** The section it is inherited from; `null` for what the section itself says. */
  readonly from: string | null
}

/** Finds every section of some kinds that sets an option, in the file the daemon would read or the one named. */
export async function placesOf(context: Context, kinds: readonly SectionKind[], option: string): Promise<Places> {
  const { options, terminal } = context
  const named = options.flags.text('--file') ?? options.clientConfig ?? (terminal.env.SVCTL_CONFIG || null)
  const found = findConfig({ argv0: process.argv[1] ?? 'svctl', exists: (path) => hostFiles.kind(path) !== null })
  const chosen = named ?? (found.ok ? found.file : null)
  if (chosen === null) return { file: null, problem: '', places: [] }
  const file = absolutePath(chosen, terminal.directory)
  const environment = Object.fromEntries(
    Object.entries(terminal.env).filter((pair): pair is [string, string] => pair[1] !== undefined),
  )
  const read = readDocument({ file, shownAs: chosen, environment, hostName: hostname() }, hostFiles)
  if (!read.ok) return { file, problem: problemOf(read.errors), places: [] }
  const here = directoryOf(file)
  const names = baseScopes({ environment, hostName: hostname(), here })('program')
  const resolved = resolveDocument(read.value, names)
  if (!resolved.ok) return { file, problem: problemOf(resolved.errors), places: [] }
  // What exists only to be inherited is gone after that.
  const isHeirloom = (kind: SectionKind) => kind === 'program-default' || kind === 'template'
  const own = kinds.filter(isHeirloom)
  const others = kinds.filter((kind) => !isHeirloom(kind))
  return {
    file,
    problem: '',
    places: [...placesIn(read.value, own, option), ...placesIn(resolved.value, others, option)],
  }
}

function placesIn({ sections }: Document, kinds: readonly SectionKind[], option: string): readonly Place[] {
  return sections.flatMap(({ name, entries }) => {
    const kind = sectionKind(name)
    const entry = Object.hasOwn(entries, option) ? entries[option] : undefined
    if (kind === null || !kinds.includes(kind) || entry === undefined) return []
    const { file, line, column } = entry.at
    const from = entry.from ?? (entry.inherited ? 'DEFAULT' : null)
    return [{ section: name, file, line, column, value: shown(kind, entry), from }]
  })
}

function shown(kind: SectionKind, entry: Entry): string {
  if (soundsSecret(entry.key)) return HIDDEN
  if (fieldOf(kind, entry.key)?.type !== 'environment') return entry.text
  const parsed = entry.map === null ? parseEnvironment(entry.text) : { ok: true as const, variables: entry.map }
  if (!parsed.ok) return HIDDEN
  return Object.keys(parsed.variables)
    .map((name) => `${name}=${HIDDEN}`)
    .join(',')
}

function problemOf([first]: readonly Diagnostic[]): string {
  const at = first?.at ? `${first.at.file}:${first.at.line}:${first.at.column}: ` : ''
  return `${at}${first?.message ?? 'it has errors'}`
}
