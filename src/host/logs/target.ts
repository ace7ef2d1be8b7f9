import fs from 'node:fs'
import path from 'node:path'

/** An open place that log bytes go to. */
export interface Target {
  readonly fd: number
  /** Only these are rotated, reopened and removed: pipes, sockets, terminals and devices have no length. */
  readonly regular: boolean
  /** Bytes already there; 0 for anything but a regular file. */
  readonly size: number
  /** Whether closing is ours: an inherited descriptor stays open. */
  readonly owned: boolean
}

const { O_APPEND, O_CREAT, O_NOCTTY, O_NONBLOCK, O_RDWR, O_WRONLY } = fs.constants

/** @returns the number of the descriptor that a path such as `/dev/stdout` means, else `null` */
export function inheritedDescriptor(file: string): number | null {
  if (file === '/dev/stdout') return 1
  if (file === '/dev/stderr') return 2
  const number = /^\/(?:dev|proc\/self)\/fd\/(\d{1,9})$/.exec(file)?.[1]
  return number === undefined ? null : Number(number)
}

/**
 * Opens a path to append to.
 *
 * A named pipe is opened without waiting for a reader: a log nobody reads must not stop the daemon.
 *
 * @throws NodeJS.ErrnoException as open(2) reports it
 */
export function openTarget(file: string): Target {
  const inherited = inheritedDescriptor(file)
  if (inherited !== null) return openInherited(inherited)
  const fd = isFifo(file)
    ? fs.openSync(file, O_RDWR | O_NONBLOCK | O_NOCTTY)
    : fs.openSync(file, O_WRONLY | O_APPEND | O_CREAT | O_NOCTTY, 0o666)
  return describe(fd, true)
}

/** @returns an absolute path that is the same however the folder was reached (links, `..`) */
export function canonicalPath(file: string): string {
  const absolute = path.resolve(file)
  try {
    return fs.realpathSync(absolute)
  } catch {
    return absolute // Not there yet or not to be seen: opening it tells why.
  }
}

/** @returns the code of a system error, for example `ENOSPC` */
export function errnoOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error)
}

/**
 * The descriptor itself, since a socket cannot be opened by path (ENXIO). A pipe or terminal is opened a second time
 * where the system allows it, to write without waiting and without changing the mode of what others share with us.
 */
function openInherited(fd: number): Target {
  const stat = fs.fstatSync(fd)
  if (stat.isFIFO() || stat.isCharacterDevice()) {
    try {
      return {
        fd: fs.openSync(`/proc/self/fd/${fd}`, O_WRONLY | O_NONBLOCK | O_NOCTTY),
        regular: false,
        size: 0,
        owned: true,
      }
    } catch {
      // Another user's pipe after we changed user, or no /proc: the descriptor still works.
    }
  }
  return { fd, regular: false, size: 0, owned: false }
}

/** @returns an open descriptor as a target */
export function describe(fd: number, owned: boolean): Target {
  const stat = fs.fstatSync(fd)
  return { fd, regular: stat.isFile(), size: stat.isFile() ? stat.size : 0, owned }
}

function isFifo(file: string): boolean {
  try {
    return fs.statSync(file).isFIFO()
  } catch {
    return false // Missing or not to be seen: the open that follows creates it or reports why not.
  }
}
