import { type FileId, isSameFile } from './reading.js'
import { canonicalPath } from './target.js'

/** Marks kept for one file. */
const MARKS_MAX = 256
/** Files remembered, open or not. */
const FILES_MAX = 8192
/** Rotated files remembered of one log, and marks kept of each. */
const ROTATED_MAX = 10
const ROTATED_MARKS_MAX = 32
/** Least time between two marks, ms; doubled whenever there are too many. */
const SPACING_MS = 1000

/**
 * Remembers, sparsely, when which part of a log was written: our programs' lines have no time of their own.
 *
 * Marks are made at most once a second, so the path of every write only looks at `due`.
 */
export interface Marks {
  /** Whether the next write is to be marked. */
  readonly due: boolean
  /** What is written from `offset` on is written now. */
  mark(offset: number): void
  /** The file is a new one, or was emptied. @param older - whether what it had is in another file now */
  restart(older: boolean): void
  /** The file is a new one, and what it had stays in the file with this device and inode. */
  rotated(former: FileId): void
  /** The file is closed at this length; another length at the next start means that others wrote. */
  leave(size: number): void
}

/** Where to begin to read. `exact` is false when nothing is known of what was written before `offset`. */
export interface SincePlace {
  readonly offset: number
  readonly exact: boolean
}

/** When which part of one file was written. */
interface Written {
  readonly atWallMs: number[]
  readonly offsets: number[]
  /** From when on nothing that was written is missing here. */
  wholeFromMs: number
  spacingMs: number
}

interface FileMarks extends Marks, Written {
  /** Length at which it was left. */
  left: number | null
  /** Files that were rotated away, the newest first. */
  readonly former: readonly Former[]
}

/** A rotated file. */
interface Former extends Written {
  readonly id: FileId
  /** When it was rotated away. */
  readonly endedWallMs: number
}

/** By canonical path, the one used last at the end. */
const known = new Map<string, FileMarks>()

/** From when on nothing was written to any file that has no marks. */
let silentFromMs = Date.now()

/** The marks of a file that was just opened. @param size - bytes that are there already */
export function marksOf(file: string, size: number): Marks {
  const path = canonicalPath(file)
  const before = known.get(path)
  const marks = before ?? createMarks(silentFromMs)
  if (before !== undefined && before.left !== size) marks.restart(true)
  known.delete(path)
  known.set(path, marks)
  const [oldest] = known.keys()
  if (known.size > FILES_MAX && oldest !== undefined) {
    known.delete(oldest)
    silentFromMs = Date.now()
  }
  return marks
}

/**
 * Finds where what was written since a time begins, at or a little before it.
 *
 * @returns `exact` false when the time lies before all that is remembered: then `offset` is where memory begins;
 *   `null` when nothing is remembered of the file at all. Past the end for nothing
 */
export function placeSince(file: string, wallMs: number): SincePlace | null {
  const marks = known.get(canonicalPath(file))
  return marks === undefined ? (wallMs >= silentFromMs ? END : null) : placeIn(marks, wallMs)
}

/**
 * Finds the same in what was rotated away: the oldest file with anything that was written since.
 *
 * @returns `null` when nothing that was written since is remembered to be in one
 */
export function rotatedSince(file: string, wallMs: number): (SincePlace & { readonly id: FileId }) | null {
  const former = known.get(canonicalPath(file))?.former ?? []
  const oldest = former.filter(({ endedWallMs }) => endedWallMs >= wallMs).at(-1)
  const place = oldest && placeIn(oldest, wallMs)
  return oldest && place ? { ...place, id: oldest.id } : null
}

function placeIn(marks: Written, wallMs: number): SincePlace | null {
  const [firstMs] = marks.atWallMs
  if (firstMs === undefined) return wallMs >= marks.wholeFromMs ? END : null
  const { atWallMs, offsets, spacingMs } = marks
  if (wallMs < firstMs) return { offset: offsets[0] ?? 0, exact: wallMs >= marks.wholeFromMs }
  const next = atWallMs.findIndex((at) => at > wallMs)
  const last = next < 0 ? atWallMs.length - 1 : next - 1
  // Writes without a mark of their own came within the spacing after a mark, twice that where marks were thinned out.
  const silent = wallMs >= (atWallMs[last] ?? 0) + 2 * spacingMs
  if (!silent) return { offset: offsets[last] ?? 0, exact: true }
  return next < 0 ? END : { offset: offsets[next] ?? 0, exact: true }
}

const END: SincePlace = { offset: Number.POSITIVE_INFINITY, exact: true }

function createMarks(wholeFromMs: number): FileMarks {
  let timer: NodeJS.Timeout | null = null
  const marks = {
    atWallMs: [] as number[],
    offsets: [] as number[],
    left: null as number | null,
    wholeFromMs,
    spacingMs: SPACING_MS,
    former: [] as readonly Former[],
    due: true,
    mark(offset: number): void {
      marks.due = false
      timer = setTimeout(() => {
        marks.due = true
      }, marks.spacingMs)
      timer.unref()
      const nowMs = Date.now()
      // The clock was set back: what is remembered would come after what is written now.
      if (nowMs < (marks.atWallMs.at(-1) ?? 0)) {
        clear()
        marks.wholeFromMs = nowMs
      }
      marks.atWallMs.push(nowMs)
      marks.offsets.push(offset)
      if (marks.atWallMs.length > MARKS_MAX) thinOut(marks, MARKS_MAX / 2)
    },
    restart(older: boolean): void {
      if (timer !== null) clearTimeout(timer)
      if (older) marks.wholeFromMs = Date.now()
      // What was emptied has no former files either, or they are somebody else's.
      else marks.former = []
      clear()
      marks.due = true
    },
    rotated({ dev, ino }: FileId): void {
      const id = { dev, ino }
      const { wholeFromMs: wholeFrom, spacingMs } = marks
      const written = { atWallMs: [...marks.atWallMs], offsets: [...marks.offsets], wholeFromMs: wholeFrom, spacingMs }
      thinOut(written, ROTATED_MARKS_MAX)
      // Numbers of removed files are used again.
      const others = marks.former.filter((other) => !isSameFile(other.id, id))
      marks.former = [{ ...written, id, endedWallMs: Date.now() }, ...others].slice(0, ROTATED_MAX)
      marks.restart(true)
    },
    leave(size: number): void {
      marks.left = size
    },
  }
  function clear(): void {
    marks.atWallMs.length = 0
    marks.offsets.length = 0
    marks.spacingMs = SPACING_MS
  }
  return marks
}

/** Leaves out marks that come soon after another, until no more than `most` are left. */
function thinOut(marks: Written, most: number): void {
  while (marks.atWallMs.length > most) {
    marks.spacingMs *= 2
    let keptMs = Number.NEGATIVE_INFINITY
    const kept = marks.atWallMs.map((at) => {
      const keep = at - keptMs >= marks.spacingMs
      if (keep) keptMs = at
      return keep
    })
    for (const list of [marks.atWallMs, marks.offsets]) {
      const left = list.filter((_, index) => kept[index])
      list.splice(0, list.length, ...left)
    }
  }
}
