import fs from 'node:fs'
import { type FileId, isSameFile, openToRead, rotatedFiles, statOf } from './reading.js'

const POLL_MS = 100
const READ_BYTES = 64 * 1024
/** Reads per turn; then others get theirs. */
const READS_MAX = 16

const TRUNCATED = Buffer.from('==> File truncated <==\n')

/** Someone reading along. */
export interface Follower {
  /** Goes on after `data` returned false. */
  resume(): void
  close(): void
}

/** A file we are in, kept open by its descriptor so that it can be read to its end after a rename. */
interface Place extends FileId {
  readonly fd: number
  position: number
}

/**
 * Reads the end of a log and then all that is appended, across rotation and truncation.
 *
 * A file that was replaced is read to its end first, then those rotated meanwhile, then the new one from its start.
 * One that shrank is told of by a line and read from its start. One that is missing is waited for.
 *
 * @param tailBytes - how much of what is there already to begin with
 * @param data - gets each piece, at most 64 KiB, never during this call. A callee that returns false is given nothing
 *   more until `resume`
 * @returns `no-file` when there is none to begin with
 * @throws never
 * @see Supervisor http.py, tail_f_producer
 */
export function followFile(
  file: string,
  tailBytes: number,
  data: (chunk: Buffer) => boolean,
): { readonly ok: true; readonly follower: Follower } | { readonly ok: false; readonly reason: 'no-file' | 'failed' } {
  const stat = statOf(file)
  if (stat === null) return { ok: false, reason: 'no-file' }
  if (stat.isDirectory()) return { ok: false, reason: 'failed' }
  /** The file being read and, after fast rotations, those that came after it. */
  let places: Place[] = []
  if (stat.isFile()) {
    const first = openPlace(file)
    if (first === null) return { ok: false, reason: 'failed' }
    first.position = Math.max(0, fs.fstatSync(first.fd).size - tailBytes)
    places = [first]
  }
  let paused = false
  let closed = false
  let timer = setTimeout(turn, 0)

  function turn(): void {
    if (closed || paused) return
    // What the name means is looked up before reading: all that was written before a rename is then read.
    const now = statOf(file)
    let reads = READS_MAX
    while (!closed && !paused && reads > 0) {
      const chunk = readNext(now)
      if (chunk === null) break
      reads -= 1
      paused = !data(chunk)
    }
    if (!closed && !paused) schedule(reads > 0 ? POLL_MS : 0)
  }

  /** @returns the next piece, `null` when there is nothing for now */
  function readNext(now: fs.Stats | null): Buffer | null {
    for (;;) {
      const place = places[0]
      if (place === undefined) {
        if (now === null || !now.isFile()) return null
        const opened = openPlace(file)
        if (opened === null) return null
        places = [opened]
        continue
      }
      const chunk = readPlace(place)
      if (chunk !== null) return chunk
      if (places.length > 1) {
        leave()
        continue
      }
      if (now === null || !now.isFile() || isSameFile(place, now)) return null
      places.push(...openNewer(file, place))
      if (places.length === 1) return null
    }
  }

  function leave(): void {
    const left = places.shift()
    if (left !== undefined) fs.closeSync(left.fd)
  }

  function schedule(delayMs: number): void {
    timer = setTimeout(turn, delayMs)
  }

  return {
    ok: true,
    follower: {
      resume: () => {
        if (!paused || closed) return
        paused = false
        schedule(0)
      },
      close: () => {
        if (closed) return
        closed = true
        clearTimeout(timer)
        while (places.length > 0) leave()
      },
    },
  }
}

/** @returns what comes after our position, `null` at the end of the file */
function readPlace(place: Place): Buffer | null {
  try {
    if (fs.fstatSync(place.fd).size < place.position) {
      place.position = 0
      return TRUNCATED
    }
    const buffer = Buffer.allocUnsafe(READ_BYTES)
    const count = fs.readSync(place.fd, buffer, 0, READ_BYTES, place.position)
    place.position += count
    return count === 0 ? null : buffer.subarray(0, count)
  } catch {
    return null // A file system that went away: the next turn tries again.
  }
}

/** @returns the files newer than the one we were in, oldest first: rotated ones, then the one that has the name now */
function openNewer(file: string, old: Place): Place[] {
  const rotated: string[] = []
  for (const { path, stat } of rotatedFiles(file)) {
    if (isSameFile(old, stat)) return [...rotated.reverse(), file].flatMap((newer) => openPlace(newer) ?? [])
    rotated.push(path)
  }
  // Rotated from outside under another name, or removed.
  return [openPlace(file) ?? []].flat()
}

function openPlace(file: string): Place | null {
  try {
    const fd = openToRead(file)
    const { dev, ino } = fs.fstatSync(fd)
    return { fd, dev, ino, position: 0 }
  } catch {
    return null
  }
}
