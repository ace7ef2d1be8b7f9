import fs from 'node:fs'
import { openToRead } from './reading.js'

/** What reading part of a log came to. */
export type ReadResult =
  | { readonly ok: true; readonly data: Buffer }
  | { readonly ok: false; readonly reason: 'no-file' | 'bad-arguments' | 'failed' }

/** The end of a log, with where it stands. */
export type TailResult =
  | { readonly ok: true; readonly data: Buffer; readonly offset: number; readonly overflow: boolean }
  | { readonly ok: false; readonly reason: 'no-file' | 'failed' }

/** One answer holds no more than this: the newest bytes where the end was asked for, else the first from `offset`. */
const ANSWER_BYTES_MAX = 64 * 1024 * 1024

/**
 * Reads part of a file.
 *
 * @param offset - bytes from the start; negative, with `length` 0, the last `-offset` bytes
 * @param length - bytes; 0 is up to the end
 * @throws never
 * @see Supervisor options.py, readFile
 */
export function readFile(file: string, offset: number, length: number): ReadResult {
  if (offset < 0 ? length !== 0 : length < 0) return { ok: false, reason: 'bad-arguments' }
  return withFile(file, (fd, size) => {
    const wanted = offset < 0 ? -offset : length === 0 ? size - offset : length
    const bytes = Math.min(wanted, ANSWER_BYTES_MAX)
    const start = offset < 0 ? Math.max(0, size - bytes) : offset
    return { ok: true, data: readAt(fd, start, Math.min(bytes, size - start)) }
  })
}

/**
 * Reads the last `length` bytes of a file.
 *
 * @param offset - what the caller has already; only decides on `overflow`, and past the end reads nothing
 * @returns `offset` is the file's size; `overflow` says that more than `length` bytes came after the given offset
 * @throws never
 * @see Supervisor options.py, tailFile
 */
export function tail(file: string, offset: number, length: number): TailResult {
  return withFile(file, (fd, size) => {
    const overflow = size > offset + length
    const from = overflow ? size - 1 : offset
    const wanted = from + length > size && from > size - 1 ? 0 : Math.max(0, length)
    const bytes = Math.min(wanted, size, ANSWER_BYTES_MAX)
    return { ok: true, data: readAt(fd, size - bytes, bytes), offset: size, overflow }
  })
}

/** Bytes as text: what is not UTF-8, or cut at either end, becomes U+FFFD. A byte order mark stays. */
export function decodeLog(data: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(data)
}

function withFile<Result>(
  file: string,
  read: (fd: number, size: number) => Result,
): Result | { readonly ok: false; readonly reason: 'no-file' | 'failed' } {
  let fd: number
  try {
    fd = openToRead(file)
  } catch (error) {
    const missing = ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')
    return { ok: false, reason: missing ? 'no-file' : 'failed' }
  }
  try {
    const stat = fs.fstatSync(fd)
    if (stat.isDirectory()) return { ok: false, reason: 'failed' }
    // Nothing can be read back from a device such as /dev/null; reading a pipe would take it from its reader.
    return read(fd, stat.isFile() ? stat.size : 0)
  } catch {
    return { ok: false, reason: 'failed' }
  } finally {
    fs.closeSync(fd)
  }
}

/** @returns `bytes` bytes from `start`, fewer where the file ends; none for a negative count */
function readAt(fd: number, start: number, bytes: number): Buffer {
  const data = Buffer.alloc(Math.max(0, bytes))
  let length = 0
  while (length < data.length) {
    const count = fs.readSync(fd, data, length, data.length - length, start + length)
    if (count === 0) break
    length += count
  }
  return data.subarray(0, length)
}
