import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type Marks, marksOf, placeSince, rotatedSince } from '../../src/host/logs/marks.js'

const START_MS = Date.UTC(2030, 0, 1)
let count = 0
const newFile = () => `/nonexistent/log-${++count}`

beforeEach(() => vi.useFakeTimers({ now: START_MS }))
afterEach(() => vi.useRealTimers())

/** Writes as the log file does. @returns the length after it */
function write(marks: Marks, size: number, bytes: number): number {
  if (marks.due) marks.mark(size)
  return size + bytes
}

describe('where a time begins in a log', () => {
  test('never after the first byte written since, and never long before it', () => {
    const waits = fc.array(fc.integer({ min: 0, max: 5000 }), { minLength: 1, maxLength: 400 })
    fc.assert(
      fc.property(waits, fc.nat(), (gaps, pick) => {
        vi.setSystemTime(START_MS)
        const file = newFile()
        const marks = marksOf(file, 0)
        const writes: { readonly atMs: number; readonly offset: number }[] = []
        let size = 0
        for (const gap of gaps) {
          vi.advanceTimersByTime(gap)
          writes.push({ atMs: Date.now(), offset: size })
          size = write(marks, size, 10)
        }
        const wallMs = START_MS + (pick % (Date.now() - START_MS + 1))
        const first = writes.find(({ atMs }) => atMs >= wallMs)?.offset ?? size
        const place = placeSince(file, wallMs)
        expect(place?.exact).toBe(true)
        const offset = Math.min(place?.offset ?? -1, size)
        expect(offset).toBeLessThanOrEqual(first)
        const early = writes.find((one) => one.offset === offset)?.atMs ?? Date.now()
        // At most twice the spacing, which grows with the time that is remembered.
        expect(wallMs - early).toBeLessThanOrEqual(Math.max(2_000, (Date.now() - START_MS) / 16))
      }),
      { numRuns: 100 },
    )
  })

  test('nothing is known of what was there before', () => {
    const file = newFile()
    const marks = marksOf(file, 500)
    vi.advanceTimersByTime(60_000)
    write(marks, 500, 10)
    expect(placeSince(file, START_MS - 86_400_000 * 365 * 20)).toEqual({ offset: 500, exact: false })
    expect(placeSince(file, START_MS + 30_000)).toEqual({ offset: 500, exact: true })
  })

  test('nothing was written since: past the end', () => {
    const file = newFile()
    const marks = marksOf(file, 0)
    write(marks, 0, 10)
    vi.advanceTimersByTime(600_000)
    expect(placeSince(file, START_MS + 300_000)?.offset).toBe(Number.POSITIVE_INFINITY)
  })

  test('after a rotation only the new file is known, exactly from then on', () => {
    const file = newFile()
    const marks = marksOf(file, 0)
    write(marks, 0, 1000)
    vi.advanceTimersByTime(60_000)
    marks.restart(true)
    write(marks, 0, 10)
    expect(placeSince(file, START_MS)).toEqual({ offset: 0, exact: false })
    expect(placeSince(file, START_MS + 60_000)).toEqual({ offset: 0, exact: true })
  })

  test('what was rotated away is remembered by its file, the oldest with anything since', () => {
    const file = newFile()
    const marks = marksOf(file, 0)
    for (const ino of [1, 2, 3]) {
      for (let at = 0, size = 0; at < 100; at++) {
        size = write(marks, size, 10)
        vi.advanceTimersByTime(2_000)
      }
      marks.rotated({ dev: 1, ino })
    }
    write(marks, 0, 10)
    // Each file holds 200 s, ten bytes every two.
    expect(rotatedSince(file, Date.now() + 1)).toBeNull()
    for (const [secondsAgo, ino, offset] of [
      [50, 3, 750],
      [250, 2, 750],
      [599, 1, 0],
    ] as const) {
      const found = rotatedSince(file, Date.now() - secondsAgo * 1000)
      expect(found).toMatchObject({ id: { dev: 1, ino }, exact: true })
      expect(found?.offset).toBeLessThanOrEqual(offset)
      expect(found?.offset).toBeGreaterThan(offset - 100)
    }
    expect(rotatedSince(file, 0)).toMatchObject({ id: { ino: 1 }, offset: 0, exact: false })
    // The number of a removed file is used again, and a log that was emptied has none.
    marks.rotated({ dev: 1, ino: 1 })
    expect(rotatedSince(file, Date.now() - 599_000)).toMatchObject({ id: { ino: 2 }, exact: false })
    marks.restart(false)
    expect(rotatedSince(file, 0)).toBeNull()
  })

  test('a file closed and opened again keeps its marks, unless others wrote to it', () => {
    const file = newFile()
    const marks = marksOf(file, 0)
    const size = write(marks, 0, 10)
    marks.leave(size)
    vi.advanceTimersByTime(60_000)
    write(marksOf(file, size), size, 10)
    expect(placeSince(file, START_MS + 30_000)).toEqual({ offset: 10, exact: true })
    marksOf(file, size + 10).leave(size + 10)
    marksOf(file, 4000)
    expect(placeSince(file, START_MS + 30_000)).toBeNull()
  })

  test('at most one mark a second is made', () => {
    const marks = marksOf(newFile(), 0)
    let made = 0
    for (let i = 0; i < 100; i++) {
      if (marks.due) made += 1
      write(marks, i, 1)
      vi.advanceTimersByTime(50)
    }
    expect(made).toBe(5)
  })
})
