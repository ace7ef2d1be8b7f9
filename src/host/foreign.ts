import { closeSync, constants, fstatSync, openSync, readFileSync, statSync } from 'node:fs'
import type { ExitStatus } from '../model/event.js'
import { type Ending, endOf, openPidfd, pidfdStatus } from './native/posix.js'

/*
 * Processes that a daemon before us started and left running: we are not their parent, so nobody tells us of their end.
 * One is known by its number and the time it was started at, which no other process of this boot has in common.
 */

/** How long to wait for a status that only its new parent may ask for, once the process is gone, ms. */
const STATUS_MS = 300

/** For the end of a process of which nobody tells how it was. */
const UNKNOWN: ExitStatus = { code: -1, signal: null, coreDumped: false }

/** One such process. */
export interface Foreign {
  /** As `startedAt` has it. */
  readonly startedAt: string
  /** Whether the number still means this process. */
  alive(): boolean
  /** @returns how it ended, code -1 when nobody can tell; `null` while it lives or that may still become known */
  ended(): ExitStatus | null
  close(): void
}

/** Watches a process, which may have ended already. */
export function watchForeign(pid: number, started: string): Foreign {
  const opened = openPidfd(pid)
  const fd = opened.ok ? opened.value : null
  const alive = () => startedAt(pid) === started
  let goneAtMs: number | null = null
  return {
    startedAt: started,
    alive,
    ended() {
      if (alive()) return null
      const shown = statusOfZombie(pid, started)
      if (shown !== null) return shown
      const status = fd === null ? null : pidfdStatus(fd)
      if (status?.ok) return exitOf(status.value)
      if (status?.errno !== 'EAGAIN') return UNKNOWN
      goneAtMs ??= performance.now()
      return performance.now() - goneAtMs < STATUS_MS ? null : UNKNOWN
    },
    close() {
      if (fd !== null) closeSync(fd)
    },
  }
}

/** When a live process was started, in ticks since the boot; `null` when there is none or it has ended already. */
export function startedAt(pid: number): string | null {
  const stat = statOf(pid)
  return stat === null || /^[ZX]/.test(stat.state) ? null : stat.started
}

/** How a process ended whose parent has not asked yet; `null` when it is none or not for us to know. */
function statusOfZombie(pid: number, started: string): ExitStatus | null {
  const stat = statOf(pid)
  if (stat === null || stat.state !== 'Z' || stat.started !== started) return null
  // To those who may not know it is shown as 0.
  const known = stat.status !== 0 || statSync(`/proc/${pid}`, { throwIfNoEntry: false })?.uid === process.geteuid?.()
  return known ? exitOf(endOf(stat.status)) : null
}

/** @see proc_pid_stat(5): the first field after the name is the third */
function statOf(pid: number): { readonly state: string; readonly started: string; readonly status: number } | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The name before may hold anything, brackets and blanks too.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return { state: fields[0] ?? '', started: fields[19] ?? '', status: Number(fields[49]) }
  } catch {
    return null // gone
  }
}

/** An end in the words of events. */
export function exitOf({ code, signal, core }: Ending): ExitStatus {
  return signal > 0 ? { code: null, signal, coreDumped: core } : { code, signal: null, coreDumped: false }
}

/** Tells this boot of the machine from all others; '' when it cannot be known. */
export function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()
  } catch {
    return ''
  }
}

/** What tells one pipe from another; `null` for what is no pipe. */
export function pipeOf(fd: number): string | null {
  const stat = fstatSync(fd)
  return stat.isFIFO() ? `${stat.dev}:${stat.ino}` : null
}

/**
 * Opens our end of a pipe that a process holds.
 *
 * @param number - of the descriptor in that process
 * @param pipe - which pipe that was, as `pipeOf` has it: the process may have put something else there
 * @returns `null` when it has, or when we may not look
 */
export function reopenPipe(pid: number, number: number, pipe: string, end: 'read' | 'write'): number | null {
  const mode = end === 'read' ? constants.O_RDONLY : constants.O_WRONLY
  try {
    const fd = openSync(`/proc/${pid}/fd/${number}`, mode | constants.O_NONBLOCK)
    if (pipeOf(fd) === pipe) return fd
    closeSync(fd)
    return null
  } catch {
    return null
  }
}
