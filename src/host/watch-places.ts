import fs from 'node:fs'
import path from 'node:path'
import { matchesName } from './glob.js'

/** Where to look for changes of a set of files, and what to look at. */
export interface WatchPlaces {
  /** Everything whose state the configuration depends on: files, what the globs match, the folders of the globs. */
  readonly paths: readonly string[]
  /** Existing folders in which a change may matter, with their identity: one made anew is another one. */
  readonly folders: readonly { readonly path: string; readonly identity: string }[]
  /** Whether something that happened to `name` in `folder` may matter. */
  concerns(folder: string, name: string): boolean
}

const LINKS_MAX = 40

/** What editors and package managers leave beside a file. */
const DROPPINGS = /^(?:.*~|.*\.swp|\.#.*|.*\.rpmsave|.*\.dpkg-.*|4913)$/

/**
 * Works out which folders tell of every change: those of the files, of each link on the way to them, and of the
 * first part that is missing. A Kubernetes volume swaps `..data`, a deployment swaps `current`, an include folder is
 * made later: each happens in one of these.
 *
 * @param files - absolute; droppings among them count, elsewhere they do not
 * @param patterns - absolute globs, a wildcard in any part
 * @throws never
 */
export function findPlaces(
  files: readonly string[],
  patterns: readonly string[],
  glob: (pattern: string) => readonly string[],
): WatchPlaces {
  const own = new Set(files)
  const matches = patterns.flatMap(glob).filter((match) => own.has(match) || !isDropping(path.basename(match)))
  const levels = patterns.flatMap((pattern) => levelsOf(pattern, glob))

  const steps = new Set([...files, ...matches, ...levels.map((level) => level.folder)].flatMap(stepsTo))
  const rules = levels.map((level) => ({ folder: realPath(level.folder), pattern: level.pattern }))
  const folders = new Set([...[...steps].map((step) => path.dirname(step)), ...rules.map((rule) => rule.folder)])
  return {
    paths: [...new Set([...files, ...matches, ...levels.map((level) => level.folder)])],
    folders: [...folders].sort().flatMap((folder) => {
      const identity = identityOf(folder)
      return identity === null ? [] : [{ path: folder, identity }]
    }),
    concerns: (folder, name) =>
      steps.has(path.join(folder, name)) ||
      (!isDropping(name) && rules.some((rule) => rule.folder === folder && matchesName(rule.pattern, name))),
  }
}

/** @returns whether a file of this name is left over by an editor or package manager */
export function isDropping(name: string): boolean {
  return DROPPINGS.test(name)
}

/** A folder and the part of a pattern that is matched against the names in it. */
interface Level {
  readonly folder: string
  readonly pattern: string
}

/** @returns for each part of `pattern`, from its first wildcard on, the folders it is looked up in */
function levelsOf(pattern: string, glob: (pattern: string) => readonly string[]): readonly Level[] {
  const parts = path.resolve(pattern).split('/').slice(1)
  return parts.flatMap((part, index) => {
    const parent = `/${parts.slice(0, index).join('/')}`
    if (hasWildcard(parent)) return glob(parent).map((folder) => ({ folder, pattern: part }))
    return hasWildcard(part) ? [{ folder: parent, pattern: part }] : []
  })
}

function hasWildcard(pattern: string): boolean {
  return /[*?[]/.test(pattern)
}

/**
 * @returns the places that decide what `file` means: every link on the way to it, and where it really is or the
 *   first part that is missing
 */
function stepsTo(file: string): readonly string[] {
  const steps: string[] = []
  const rest = path.resolve(file).split('/').filter(Boolean)
  let here = '/'
  for (let part = rest.shift(); part !== undefined; part = rest.shift()) {
    const next = path.join(here, part)
    const target = linkTarget(next)
    if (target === 'missing') return [...steps, next]
    if (target === null) {
      here = next
      continue
    }
    steps.push(next)
    if (steps.length > LINKS_MAX) return steps
    if (target.link.startsWith('/')) here = '/'
    rest.unshift(...target.link.split('/').filter(Boolean))
  }
  return [...steps, here]
}

/** @returns `null` for what is there and no link */
function linkTarget(file: string): { readonly link: string } | 'missing' | null {
  try {
    return fs.lstatSync(file).isSymbolicLink() ? { link: fs.readlinkSync(file) } : null
  } catch {
    return 'missing'
  }
}

function realPath(folder: string): string {
  try {
    return fs.realpathSync(folder)
  } catch {
    return path.resolve(folder)
  }
}

function identityOf(folder: string): string | null {
  try {
    const stat = fs.statSync(folder, { bigint: true })
    return stat.isDirectory() ? `${stat.dev}:${stat.ino}` : null
  } catch {
    return null
  }
}
