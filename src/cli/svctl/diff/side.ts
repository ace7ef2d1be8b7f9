import { hostname } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { type ReadRequest, readDocument } from '../../../config/read.js'
import { loadConfig } from '../../../desired/load.js'
import { type Locate, locateIn } from '../../../desired/origins.js'
import { hostFiles } from '../../../host/files.js'
import type { Config } from '../../../model/config.js'
import type { Parsed } from '../../../model/diagnostic.js'
import type { Files, Users } from '../../../model/ports.js'
import type { Source } from './source.js'

/** One side of a comparison, read as if its daemon did. */
export interface Side {
  readonly config: Parsed<Config>
  /** Places relative to the current folder, so that they mean something on another machine. */
  locate(): Locate
  /** Patterns of `[include]` that lead out of the folder: both sides read the same files there. */
  readonly outside: readonly string[]
}

/** The machine that reads is not the one that runs: what it lacks is taken for granted. */
export interface Bystander {
  readonly environment: Readonly<Record<string, string>>
  readonly users: Users
  readonly home: string
  /** Absolute. */
  readonly cwd: string
}

type FoundSource = Extract<Source, { ok: true }>

/**
 * Reads one side.
 *
 * @param place - the folder that the files seem to lie in: with the same one for both sides `%(here)s` and relative
 *   paths are no difference
 */
export function readSide(source: FoundSource, place: string, bystander: Bystander): Side {
  const { folder, main } = source
  const real = (path: string) => moved(path, place, folder)
  const seeming = (path: string) => moved(path, folder, place)
  const file = join(place, main ?? NO_MAIN)
  const files = lenientFiles(source, file, real, seeming)
  const request: ReadRequest = {
    file,
    environment: withUnknownVariables(bystander.environment, source, files, file),
    hostName: hostname(),
  }
  const { users, home, cwd } = bystander
  const load = (around: Files, at: string) =>
    loadConfig({ ...request, file: at, home, cwd, strict: false }, around, users)
  const config = load(files, file)
  const own = join(folder, main ?? NO_MAIN)
  return {
    // What is wrong is told of the files where they are.
    config: config.ok ? config : load(lenientFiles(source, own, same, same), own),
    locate() {
      const find = locateIn(request, files)
      return (section, field) => {
        const at = find(section, field)
        return at && { ...at, file: shown(real(at.file), cwd) }
      }
    },
    outside: config.ok ? (config.value.patterns ?? []).filter((pattern) => !isWithin(pattern, place)) : [],
  }
}

/** Name of the main file that snippets do not have. */
const NO_MAIN = '(no main file)'

const EMPTY_MAIN = '[supervisord]\n[include]\nfiles=*\n'

/**
 * The files of a side where they seem to lie. What is missing is taken for a folder, or for an empty file: logs,
 * directories and files of variables are there where the programs run.
 *
 * @param file - the main file
 */
function lenientFiles(
  { main, snippets }: FoundSource,
  file: string,
  real: (path: string) => string,
  seeming: (path: string) => string,
): Files {
  return {
    read(path) {
      if (main === null && path === file) return { ok: true, bytes: new TextEncoder().encode(EMPTY_MAIN) }
      const read = hostFiles.read(real(path))
      return !read.ok && read.reason === 'missing' && path !== file ? { ok: true, bytes: new Uint8Array() } : read
    },
    kind: (path) => hostFiles.kind(real(path)) ?? (/\.[cm]?js$/.test(path) ? 'file' : 'directory'),
    // An empty main file has one pattern, which stands for all snippets.
    glob: (pattern) => (main === null ? snippets : hostFiles.glob(real(pattern))).map(seeming),
  }
}

/** Variables that only the daemon knows stand for themselves: they are the same on both sides. */
function withUnknownVariables(
  known: Bystander['environment'],
  source: FoundSource,
  files: Files,
  file: string,
): Readonly<Record<string, string>> {
  const [first, ...rest] = source.main === null ? source.snippets : [join(source.folder, source.main)]
  if (first === undefined) return known
  const variables: Record<string, string> = { ...known }
  const note = (text: string) => {
    for (const [whole, name = ''] of text.matchAll(/%\(ENV_([^)]+)\)s/g)) variables[name] ??= whole
  }
  // The main file first: its [include] may need some of them.
  for (const path of [first, ...rest]) {
    const read = hostFiles.read(path)
    if (read.ok) note(new TextDecoder().decode(read.bytes))
  }
  const document = readDocument({ file, environment: variables, hostName: hostname() }, files)
  for (const { entries } of document.ok ? document.value.sections : [])
    for (const { text } of Object.values(entries)) note(text)
  return variables
}

function moved(path: string, from: string, to: string): string {
  return isWithin(path, from) ? join(to, relative(from, path)) : path
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`)
}

function same(path: string): string {
  return path
}

function shown(path: string, cwd: string): string {
  return isWithin(path, cwd) && dirname(path) !== '/' ? relative(cwd, path) : path
}
