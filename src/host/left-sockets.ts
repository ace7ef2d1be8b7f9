import { closeSync, fstatSync, readdirSync, readlinkSync } from 'node:fs'
import type { SharedSocket } from '../model/ports.js'
import { failureOf, openPidfd, takeDescriptor } from './native/posix.js'
import { type OpenedSocket, socketKey } from './shared-sockets.js'

/*
 * Listening sockets of a daemon that was killed live on in the programs that it gave them to. The next daemon takes the
 * very sockets back: who waits in one is answered, and the address is never free in between.
 */

/** A socket that a process was given, and what tells it from every other socket of this boot. */
export interface LeftSocket {
  readonly socket: SharedSocket
  readonly inode: number
}

/** What came of asking for all of them. */
export interface TakenSockets {
  readonly opened: readonly OpenedSocket[]
  /** Who did not give one that nobody else gave either. */
  readonly missed: readonly { readonly pid: number; readonly socket: SharedSocket; readonly why: string }[]
}

/** The sockets of one process, each with what it is known by. */
export function identify(sockets: readonly SharedSocket[], opened: readonly OpenedSocket[]): readonly LeftSocket[] {
  const fds = new Map(opened.map(({ socket, fd }) => [socketKey(socket), fd]))
  return sockets.flatMap((socket) => {
    const fd = fds.get(socketKey(socket))
    return fd === undefined ? [] : { socket, inode: fstatSync(fd).ino }
  })
}

/** Takes sockets back from processes that share them, each from the first that gives it. */
export function takeBack(
  holders: readonly { readonly pid: number; readonly sockets: readonly LeftSocket[] }[],
): TakenSockets {
  const opened = new Map<string, OpenedSocket>()
  const missed = new Map<string, TakenSockets['missed'][number]>()
  for (const { pid, sockets } of holders) {
    for (const { socket, inode } of sockets) {
      const key = socketKey(socket)
      if (opened.has(key)) continue
      const taken = takeOne(pid, inode)
      if (taken.ok) opened.set(key, { socket, fd: taken.fd })
      else if (!missed.has(key)) missed.set(key, { pid, socket, why: taken.why })
    }
  }
  return { opened: [...opened.values()], missed: [...missed].flatMap(([key, one]) => (opened.has(key) ? [] : one)) }
}

const CLOSED = 'it has closed it'

/** Refused where the kernel (before 5.6), or its rules for who may look into which process, forbid it. */
function takeOne(
  pid: number,
  inode: number,
): { readonly ok: true; readonly fd: number } | { readonly ok: false; readonly why: string } {
  const numbers = descriptorsOf(pid, `socket:[${inode}]`)
  if (!numbers.ok) return numbers
  const [number] = numbers.value
  if (number === undefined) return { ok: false, why: CLOSED }
  const process = openPidfd(pid)
  if (!process.ok) return { ok: false, why: process.text }
  const taken = takeDescriptor(process.value, number)
  closeSync(process.value)
  if (!taken.ok) return { ok: false, why: taken.text }
  // It may have put something else there since.
  if (fstatSync(taken.value).ino === inode) return { ok: true, fd: taken.value }
  closeSync(taken.value)
  return { ok: false, why: CLOSED }
}

/** Numbers of the descriptors of a process that show this link. */
function descriptorsOf(
  pid: number,
  link: string,
): { readonly ok: true; readonly value: readonly number[] } | { readonly ok: false; readonly why: string } {
  const folder = `/proc/${pid}/fd`
  try {
    const all = readdirSync(folder).map(Number)
    return { ok: true, value: all.filter((number) => linkOf(`${folder}/${number}`) === link) }
  } catch (error) {
    return { ok: false, why: failureOf(error).text }
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path)
  } catch (error) {
    if (failureOf(error).errno === 'ENOENT') return '' // closed since the folder was read
    throw error
  }
}
