import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { setImmediate as nextTurn } from 'node:timers/promises'

/** Who listens on a port or a socket. */
export interface PortHolder {
  /** `null` when the process cannot be seen: another user's, or another container's. */
  readonly pid: number | null
  /** Its arguments, joined by blanks; '' when it cannot be seen. */
  readonly command: string
  /** Pids of its ancestors, nearest first. */
  readonly parents: readonly number[]
}

/** Work at a time before others get their turn, ms. */
const SLICE_MS = 5
const PARENTS_MAX = 32
const COMMAND_CHARS_MAX = 200

/**
 * Finds who listens on a TCP port of this machine, through /proc. Takes a look at every process; others are served
 * meanwhile.
 *
 * @returns `null` when nobody does
 * @throws never
 */
export function findPortHolder(port: number): Promise<PortHolder | null> {
  return findHolder(new Set(['/proc/net/tcp', '/proc/net/tcp6'].flatMap((table) => listening(read(table), port))))
}

/** The same for a unix socket. @param path - as it was bound */
export function findSocketHolder(path: string): Promise<PortHolder | null> {
  return findHolder(new Set(listeningAt(read('/proc/net/unix'), path)))
}

async function findHolder(sockets: ReadonlySet<string>): Promise<PortHolder | null> {
  if (sockets.size === 0) return null
  let sliceEndMs = performance.now() + SLICE_MS
  const pids = list('/proc').map(Number).filter(Number.isInteger)
  for (const pid of pids.sort((a, b) => a - b)) {
    if (performance.now() > sliceEndMs) {
      await nextTurn()
      sliceEndMs = performance.now() + SLICE_MS
    }
    const folder = `/proc/${pid}/fd`
    if (!list(folder).some((fd) => sockets.has(link(`${folder}/${fd}`)))) continue
    return { pid, command: commandOf(pid), parents: parentsOf(pid) }
  }
  return { pid: null, command: '', parents: [] }
}

/**
 * Sockets that listen on a port.
 *
 * @param table - text of /proc/net/tcp
 * @returns as links of descriptors show them: `socket:[1234]`
 */
export function listening(table: string, port: number): readonly string[] {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  return table.split('\n').flatMap((line) => {
    const [, local = '', , state, , , , , , inode] = line.trim().split(/\s+/)
    return state === LISTEN && local.endsWith(wanted) ? [`socket:[${inode}]`] : []
  })
}

/**
 * The same for a unix socket.
 *
 * @param table - text of /proc/net/unix
 */
export function listeningAt(table: string, path: string): readonly string[] {
  return table.split('\n').flatMap((line) => {
    const [, flags, inode, bound] = /^\S+ \S+ \S+ (\S+) \S+ \S+ +(\d+) (.+)$/.exec(line) ?? []
    // Ours are made under a name with our pid, and only then linked to their path.
    return flags === ACCEPTS && bound?.replace(/\.\d+$/, '') === path.replace(/\.\d+$/, '') ? [`socket:[${inode}]`] : []
  })
}

/** @see Linux include/linux/net.h, __SO_ACCEPTCON */
const ACCEPTS = '00010000'

/** @see Linux include/net/tcp_states.h, TCP_LISTEN */
const LISTEN = '0A'

function commandOf(pid: number): string {
  const words = read(`/proc/${pid}/cmdline`).split('\0').slice(0, -1)
  const text = words.length > 0 ? words.join(' ') : read(`/proc/${pid}/comm`).trim()
  return text.length > COMMAND_CHARS_MAX ? `${text.slice(0, COMMAND_CHARS_MAX)}…` : text
}

function parentsOf(pid: number): readonly number[] {
  const parents: number[] = []
  for (let at = parentOf(pid); at > 0 && parents.length < PARENTS_MAX; at = parentOf(at)) parents.push(at)
  return parents
}

function parentOf(pid: number): number {
  const stat = read(`/proc/${pid}/stat`)
  // The name before it may hold blanks and brackets.
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] ?? 0)
}

function list(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return [] // gone, or not ours to see
  }
}

function link(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
