import fs from 'node:fs'
import path from 'node:path'
import { claimLog, type OpenLog } from './handed-on.js'
import type { SharedStream } from './lines.js'
import { lossesOf } from './losses.js'
import { type Marks, marksOf } from './marks.js'
import { shiftBackups } from './rotate.js'
import { canonicalPath, errnoOf, inheritedDescriptor, openTarget, type Target } from './target.js'
import { createWriter } from './writer.js'

/** Bytes; 0 or less never rotates. 0 backups truncate instead of keeping. */
interface Limits {
  readonly logBytesMax: number
  readonly logBackups: number
}

type Notice = (level: 'error' | 'warn' | 'info' | 'debug', text: string) => void

/** One user's hold on an open log file. */
export interface LogFile {
  write(data: Uint8Array): void
  /** Set for pipes, sockets, terminals and what we inherited: places where people read what many programs write. */
  readonly stream: SharedStream | null
  configure(limits: Limits): void
  reopen(): void
  clear(): { readonly ok: true } | { readonly ok: false; readonly error: string }
  /** Gives the hold up; the last one closes the file. */
  release(): void
}

/**
 * Open files by canonical path. Kept for the whole process, as descriptors are: two writers of one file have to know
 * of each other, or the rotation of one takes the file from under the other.
 */
const openFiles = new Map<string, SharedFile>()

/** Files whose sharing was told of: once is enough, however often their programs start. */
const toldSharing = new Set<string>()

/**
 * Opens a log file, or joins those who have it open already.
 *
 * @returns `errno` is a code such as `EACCES`
 * @throws never
 */
export function openLogFile(
  file: string,
  limits: Limits,
  notice: Notice,
): { readonly ok: true; readonly file: LogFile } | { readonly ok: false; readonly errno: string } {
  let target: Target
  const handedOn = claimLog(path.resolve(file))
  try {
    target = handedOn?.target ?? openTarget(file)
  } catch (error) {
    return { ok: false, errno: errnoOf(error) }
  }
  // Two descriptors of one pipe or terminal are one place.
  const key = inheritedDescriptor(file) === null ? canonicalPath(file) : `inherited:${placeOf(target)}`
  const known = openFiles.get(key)
  const joined = known?.adopt(target) ? known : null
  if (joined !== null) closeTarget(target)
  if (target.regular) joined?.tellSharing(limits)
  const shared = joined ?? createSharedFile(path.resolve(file), target, notice)
  if (known === undefined) openFiles.set(key, shared)

  shared.configure(limits)
  shared.retain()
  if (handedOn !== null && handedOn.waiting.length > 0) shared.write(handedOn.waiting)
  return {
    ok: true,
    file: {
      ...shared,
      release: () => {
        if (shared.release() && openFiles.get(key) === shared) openFiles.delete(key)
      },
    },
  }
}

/** All open files, for a program that takes our place. */
export function openLogs(): readonly OpenLog[] {
  return [...openFiles.values()].map((shared) => shared.state())
}

/**
 * Empties log files. One that is open is started anew, others are cut to nothing; missing ones and everything that
 * is not a regular file are passed over.
 *
 * @returns the code of the first failure, after all were tried
 * @throws never
 */
export function removeLogs(
  files: readonly string[],
): { readonly ok: true } | { readonly ok: false; readonly error: string } {
  let failure: string | null = null
  for (const file of files) {
    const result = empty(file)
    if (!result.ok) failure ??= result.error
  }
  return failure === null ? { ok: true } : { ok: false, error: failure }
}

function empty(file: string): { readonly ok: true } | { readonly ok: false; readonly error: string } {
  const shared = openFiles.get(canonicalPath(file))
  if (shared !== undefined) return shared.clear()
  try {
    // Not removed: an AUTO log keeps its mode, and `tail -f` keeps its file.
    if (fs.statSync(file).isFile()) fs.truncateSync(file, 0)
    return { ok: true }
  } catch (error) {
    const errno = errnoOf(error)
    return errno === 'ENOENT' || errno === 'ENOTDIR' ? { ok: true } : { ok: false, error: errno }
  }
}

type SharedFile = ReturnType<typeof createSharedFile>

