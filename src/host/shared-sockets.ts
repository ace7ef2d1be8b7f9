import { chmodSync, chownSync, closeSync, lstatSync, type Stats, unlinkSync } from 'node:fs'
import type { SharedSocket } from '../model/ports.js'
import { reprString } from '../model/python.js'
import { bindTcp, bindUnix, connectUnix, type Failure, failureOf, listen, type Outcome } from './native/posix.js'

/** What listen(2) gets when nothing is configured, Python's SOMAXCONN on Linux. */
const BACKLOG_DEFAULT = 4096

const ADDRESS_IN_USE = '[Errno 98] Address already in use'

/** Who gets a unix socket whose spec names no owner; `null` leaves it to us. */
export type SocketOwner = { readonly uid: number; readonly gid: number } | null

/** A listening socket and its descriptor. */
export interface OpenedSocket {
  readonly socket: SharedSocket
  readonly fd: number
}

/** The listening sockets that processes are given. No call throws. */
export interface SharedSockets {
  /** Opens the socket, or counts one more user of an open one; its owner, mode and backlog follow the last spec. */
  acquire(spec: SharedSocket, owner: SocketOwner): Acquired
  /** Gives back what `acquire` gave for the same spec; the last one closes the socket, unless it is kept. */
  release(spec: SharedSocket): void
  /**
   * Keeps these open from now on, in use or not, so that connections wait in them; what was kept before and nobody uses
   * is closed. One that cannot be opened now is opened with its first user.
   *
   * @returns why some could not be opened
   */
  keep(wanted: readonly WantedSocket[]): readonly string[]
  /** Everything that is open, to hand over. */
  opened(): readonly OpenedSocket[]
  /** Takes over what another one had open. What has no user and is not kept is closed by the next `keep`. */
  adopt(opened: readonly OpenedSocket[]): void
  /** Opens and closes it. @returns why it could not be opened, `null` when all is well */
  check(spec: SharedSocket, owner: SocketOwner): string | null
}

/** A socket to keep, and who gets its file where its spec does not say. */
export interface WantedSocket {
  readonly socket: SharedSocket
  readonly owner: SocketOwner
}

/** The descriptor, or why there is none. */
export type Acquired = { readonly ok: true; readonly fd: number } | { readonly ok: false; readonly error: string }

interface OpenSocket {
  readonly fd: number
  readonly remove: () => void
  spec: SharedSocket
  owner: SocketOwner
  users: number
}

/**
 * Sockets by who shares them, open while somebody uses them or they are kept.
 *
 * Unlike the original a failure to open is a spawn error; a file that is in use or no socket is not replaced; and the
 * file goes when the socket is closed.
 *
 * @param tell - lines for the activity log at level info
 * @see Supervisor socket_manager.py; spec/events.md section 6
 */
export function createSharedSockets(tell: (text: string) => void): SharedSockets {
  const sockets = new Map<string, OpenSocket>()
  let kept: ReadonlySet<string> = new Set()

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

  /** The open socket of a spec, with the settings of the spec. */
  function have(spec: SharedSocket, owner: SocketOwner): Had {
    const known = sockets.get(socketKey(spec))
    if (known === undefined) {
      const opened = openNew(spec, owner)
      if (!opened.ok) return { ok: false, error: failure('create', spec, opened) }
      const socket = { ...opened.value, spec, owner, users: 0 }
      sockets.set(socketKey(spec), socket)
      return { ok: true, socket }
    }
    const now = { spec, owner }
    const failed = sameSettings(known, now) ? null : settle(known.fd, spec, owner)
    if (failed) return { ok: false, error: failure('change', spec, failed) }
    return { ok: true, socket: Object.assign(known, now) }
  }

  function closeUnused(): void {
    for (const [key, socket] of sockets) {
      if (socket.users > 0 || kept.has(key)) continue
      sockets.delete(key)
      close(socket.spec, socket)
    }
  }

  return {
    acquire(spec, owner) {
      const had = have(spec, owner)
      if (!had.ok) return had
      had.socket.users++
      return { ok: true, fd: had.socket.fd }
    },
    release(spec) {
      const socket = sockets.get(socketKey(spec))
      if (socket === undefined) return
      socket.users--
      closeUnused()
    },
    keep(wanted) {
      kept = new Set(wanted.map(({ socket }) => socketKey(socket)))
      // First, so that an address can go from one who shares to another.
      closeUnused()
      return wanted.flatMap(({ socket, owner }) => {
        const had = have(socket, owner)
        return had.ok ? [] : had.error
      })
    },
    opened: () => [...sockets.values()].map(({ spec, fd }) => ({ socket: spec, fd })),
    adopt(opened) {
      for (const { socket, fd } of opened)
        sockets.set(socketKey(socket), { fd, remove: removerOf(socket), spec: socket, owner: null, users: 0 })
    },
    check(spec, owner) {
      if (sockets.has(socketKey(spec))) return null
      const opened = openNew(spec, owner)
      if (!opened.ok) return failure('create', spec, opened)
      close(spec, opened.value)
      return null
    },
  }
}

type Had = { readonly ok: true; readonly socket: OpenSocket } | { readonly ok: false; readonly error: string }

function failure(verb: 'create' | 'change', { purpose, url }: SharedSocket, { text }: Failure): string {
  return `Could not ${verb} ${purpose === 'fastcgi' ? 'FastCGI socket' : 'socket'} ${url}: ${text}`
}

/** What is the same for all who share a socket. */
export function socketKey({ purpose, sharedBy, address }: SharedSocket): string {
  return JSON.stringify([purpose, sharedBy, address])
}

function addressOf({ address }: SharedSocket): string {
  return address.kind === 'unix' ? address.path : `${address.host.toLowerCase()}:${address.port}`
}

type Settings = Pick<OpenSocket, 'spec' | 'owner'>

function sameSettings(a: Settings, b: Settings): boolean {
  const [left, right] = [a.spec.owner ?? a.owner, b.spec.owner ?? b.owner]
  const sameOwner = left?.uid === right?.uid && left?.gid === right?.gid
  return a.spec.mode === b.spec.mode && a.spec.backlog === b.spec.backlog && sameOwner
}

type Opened = Outcome<{ readonly fd: number; readonly remove: () => void }>

function open(spec: SharedSocket, owner: SocketOwner): Opened {
  const { address } = spec
  const blocked = address.kind === 'unix' ? clearPath(address.path) : null
  if (blocked !== null) return blocked
  const bound = address.kind === 'unix' ? bindUnix(address.path) : bindTcp(address.host.toLowerCase(), address.port)
  if (!bound.ok) return bound
  const fd = bound.value
  const remove = removerOf(spec)
  const failed = settle(fd, spec, owner)
  if (failed === null) return { ok: true, value: { fd, remove } }
  closeSync(fd)
  remove()
  return failed
}

/** By identity: somebody may have put another file there when it comes to removing ours. */
function removerOf({ address }: SharedSocket): () => void {
  if (address.kind === 'tcp') return () => {}
  const { path } = address
  const made = lstatOrNull(path)
  return () => {
    const now = lstatOrNull(path)
    if (made !== null && now?.ino === made.ino && now.dev === made.dev) unlinkQuietly(path)
  }
}

/** Gives a bound socket its owner, mode and backlog; it listens from then on. @returns what failed */
function settle(fd: number, spec: SharedSocket, owner: SocketOwner): Failure | null {
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
