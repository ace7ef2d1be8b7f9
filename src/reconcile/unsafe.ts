import type { Permissions } from '../model/ports.js'

/** A path through which others could change what runs. */
export interface Unsafe {
  readonly path: string
  /** For people, after the path. */
  readonly message: string
  /** The command that ends it. */
  readonly command: string
}

const OTHERS_WRITE = 0o002
const STICKY = 0o1000

/**
 * Files of the configuration that somebody other than root and this daemon's user could write or replace: a change in
 * them is nobody's decision. Of folders only the file's own is looked at.
 */
export function findUnsafe(files: readonly string[], permissions: Permissions): readonly Unsafe[] {
  const folders = new Set(files.map((file) => file.slice(0, file.lastIndexOf('/')) || '/'))
  return [
    ...files.flatMap((file) => [...openFile(file, permissions), ...foreignFile(file, permissions)]),
    ...[...folders].flatMap((folder) => openFolder(folder, permissions)),
  ]
}

function openFile(path: string, permissions: Permissions): readonly Unsafe[] {
  const seen = permissions.of(path)
  return seen !== null && seen.mode & OTHERS_WRITE ? [writable(path, seen.mode)] : []
}

/** In a sticky folder everyone may make files, but replace only their own. */
function openFolder(path: string, permissions: Permissions): readonly Unsafe[] {
  const seen = permissions.of(path)
  return seen !== null && seen.mode & OTHERS_WRITE && !(seen.mode & STICKY) ? [writable(path, seen.mode)] : []
}

/** Only root has something to lose: whoever starts a daemon of their own can do what it does. */
function foreignFile(path: string, permissions: Permissions): readonly Unsafe[] {
  const seen = permissions.of(path)
  if (permissions.uid !== 0 || seen === null || seen.uid === 0) return []
  return [{ path, message: `belongs to user ${seen.uid}`, command: `chown root ${quoted(path)}` }]
}

function writable(path: string, mode: number): Unsafe {
  const octal = `0${(mode & 0o7777).toString(8)}`
  return { path, message: `can be written by everyone (mode ${octal})`, command: `chmod o-w ${quoted(path)}` }
}

function quoted(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`
}
