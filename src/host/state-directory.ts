import {
  chownSync,
  closeSync,
  constants,
  existsSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { invariant } from '../model/assert.js'
import type { StateStore } from '../model/ports.js'
import { errnoOf } from './native/errno.js'

/** Where root's daemons keep their folders. */
export const SYSTEM_STATE = '/var/lib/svctl'

/** Holds the path of the main file, so that a folder whose file is gone can be told. */
export const OWNER_FILE = 'config-file'

/** Nothing we write is nearly as long. */
const READ_BYTES_MAX = 64 * 1024 * 1024

/** What decides where the state of a daemon is. */
export interface StatePlace {
  /** Absolute path of the main file. */
  readonly file: string
  /** From the command line, the environment or the file; `null` and '' are the default place. */
  readonly wanted: string | null
  readonly uid: number
  readonly environment: Readonly<Record<string, string | undefined>>
}

/**
 * Where a daemon keeps its state. The default place follows from the path of the main file alone: it has to be found
 * while that file cannot be read.
 *
 * @returns `null` when nothing is to be kept, or when there is no place for it
 */
export function stateDirectoryOf({ file, wanted, uid, environment }: StatePlace): string | null {
  if (wanted === 'none') return null
  if (wanted !== null && wanted !== '') return wanted
  const name = `${basename(file).replace(/\.[^.]*$/, '')}-${hash32(file)}`
  if (uid === 0) return join(SYSTEM_STATE, name)
  const { XDG_STATE_HOME = '', HOME = '' } = environment
  if (XDG_STATE_HOME.startsWith('/')) return join(XDG_STATE_HOME, 'svctl', name)
  return HOME.startsWith('/') && HOME !== '/' ? join(HOME, '.local/state/svctl', name) : null
}

/** A state folder, and whom what is in it is to be believed of. */
export interface StateDirectory extends StateStore {
  /** Owner of the folder; `null` when there is none. */
  owner(): number | null
}

/**
 * Keeps small files in a folder, which is made with the first write.
 *
 * A folder that others than its owner can write to, or that belongs to another user than us and root, is not used:
 * what is read from it decides what is run.
 *
 * @param directory - absolute; `null` keeps nothing
 * @param file - the main file whose state it is
 */
export function openStateDirectory(directory: string | null, file: string): StateDirectory {
  /** Why the folder cannot be used at all. */
  let fault: string | null = directory === null ? 'there is no state directory' : null
  /** Why the last write failed. */
  let unwritten: string | null = null
  let seen = false
  let signed = false

  /** Whether the folder is there and can be used. */
  function usable(): boolean {
    if (directory === null || seen) return directory !== null && fault === null
    try {
      const { mode, uid } = lstatSync(directory)
      const found = faultOf(mode, uid)
      fault = found === null ? null : `${directory} ${found}`
      // What is wrong with it may be put right: it is looked at again then.
      seen = fault === null
      return seen
    } catch (error) {
      fault = errnoOf(error) === 'ENOENT' ? null : `cannot use ${directory}: ${errnoOf(error)}`
      return false
    }
  }

  function make(): boolean {
    if (usable()) return true
    if (directory === null || fault !== null) return false
    try {
      makeFolder(directory)
      return usable()
    } catch (error) {
      unwritten = `cannot make ${directory}: ${errnoOf(error)}`
      return false
    }
  }

  function put(path: string, bytes: Uint8Array): boolean {
    if (!make()) return false
    try {
      if (!signed) replaceFile(pathOf(OWNER_FILE), Buffer.from(file))
      signed = true
      replaceFile(path, bytes)
      unwritten = null
      return true
    } catch (error) {
      unwritten = `cannot write ${path}: ${errnoOf(error)}`
      seen = false
      signed = false
      return false
    }
  }

  const pathOf = (name: string) => {
    invariant(/^[a-z0-9][a-z0-9.-]*$/.test(name), `no name for a state file: ${name}`)
    return join(directory ?? '', name)
  }

  return {
    directory,
    problem: () => fault ?? unwritten,
    owner() {
      return directory === null ? null : (lstatSync(directory, { throwIfNoEntry: false })?.uid ?? null)
    },
    read: (name) => (usable() ? readBytes(pathOf(name)) : null),
    write(name, bytes) {
      // Somebody may have removed the folder: then it is made anew.
      return put(pathOf(name), bytes) || (!existsSync(directory ?? '') && put(pathOf(name), bytes))
    },
    remove(name) {
      try {
        if (usable()) unlinkSync(pathOf(name))
      } catch {
        // Not there, or not ours to remove: either way nothing depends on it.
      }
    },
    setAside(name) {
      const stamp = new Date()
        .toISOString()
        .replace(/\.\d+Z$/, 'z')
        .replace(/[-:]/g, '')
        .toLowerCase()
      const aside = pathOf(`${name}.corrupt-${stamp}`)
      try {
        if (!usable()) return null
        renameSync(pathOf(name), aside)
        return aside
      } catch {
        // Not there any more, or not ours to rename: whoever reads it next finds out.
        return null
      }
    },
    list: () => (usable() && directory !== null ? namesIn(directory) : []),
  }
}

/** What is wrong with a folder of this mode and owner; `null` for nothing. */
function faultOf(mode: number, uid: number): string | null {
  if ((mode & constants.S_IFMT) !== constants.S_IFDIR) return 'is not a directory'
  if ((mode & 0o022) !== 0) return 'can be written to by others'
  const own = process.geteuid?.() ?? 0
  // Root may look at anything; whether it believes it is decided by who owns it.
  return own === 0 || uid === own || uid === 0 ? null : `belongs to user ${uid}`
}

/** Makes the folder for a daemon that is about to become another user and could not make it then. */
export function makeStateDirectoryFor(uid: number, gid: number, directory: string): void {
  try {
    makeFolder(directory)
    chownSync(directory, uid, gid)
  } catch {
    // It is there already and stays whose it is, or cannot be: the first write finds out, and the history says so.
  }
}

/** @throws when it is there already or cannot be made */
function makeFolder(directory: string): void {
  // One by one: what Node calls recursive never ends where the system refuses with ENOENT, as below /proc.
  const missing: string[] = []
  for (let at = dirname(directory); !existsSync(at); at = dirname(at)) missing.push(at)
  for (const folder of missing.toReversed()) mkdirSync(folder, { mode: 0o755 })
  mkdirSync(directory, { mode: 0o700 })
}

/** Beside the file and then over it: a reader sees the old or the new bytes. */
function replaceFile(path: string, bytes: Uint8Array): void {
  const next = `${path}.${process.pid}.next`
  const fd = openSync(next, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW, 0o600)
  try {
    writeFileSync(fd, bytes)
    renameSync(next, path)
  } catch (error) {
    // Half a file would only take the space that is lacking.
    unlinkSync(next)
    throw error
  } finally {
    closeSync(fd)
  }
}

function readBytes(path: string): Uint8Array | null {
  try {
    const fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    try {
      const stats = fstatSync(fd)
      return stats.isFile() && stats.size <= READ_BYTES_MAX ? readFileSync(fd) : null
    } finally {
      closeSync(fd)
    }
  } catch {
    // Not there, or not readable: for a store of things that may be lost it is the same.
    return null
  }
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory)
      .filter((name) => name !== OWNER_FILE && !name.endsWith('.next'))
      .sort()
  } catch {
    return []
  }
}

/** Eight hexadecimal digits that tell paths apart. @see FNV-1a with 32 bits */
function hash32(text: string): string {
  let hash = 0x811c9dc5
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193)
  return (hash >>> 0).toString(16).padStart(8, '0')
}
