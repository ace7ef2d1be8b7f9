import { Buffer } from 'node:buffer'
import { chmodSync, chownSync, closeSync, linkSync, lstatSync, type Stats, unlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { bindUnix, connectUnix, failureOf, listen } from '../host/native/posix.js'
import { takeLock } from './lock-file.js'

/** How a unix socket is to be. */
export interface UnixSocketSpec {
  readonly path: string
  readonly mode: number
  /** -1 keeps. */
  readonly uid: number
  readonly gid: number
}

/** A listening socket with the file it has, or why there is none. */
export type OpenedUnixSocket = { readonly ok: true; readonly fd: number; readonly stat: Stats } | Refusal

type Refusal =
  | { readonly ok: false; readonly reason: 'in-use' | 'not-a-socket' | 'owner' }
  | { readonly ok: false; readonly reason: 'errno'; readonly errno: string }

/** Of a unix socket. @see unix(7), sun_path */
const PATH_BYTES_MAX = 107

/** A stale socket may be replaced by another just as we remove it; more often than this is no accident. */
const ATTEMPTS_MAX = 5

/**
 * Makes a listening unix socket at a path, in place of a stale one.
 *
 * The socket is made under another name, given mode and owner, set to listen, and only then linked to its path: nobody
 * ever finds a socket there that does not answer or that they must not open. Two daemons that start at once are kept
 * apart by a lock beside the path.
 *
 * @param tell - gets a line when a stale socket is removed
 * @see spec rpc.md §3; unlike the original only sockets are ever removed
 */
export async function openUnixSocket(
  spec: UnixSocketSpec,
  backlog: number,
  tell: (line: string) => void,
): Promise<OpenedUnixSocket> {
  const lock = await takeLock(`${spec.path}.lock`)
  if (!lock.ok) return { ok: false, reason: 'errno', errno: lock.errno }
  try {
    return makeSocket(spec, backlog, tell)
  } finally {
    lock.release()
  }
}

function makeSocket(spec: UnixSocketSpec, backlog: number, tell: (line: string) => void): OpenedUnixSocket {
  // A longer name could be linked, but nobody could ever connect to it.
  if (Buffer.byteLength(spec.path) > PATH_BYTES_MAX) return { ok: false, reason: 'errno', errno: 'ENAMETOOLONG' }
  const temporary = temporaryPath(spec.path)
  // Only a process of the same pid can have left this name, and it is not alive any more.
  if (lstatSync(temporary, { throwIfNoEntry: false })?.isSocket()) unlinkSync(temporary)
  const bound = bindUnix(temporary)
  if (!bound.ok) return { ok: false, reason: 'errno', errno: bound.errno }
  const fd = bound.value
  const refusal = prepare(fd, temporary, spec, backlog) ?? publish(temporary, spec.path, tell)
  unlinkSync(temporary)
  if (refusal === null) return { ok: true, fd, stat: lstatSync(spec.path) }
  closeSync(fd)
  return refusal
}

/** What `ss` shows of the socket for ever after. Shorter where the kernel's limit leaves no room for both names. */
function temporaryPath(path: string): string {
  const beside = `${path}.${process.pid}`
  return Buffer.byteLength(beside) <= PATH_BYTES_MAX ? beside : join(dirname(path), `.${process.pid}`)
}

function prepare(fd: number, temporary: string, { mode, uid, gid }: UnixSocketSpec, backlog: number): Refusal | null {
  try {
    // The mode comes last: a change of owner may clear bits of it.
    if (uid !== -1 || gid !== -1) chownSync(temporary, uid, gid)
  } catch (error) {
    const { errno } = failureOf(error)
    return errno === 'EPERM' ? { ok: false, reason: 'owner' } : { ok: false, reason: 'errno', errno }
  }
  try {
    chmodSync(temporary, mode)
  } catch (error) {
    return { ok: false, reason: 'errno', errno: failureOf(error).errno }
  }
  const listening = listen(fd, backlog)
  return listening.ok ? null : { ok: false, reason: 'errno', errno: listening.errno }
}

function publish(temporary: string, path: string, tell: (line: string) => void): Refusal | null {
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
    try {
      linkSync(temporary, path)
      return null
    } catch (error) {
      const { errno } = failureOf(error)
      if (errno !== 'EEXIST') return { ok: false, reason: 'errno', errno }
    }
    const refusal = clearPath(path, tell)
    if (refusal !== null) return refusal
  }
  return { ok: false, reason: 'in-use' }
}

/** Removes a socket that nobody listens on. @returns why it must stay, `null` once the path is free */
function clearPath(path: string, tell: (line: string) => void): Refusal | null {
  const stat = lstatSync(path, { throwIfNoEntry: false })
  if (stat === undefined) return null
  if (!stat.isSocket()) return { ok: false, reason: 'not-a-socket' }
  const connected = connectUnix(path, 'stream')
  if (connected.ok) {
    closeSync(connected.value)
    return { ok: false, reason: 'in-use' }
  }
  if (connected.errno === 'ENOENT') return null
  // Anything but a refusal (a full queue, no permission, another kind of socket) means that somebody may be there.
  if (connected.errno !== 'ECONNREFUSED') return { ok: false, reason: 'in-use' }
  tell(`Unlinking stale socket ${path}`)
  try {
    unlinkSync(path)
    return null
  } catch (error) {
    const { errno } = failureOf(error)
    return errno === 'ENOENT' ? null : { ok: false, reason: 'errno', errno }
  }
}

/** Removes the file of a socket unless another has taken its place. */
export function removeSocketFile(path: string, made: Pick<Stats, 'dev' | 'ino'>): void {
  const now = lstatSync(path, { throwIfNoEntry: false })
  if (now === undefined || now.dev !== made.dev || now.ino !== made.ino) return
  try {
    unlinkSync(path)
  } catch {
    // Gone in between, or the folder is not ours any more: there is nothing left to do at the end of a daemon.
  }
}
