import { chmodSync, chownSync, closeSync, lstatSync, type Stats, unlinkSync } from 'node:fs'
import type { SharedSocket } from '../model/ports.js'
import { reprString } from '../model/python.js'
import type { FastCgiSocketSpec } from '../model/spec.js'
import { bindTcp, bindUnix, connectUnix, type Failure, failureOf, listen, type Outcome } from './native/posix.js'

/** What listen(2) gets when nothing is configured, Python's SOMAXCONN on Linux. */
const BACKLOG_DEFAULT = 4096

const ADDRESS_IN_USE = '[Errno 98] Address already in use'

/** Who gets a unix socket whose spec names no owner; `null` leaves it to us. */
export type SocketOwner = { readonly uid: number; readonly gid: number } | null

/** The listening sockets that processes share as descriptor 0. No call throws. */
export interface FastCgiSockets {
  /** Opens the socket, or counts one more user of an open one; its owner, mode and backlog follow the last spec. */
  acquire(spec: SharedSocket, owner: SocketOwner): Acquired
  /** Gives back what `acquire` gave for the same spec; the last one closes the socket and removes its file. */
  release(spec: SharedSocket): void
  /** Opens and closes it. @returns why it could not be opened, `null` when all is well */
  check(spec: SharedSocket, owner: SocketOwner): string | null
}

/** The descriptor, or why there is none. */
export type Acquired = { readonly ok: true; readonly fd: number } | { readonly ok: false; readonly error: string }

interface OpenSocket {
  readonly fd: number
  readonly remove: () => void
  spec: SharedSocket
  users: number
}

/**
 * Sockets by who shares them, open while somebody uses them.
 *
 * Unlike the original a failure to open is a spawn error; a file that is in use or no socket is not replaced; and the
 * file goes when the socket is closed.
 *
 * @param tell - lines for the activity log at level info
 * @see Supervisor socket_manager.py; spec/events.md section 6
 */
export function createFastCgiSockets(tell: (text: string) => void): FastCgiSockets {
  const sockets = new Map<string, OpenSocket>()

  function openNew(spec: SharedSocket, owner: SocketOwner): Opened {
    tell(`Creating socket ${spec.url}`)
    const address = addressOf(spec)
    const taken = [...sockets.values()].some((other) => addressOf(other.spec) === address)
    // Asked before the system: it would find ours by connecting to it, which the programs behind it would notice.
    if (taken) return { ok: false, errno: 'EADDRINUSE', text: ADDRESS_IN_USE }
    return open(spec, owner)
  }

  function close(spec: SharedSocket, { fd, remove }: Pick<OpenSocket, 'fd' | 'remove'>): void {
    tell(`Closing socket ${spec.url}`)
    closeSync(fd)
    remove()
  }

  function join(known: OpenSocket, spec: SharedSocket, owner: SocketOwner): Acquired {
    const failed = sameSettings(known.spec, spec) ? null : settle(known.fd, spec, owner)
    if (failed) return { ok: false, error: `Could not change FastCGI socket ${spec.url}: ${failed.text}` }
    known.spec = spec
    known.users++
    return { ok: true, fd: known.fd }
  }

  return {
    acquire(spec, owner) {
      const known = sockets.get(keyOf(spec))
      if (known !== undefined) return join(known, spec, owner)
      const opened = openNew(spec, owner)
      if (!opened.ok) return { ok: false, error: failure(spec, opened) }
      sockets.set(keyOf(spec), { ...opened.value, spec, users: 1 })
      return { ok: true, fd: opened.value.fd }
    },
    release(spec) {
      const socket = sockets.get(keyOf(spec))
      if (socket === undefined) return
      socket.users--
      if (socket.users > 0) return
      sockets.delete(keyOf(spec))
      close(spec, socket)
    },
    check(spec, owner) {
      if (sockets.has(keyOf(spec))) return null
      const opened = openNew(spec, owner)
      if (!opened.ok) return failure(spec, opened)
      close(spec, opened.value)
      return null
    },
  }
}

