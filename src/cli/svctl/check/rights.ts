import { accessSync, constants, realpathSync, type Stats, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { errnoOf } from '../../../host/native/errno.js'

/** Whose rights are asked for. */
export interface Identity {
  readonly uid: number
  /** The primary group and all others. */
  readonly gids: readonly number[]
  /** For messages. */
  readonly name: string
}

/** Whether somebody may do something; `unknown` when we ourselves may not look. */
export type Answer =
  | { readonly kind: 'yes' }
  | { readonly kind: 'missing' }
  | { readonly kind: 'no'; readonly why: string }
  | { readonly kind: 'unknown'; readonly why: string }

export type Deed = 'read' | 'write' | 'execute'

/** What is at a path, symlinks followed. */
export type Looked =
  | { readonly kind: 'there'; readonly stats: Stats }
  | { readonly kind: 'missing' }
  | { readonly kind: 'unknown'; readonly why: string }

/** Answers about files for any user, from mode bits alone: nothing is opened, and nobody's identity is taken on. */
export interface Rights {
  look(path: string): Looked
  /** @param path - absolute; every folder on the way has to be enterable, too */
  may(who: Identity, path: string, deed: Deed): Answer
}

const BITS = { read: 0o4, write: 0o2, execute: 0o1 } as const satisfies Record<Deed, number>

/** Access lists beyond the mode bits are not looked at. Answers are remembered: make a new one for each check. */
export function createRights(): Rights {
  const looked = new Map<string, Looked>()
  const look = (path: string): Looked => {
    const known = looked.get(path)
    if (known !== undefined) return known
    const found = lookNow(path)
    looked.set(path, found)
    return found
  }
  return {
    look,
    may: (who, path, deed) => {
      for (const folder of foldersTo(path)) {
        const answer = allowed(who, folder, look(folder), 'execute')
        if (answer.kind === 'no') return { kind: 'no', why: `user ${who.name} may not enter ${folder}` }
        if (answer.kind !== 'yes') return answer
      }
      const answer = allowed(who, path, look(path), deed)
      return answer.kind === 'yes' && deed === 'write' && isReadOnly(path)
        ? { kind: 'no', why: `${path} is on a read-only file system` }
        : answer
    },
  }
}

function allowed(who: Identity, path: string, found: Looked, deed: Deed): Answer {
  if (found.kind !== 'there') return found
  const { stats } = found
  const { mode, uid, gid } = stats
  // Root passes every barrier but one: a file that nobody may execute.
  if (who.uid === 0) {
    const barred = deed === 'execute' && !stats.isDirectory() && (mode & 0o111) === 0
    return barred ? { kind: 'no', why: `${path} is not executable` } : { kind: 'yes' }
  }
  const shift = who.uid === uid ? 6 : who.gids.includes(gid) ? 3 : 0
  if (((mode >> shift) & BITS[deed]) !== 0) return { kind: 'yes' }
  const octal = (mode & 0o7777).toString(8).padStart(4, '0')
  return { kind: 'no', why: `user ${who.name} may not ${deed} ${path} (mode ${octal}, owner ${uid}:${gid})` }
}

/** Every folder above a path, as written and where symlinks lead. */
function foldersTo(path: string): readonly string[] {
  const folders = new Set<string>()
  for (const one of [path, realPath(path)]) {
    for (let folder = dirname(one); ; folder = dirname(folder)) {
      folders.add(folder)
      if (folder === '/') break
    }
  }
  return [...folders].sort((a, b) => a.length - b.length)
}

function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    // Not there, or not ours to see: what the written path says has to do.
    return path
  }
}

function lookNow(path: string): Looked {
  try {
    return { kind: 'there', stats: statSync(path) }
  } catch (error) {
    const errno = errnoOf(error)
    if (errno === 'ENOENT' || errno === 'ENOTDIR') return { kind: 'missing' }
    return { kind: 'unknown', why: `cannot look at ${path}: ${errno}` }
  }
}

function isReadOnly(path: string): boolean {
  try {
    accessSync(path, constants.W_OK)
    return false
  } catch (error) {
    return errnoOf(error) === 'EROFS'
  }
}
