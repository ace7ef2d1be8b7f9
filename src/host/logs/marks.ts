import { canonicalPath } from './target.js'

/** Marks kept for one file. */
const MARKS_MAX = 256
/** Files remembered, open or not. */
const FILES_MAX = 8192
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
  /** The file is closed at this length; another length at the next start means that others wrote. */
  leave(size: number): void
}

/** Where to begin to read. `exact` is false when nothing is known of what was written before `offset`. */
export interface SincePlace {
  readonly offset: number
  readonly exact: boolean
}

interface FileMarks extends Marks {
  readonly atWallMs: number[]
  readonly offsets: number[]
  /** Length at which it was left. */
  left: number | null
  /** From when on nothing that was written is missing here. */
  wholeFromMs: number
  spacingMs: number
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
  const [firstMs] = marks?.atWallMs ?? []
  if (marks === undefined || firstMs === undefined) {
    return wallMs >= (marks?.wholeFromMs ?? silentFromMs) ? END : null
  }
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
      if (marks.atWallMs.length > MARKS_MAX) thinOut(marks)
    },
    restart(older: boolean): void {
      if (timer !== null) clearTimeout(timer)
      if (older) marks.wholeFromMs = Date.now()
      clear()
      marks.due = true
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

/** Leaves out marks that come soon after another, until half of them are left. */
function thinOut(marks: FileMarks): void {
  while (marks.atWallMs.length > MARKS_MAX / 2) {
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
