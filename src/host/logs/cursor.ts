import fs from 'node:fs'
import { type FileId, isSameFile, openToRead, rotatedFiles, statOf } from './reading.js'

/** A place in a log that others write and rotate; no file stays open for it. */
export interface LogCursor extends FileId {
  readonly offset: number
}

/** What came after a cursor. */
export interface LogPiece {
  /** Empty when nothing did. */
  readonly data: Buffer
  readonly cursor: LogCursor
  /** Something in between is gone: the file was cut, or rotated away before it was read. */
  readonly lost: boolean
}

const PIECE_BYTES_MAX = 64 * 1024

/**
 * The place `bytes` before the end of a log, or one that `find` chooses.
 *
 * @param find - gets the open file and its size; gives an offset
 * @returns `null` when there is no regular file
 */
export function cursorAt(file: string, find: (fd: number, size: number) => number): LogCursor | null {
  return withFile(file, (fd, { dev, ino, size }) => {
    return { dev, ino, offset: Math.max(0, Math.min(size, find(fd, size))) }
  })
}

/**
 * The same in a file that was rotated away.
 *
 * @returns `null` when it is no longer there
 */
export function cursorInRotated(
  file: string,
  id: FileId,
  find: (fd: number, size: number) => number,
): LogCursor | null {
  for (const { path, stat } of rotatedFiles(file)) {
    if (isSameFile(stat, id)) return cursorAt(path, find)
  }
  return null
}

/**
 * The start of the oldest rotated file that did not exist at a time: where a log that came later begins.
 *
 * @returns `null` when there is none
 */
export function cursorBornSince(file: string, wallMs: number): LogCursor | null {
  let oldest: LogCursor | null = null
  for (const { stat } of rotatedFiles(file)) {
    if (stat.birthtimeMs < wallMs) break
    oldest = { dev: stat.dev, ino: stat.ino, offset: 0 }
  }
  return oldest
}

/**
 * Reads on from a cursor, at most 64 KiB: the file it is in, even when that was rotated meanwhile, to its end, then the
 * next newer one.
 *
 * @param cursor - `null` to begin with the file as it is now
 * @returns `null` when there is no file now
 */
export function readOn(file: string, cursor: LogCursor | null): LogPiece | null {
  if (cursor === null) return readFrom(file, 0, false)
  const now = statOf(file)
  if (now !== null && isSameFile(now, cursor)) {
    // Nearly always: nothing new, and nothing but one stat to find that out.
    if (now.size === cursor.offset) return { data: NOTHING, cursor, lost: false }
    return now.size < cursor.offset ? readFrom(file, 0, true) : readFrom(file, cursor.offset, false)
  }
  let newer: string | null = null
  for (const { path, stat } of rotatedFiles(file)) {
    if (isSameFile(stat, cursor)) {
      if (stat.size > cursor.offset) return readFrom(path, cursor.offset, false)
      return (newer === null ? null : readFrom(newer, 0, false)) ?? readFrom(file, 0, false)
    }
    newer = path
  }
  return now === null ? null : readFrom(file, 0, true)
}

/** The offset at which the last `count` lines of a file begin; what follows the last line end counts as a line. */
export function offsetOfLastLines(fd: number, size: number, count: number): number {
  if (count <= 0) return size
  const buffer = Buffer.allocUnsafe(PIECE_BYTES_MAX)
  let found = 0
  for (let end = size; end > 0; ) {
    const start = Math.max(0, end - PIECE_BYTES_MAX)
    const bytes = fs.readSync(fd, buffer, 0, end - start, start)
    for (let i = bytes - 1; i >= 0; i--) {
      if (buffer[i] !== LINE_FEED || start + i === size - 1) continue
      found += 1
      if (found === count) return start + i + 1
    }
    end = start
  }
  return 0
}

/** The offset at which the line that holds `offset` begins; at most 64 KiB are looked through for it. */
export function startOfLine(fd: number, offset: number): number {
  const from = Math.max(0, offset - PIECE_BYTES_MAX)
  const before = Buffer.allocUnsafe(offset - from)
  const bytes = fs.readSync(fd, before, 0, before.length, from)
  const at = before.subarray(0, bytes).lastIndexOf(LINE_FEED)
  return at >= 0 ? from + at + 1 : from === 0 ? 0 : offset
}

const LINE_FEED = 10
const NOTHING = Buffer.alloc(0)

function readFrom(file: string, offset: number, lost: boolean): LogPiece | null {
  return withFile(file, (fd, { dev, ino }) => {
    const buffer = Buffer.allocUnsafe(PIECE_BYTES_MAX)
    const bytes = fs.readSync(fd, buffer, 0, PIECE_BYTES_MAX, offset)
    return { data: buffer.subarray(0, bytes), cursor: { dev, ino, offset: offset + bytes }, lost }
  })
}

/** @returns `null` for everything that is no regular file, and for what cannot be read */
function withFile<T>(file: string, use: (fd: number, stat: fs.Stats) => T): T | null {
  let fd: number
  try {
    fd = openToRead(file)
  } catch {
    return null
  }
  try {
    const stat = fs.fstatSync(fd)
    return stat.isFile() ? use(fd, stat) : null
  } catch {
    return null
  } finally {
    fs.closeSync(fd)
  }
}
