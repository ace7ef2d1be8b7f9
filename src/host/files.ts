import { lstatSync, readdirSync, readFileSync, statSync } from 'node:fs'
import type { FileRead, Files } from '../model/ports.js'
import { matchesName } from './glob.js'
import { errnoOf } from './native/errno.js'

/** The files of this machine. */
export const hostFiles: Files = { read, kind, glob }

/** No configuration is that large; a log put in its place by mistake must not cost its size in memory. */
const READ_BYTES_MAX = 64 * 1024 * 1024

function read(path: string): FileRead {
  try {
    // A pipe or device could block for ever, or never end.
    const stats = statSync(path)
    if (stats.isDirectory()) return { ok: false, reason: 'directory', errno: 'EISDIR' }
    if (!stats.isFile()) return { ok: false, reason: 'unreadable', errno: 'EINVAL' }
    if (stats.size > READ_BYTES_MAX) return { ok: false, reason: 'unreadable', errno: 'EFBIG' }
    return { ok: true, bytes: readFileSync(path) }
  } catch (error) {
    const errno = errnoOf(error)
    const missing = errno === 'ENOENT' || errno === 'ENOTDIR'
    return { ok: false, reason: missing ? 'missing' : 'unreadable', errno }
  }
}

function kind(path: string): 'file' | 'directory' | 'other' | null {
  try {
    const stats = statSync(path)
    return stats.isFile() ? 'file' : stats.isDirectory() ? 'directory' : 'other'
  } catch {
    return null
  }
}

/** Why a folder that is there cannot be listed now and perhaps in a moment. */
const PASSING = ['EIO', 'EMFILE', 'ENFILE', 'ENOMEM', 'ESTALE']

/**
 * A folder that cannot be listed just now matches with the pattern itself, a file that cannot be read: what was in it
 * must not be taken for removed.
 *
 * @see Python's glob.glob: a part without a wildcard only has to exist; unreadable folders match nothing
 */
function glob(pattern: string): readonly string[] {
  if (pattern === '' || pattern.includes('\0')) return []
  try {
    return matches(pattern)
  } catch {
    return [pattern]
  }
}

/** @throws NodeJS.ErrnoException when a folder cannot be listed just now */
function matches(pattern: string): readonly string[] {
  const absolute = pattern.startsWith('/')
  const parts = pattern.split('/').filter((part) => part !== '')
  let found = [absolute ? '/' : '']
  for (const part of parts) {
    found = found.flatMap((folder) => (hasWildcard(part) ? listMatching(folder, part) : [join(folder, part)]))
  }
  const wantsFolder = pattern.endsWith('/')
  return found
    .filter((path) => (wantsFolder ? kind(path) === 'directory' : exists(path)))
    .map((path) => (wantsFolder && path !== '/' ? `${path}/` : path))
    .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
}

function hasWildcard(part: string): boolean {
  return /[*?[]/.test(part)
}

function listMatching(folder: string, part: string): readonly string[] {
  try {
    return readdirSync(folder === '' ? '.' : folder)
      .filter((name) => matchesName(part, name))
      .map((name) => join(folder, name))
  } catch (error) {
    if (PASSING.includes(errnoOf(error))) throw error
    return []
  }
}

/** Dangling links count, as they do for Python's glob. */
function exists(path: string): boolean {
  try {
    lstatSync(path)
    return true
  } catch {
    return false
  }
}

function join(folder: string, name: string): string {
  return folder === '' || folder === '/' ? folder + name : `${folder}/${name}`
}
