import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs'
import type { ExitStatus } from '../model/event.js'
import { openPidfd, pidfdStatus } from './native/posix.js'

/*
 * Processes that a daemon before us started and left running: we are not their parent, so nobody tells us of their end.
 * One is known by its number and the time it was started at, which no other process of this boot has in common.
 */

/** How long to wait for the status once the process is gone: its new parent has to ask for it first, ms. */
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
      const status = fd === null ? null : pidfdStatus(fd)
      if (status?.ok) {
        const { code, signal, core } = status.value
        return signal > 0 ? { code: null, signal, coreDumped: core } : { code, signal: null, coreDumped: false }
      }
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
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The name before may hold anything, brackets and blanks too.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return /^[ZX]/.test(fields[0] ?? '') ? null : (fields[19] ?? null)
  } catch {
    return null // gone
  }
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