function failure(spec: SharedSocket, { text }: Failure): string {
  return `Could not create FastCGI socket ${spec.url}: ${text}`
}

function keyOf({ sharedBy, address }: SharedSocket): string {
  return JSON.stringify([sharedBy, address])
}

function addressOf({ address }: FastCgiSocketSpec): string {
  return address.kind === 'unix' ? address.path : `${address.host.toLowerCase()}:${address.port}`
}

function sameSettings(a: FastCgiSocketSpec, b: FastCgiSocketSpec): boolean {
  return a.mode === b.mode && a.backlog === b.backlog && a.owner?.uid === b.owner?.uid && a.owner?.gid === b.owner?.gid
}

type Opened = Outcome<{ readonly fd: number; readonly remove: () => void }>

function open(spec: FastCgiSocketSpec, owner: SocketOwner): Opened {
  const { address } = spec
  const blocked = address.kind === 'unix' ? clearPath(address.path) : null
  if (blocked !== null) return blocked
  const bound = address.kind === 'unix' ? bindUnix(address.path) : bindTcp(address.host.toLowerCase(), address.port)
  if (!bound.ok) return bound
  const fd = bound.value
  const remove = address.kind === 'unix' ? remover(address.path) : () => {}
  const failed = settle(fd, spec, owner)
  if (failed === null) return { ok: true, value: { fd, remove } }
  closeSync(fd)
  remove()
  return failed
}

/** By identity: somebody may have put another file there when it comes to removing ours. */
function remover(path: string): () => void {
  const made = lstatOrNull(path)
  return () => {
    const now = lstatOrNull(path)
    if (made !== null && now?.ino === made.ino && now.dev === made.dev) unlinkQuietly(path)
  }
}

/** Gives a bound socket its owner, mode and backlog; it listens from then on. @returns what failed */
function settle(fd: number, spec: FastCgiSocketSpec, owner: SocketOwner): Failure | null {
  const { address } = spec
  const to = spec.owner ?? owner
  if (address.kind === 'unix') {
    const { path } = address
    const failed =
      (to && attempt('ownership', path, () => chownSync(path, to.uid, to.gid))) ??
      attempt('permissions', path, () => chmodSync(path, spec.mode))
    if (failed) return failed
  }
  const listening = listen(fd, spec.backlog ?? BACKLOG_DEFAULT)
  return listening.ok ? null : listening
}

function attempt(what: 'ownership' | 'permissions', path: string, change: () => void): Failure | null {
  try {
    change()
    return null
  } catch (error) {
    const failed = failureOf(error)
    return { ...failed, text: `Could not change ${what} of socket file: ${failed.text}: ${reprString(path)}` }
  }
}

/**
 * Removes the socket that an earlier run left at the path.
 *
 * @returns why the path cannot be used; `null` when it is free now
 */
function clearPath(path: string): Failure | null {
  const found = lstatOrNull(path)
  if (found === null) return null
  if (!found.isSocket() && !found.isSymbolicLink()) {
    return { ok: false, errno: 'EEXIST', text: `[Errno 17] File exists and is no socket: ${reprString(path)}` }
  }
  const answer = connectUnix(path, 'stream')
  if (answer.ok) closeSync(answer.value)
  // Refused: nobody listens any more. Missing: a link to nothing.
  else if (answer.errno === 'ECONNREFUSED' || answer.errno === 'ENOENT') return unlinkQuietly(path)
  else if (answer.errno === 'EACCES') return answer
  return { ok: false, errno: 'EADDRINUSE', text: ADDRESS_IN_USE }
}

function unlinkQuietly(path: string): Failure | null {
  try {
    unlinkSync(path)
    return null
  } catch (error) {
    return failureOf(error).errno === 'ENOENT' ? null : failureOf(error)
  }
}

function lstatOrNull(path: string): Stats | null {
  try {
    return lstatSync(path)
  } catch {
    return null
  }
}
