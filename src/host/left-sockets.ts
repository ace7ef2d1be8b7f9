import { closeSync, fstatSync, readdirSync, readlinkSync } from 'node:fs'
import type { SharedSocket } from '../model/ports.js'
import { openPidfd, takeDescriptor } from './native/posix.js'
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

/** What came of asking for one of them. */
export type TakenSocket =
  | { readonly ok: true; readonly fd: number }
  /** `held`: it has the socket, and with it the address. */
  | { readonly ok: false; readonly held: boolean; readonly why: string }

/** The sockets of one process, each with what it is known by. */
export function identify(sockets: readonly SharedSocket[], opened: readonly OpenedSocket[]): readonly LeftSocket[] {
  const fds = new Map(opened.map(({ socket, fd }) => [socketKey(socket), fd]))
  return sockets.flatMap((socket) => {
    const fd = fds.get(socketKey(socket))
    return fd === undefined ? [] : { socket, inode: fstatSync(fd).ino }
  })
}

/**
 * Takes a socket back from a process that still has it, under whichever number by now.
 *
 * @returns a descriptor of ours; refused where the kernel (before 5.6) or its rules for looking into others forbid it
 */
export function takeBack(pid: number, inode: number): TakenSocket {
  const numbers = descriptorsOf(pid, `socket:[${inode}]`)
  if (!numbers.ok) return { ok: false, held: true, why: numbers.why }
  const [number] = numbers.value
  if (number === undefined) return { ok: false, held: false, why: 'it has closed it' }
  const process = openPidfd(pid)
  if (!process.ok) return { ok: false, held: true, why: process.text }
  const taken = takeDescriptor(process.value, number)
  closeSync(process.value)
  if (!taken.ok) return { ok: false, held: true, why: taken.text }
  // It may have put something else there since.
  if (fstatSync(taken.value).ino === inode) return { ok: true, fd: taken.value }
  closeSync(taken.value)
  return { ok: false, held: false, why: 'it has closed it' }
}

type Numbers = { readonly ok: true; readonly value: readonly number[] } | { readonly ok: false; readonly why: string }

/** Numbers of the descriptors of a process that show this link, ascending. */
function descriptorsOf(pid: number, link: string): Numbers {
  const folder = `/proc/${pid}/fd`
  try {
    const all = readdirSync(folder).map(Number)
    return { ok: true, value: all.filter((number) => linkOf(`${folder}/${number}`) === link).sort((a, b) => a - b) }
  } catch (error) {
    return { ok: false, why: error instanceof Error ? error.message : String(error) }
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return '' // closed since the folder was read
  }
}
