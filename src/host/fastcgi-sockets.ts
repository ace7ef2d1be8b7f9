import { chmodSync, chownSync, closeSync, lstatSync, type Stats, unlinkSync } from 'node:fs'
import { reprString } from '../model/python.js'
import type { FastCgiSocketSpec } from '../model/spec.js'
import { bindTcp, bindUnix, connectUnix, type Failure, failureOf, listen, type Outcome } from './native/posix.js'

/** What listen(2) gets when nothing is configured, Python's SOMAXCONN on Linux. */
const BACKLOG_DEFAULT = 4096

/** The listening sockets that processes share as descriptor 0. */
export interface FastCgiSockets {
  /**
   * Opens the socket, or counts one more user of an open one. No call throws.
   *
   * @param owner - who gets a unix socket whose spec names no owner; `null` leaves it to us
   */
  acquire(
    spec: FastCgiSocketSpec,
    owner: { readonly uid: number; readonly gid: number } | null,
  ): { readonly ok: true; readonly fd: number } | { readonly ok: false; readonly error: string }
  /** Gives back what `acquire` gave; the last one closes the socket and removes its file. */
  release(url: string): void
}

interface OpenSocket {
  readonly fd: number
  readonly remove: () => void
  users: number
}

/**
 * Sockets by URL, open while somebody uses them.
 *
 * Unlike the original a failure to open is a spawn error, and a file that is in use or no socket is not replaced.
 *
 * @param tell - lines for the activity log at level info
 * @see Supervisor socket_manager.py
 */
export function createFastCgiSockets(tell: (text: string) => void): FastCgiSockets {
  const sockets = new Map<string, OpenSocket>()
  return {
    acquire(spec, owner) {
      const known = sockets.get(spec.url)
      if (known !== undefined) {
        known.users++
        return { ok: true, fd: known.fd }
      }
      tell(`Creating socket ${spec.url}`)
      const opened = open(spec, owner)
      if (!opened.ok) return { ok: false, error: `Could not create FastCGI socket ${spec.url}: ${opened.text}` }
      sockets.set(spec.url, { ...opened.value, users: 1 })
      return { ok: true, fd: opened.value.fd }
    },
    release(url) {
      const socket = sockets.get(url)
      if (socket === undefined) return
      socket.users--
      if (socket.users > 0) return
      sockets.delete(url)
      tell(`Closing socket ${url}`)
      closeSync(socket.fd)
      socket.remove()
    },
  }
}

type Opened = Outcome<{ readonly fd: number; readonly remove: () => void }>

function open(spec: FastCgiSocketSpec, owner: { readonly uid: number; readonly gid: number } | null): Opened {
  const { address } = spec
  if (address.kind === 'unix') return openUnix(address.path, spec, spec.owner ?? owner)
  const bound = bindTcp(address.host.toLowerCase(), address.port)
  return bound.ok ? accepting(bound.value, spec, () => {}) : bound
}

function openUnix(
  path: string,
  spec: FastCgiSocketSpec,
  owner: { readonly uid: number; readonly gid: number } | null,
): Opened {
  const blocked = clearPath(path)
  if (blocked !== null) return blocked
  const bound = bindUnix(path)
  if (!bound.ok) return bound
  const made = lstatOrNull(path)
  // By identity: somebody may have put another file there since.
  const remove = () => {
    const now = lstatOrNull(path)
    if (made !== null && now?.ino === made.ino && now.dev === made.dev) unlinkQuietly(path)
  }
  const refuse = (what: string, error: unknown): Failure => {
    closeSync(bound.value)
    remove()
    const failed = failureOf(error)
    return { ...failed, text: `Could not change ${what} of socket file: ${failed.text}: ${reprString(path)}` }
  }
  try {
    if (owner !== null) chownSync(path, owner.uid, owner.gid)
  } catch (error) {
    return refuse('ownership', error)
  }
  try {
    chmodSync(path, spec.mode)
  } catch (error) {
    return refuse('permissions', error)
  }
  return accepting(bound.value, spec, remove)
}

function accepting(fd: number, spec: FastCgiSocketSpec, remove: () => void): Opened {
  const listening = listen(fd, spec.backlog ?? BACKLOG_DEFAULT)
  if (listening.ok) return { ok: true, value: { fd, remove } }
  closeSync(fd)
  remove()
  return listening
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
  return { ok: false, errno: 'EADDRINUSE', text: `[Errno 98] Address already in use: ${reprString(path)}` }
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