function createSharedFile(file: string, initial: Target, notice: Notice) {
  let target = initial
  let size = target.size
  let limits: Limits = { logBytesMax: 0, logBackups: 0 }
  let users = 0
  /** After a rotation that failed: the size at which it is tried again. 0 is at once. */
  let retrySize = 0
  const losses = lossesOf(file, notice)
  const writer = createWriter(target.fd, losses)
  const marks = target.regular ? marksOf(file, size) : NO_MARKS

  /** Monotonic ms at which to see whether the file is still there, or can be again. */
  let lookAtMs = 0
  /** Why there is no file to write to: somebody removed it. */
  let gone: string | null = null

  function write(data: Uint8Array): void {
    if (target.regular && performance.now() >= lookAtMs) replaceRemoved()
    if (gone !== null) {
      losses.lost(data.length, gone)
      return
    }
    if (marks.due) marks.mark(size)
    size += writer.write(data)
    if (limits.logBytesMax > 0 && size >= limits.logBytesMax && size >= retrySize && target.regular) rotate()
  }

  /**
   * What is written to a file without a name is lost to everybody and fills the disk unseen: the file is made anew. One
   * that was renamed goes on being written, as in the original; whoever rotates asks for a new one.
   */
  function replaceRemoved(): void {
    lookAtMs = performance.now() + LOOK_MS
    if (gone === null && fs.fstatSync(target.fd).nlink > 0) return
    const first = gone === null
    gone = reopen()
    if (gone === null) {
      marks.restart(true)
      if (first) notice('warn', `log '${file}' was removed while it was open and has been made anew`)
    } else fs.ftruncateSync(target.fd, 0)
  }

  function rotate(): void {
    const failed = retrySize > 0
    try {
      size = fs.fstatSync(target.fd).size // Someone else may have cut it (logrotate's copytruncate).
      if (size < limits.logBytesMax) return
      if (limits.logBackups > 0) {
        const former = fs.fstatSync(target.fd)
        shiftBackups(file, limits.logBackups)
        replace(openTarget(file)) // Only now is the old one closed: when this fails it goes on being written.
        marks.rotated(former)
      } else {
        fs.ftruncateSync(target.fd, 0)
        size = 0
        marks.restart(false)
      }
      retrySize = 0
    } catch (error) {
      retrySize = size + limits.logBytesMax
      if (!failed) notice('error', `cannot rotate log '${file}': ${errnoOf(error)}, it goes on growing`)
    }
  }

  function replace(next: Target): void {
    const before = target
    target = next
    size = next.size
    writer.use(next.fd)
    closeTarget(before)
  }

  function reopen(): string | null {
    if (!target.regular) return null
    try {
      const before = size
      const former = fs.fstatSync(target.fd)
      replace(openTarget(file))
      gone = null
      const { dev, ino } = fs.fstatSync(target.fd)
      if (dev !== former.dev || ino !== former.ino) marks.rotated(former)
      else if (size !== before) marks.restart(true)
      retrySize = 0
      return null
    } catch (error) {
      return errnoOf(error)
    }
  }

  function clear(): { readonly ok: true } | { readonly ok: false; readonly error: string } {
    if (!target.regular) return { ok: true }
    try {
      fs.unlinkSync(file)
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') return { ok: false, error: errnoOf(error) }
    }
    const errno = reopen()
    marks.restart(false)
    return errno === null ? { ok: true } : { ok: false, error: errno }
  }

  const stream: SharedStream | null = target.regular ? null : { middleOf: null }
  return {
    stream,
    write,
    clear,
    configure: (next: Limits) => {
      limits = next
    },
    reopen: () => {
      const errno = reopen()
      if (errno !== null) notice('error', `cannot reopen log '${file}': ${errno}, still writing to the old file`)
    },
    state: (): OpenLog => ({
      file,
      fd: inheritedDescriptor(file) === null ? target.fd : null,
      waiting: Buffer.from(writer.waiting()).toString('base64'),
    }),
    retain: () => {
      users += 1
    },
    /** @returns whether that was the last user and the file is closed */
    release: (): boolean => {
      users -= 1
      if (users > 0) return false
      writer.close()
      marks.leave(size)
      closeTarget(target)
      return true
    },
    /** @returns whether a newly opened file of the same name is this one, after looking at the name again */
    adopt: (other: Target): boolean => {
      if (!target.regular || !other.regular) return target.regular === other.regular
      if (!isSame(target, other)) reopen()
      return isSame(target, other)
    },
    tellSharing: (others: Limits) => {
      if (toldSharing.has(file)) return
      toldSharing.add(file)
      const same = others.logBytesMax === limits.logBytesMax && others.logBackups === limits.logBackups
      const which = same ? '' : ', the limits given last apply to all'
      // Supervisor does not know: where nothing goes wrong there is no line that it would not write.
      notice(same ? 'debug' : 'warn', `log '${file}' is shared by several outputs${which}`)
    },
  }
}

/** How often a log that is written to is looked for. */
const LOOK_MS = 1000

/** For what has no length: nothing is ever due. */
const NO_MARKS: Marks = { due: false, mark: () => {}, restart: () => {}, rotated: () => {}, leave: () => {} }

function isSame(a: Target, b: Target): boolean {
  return placeOf(a) === placeOf(b)
}

function placeOf({ fd }: Target): string {
  const { dev, ino } = fs.fstatSync(fd)
  return `${dev}:${ino}`
}

function closeTarget(target: Target): void {
  if (!target.owned) return
  try {
    fs.closeSync(target.fd)
  } catch {
    // The descriptor is gone either way; a write error of its last bytes (NFS) cannot be mended here.
  }
}
