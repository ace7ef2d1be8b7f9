import {
  appendFileSync,
  closeSync,
  mkdtempSync,
  openSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { cursorAt, type LogCursor, offsetOfLastLines, readOn, startOfLine } from '../../src/host/logs/cursor.js'

let dir = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'svctl-cursor-'))
})
afterEach(() => rmSync(dir, { recursive: true }))

/** Reads until nothing is left for now. */
function drain(file: string, from: LogCursor | null) {
  let cursor = from
  let text = ''
  let lost = false
  for (;;) {
    const piece = readOn(file, cursor)
    if (piece === null) return { cursor, text, lost }
    cursor = piece.cursor
    text += piece.data.toString()
    lost ||= piece.lost
    if (piece.data.length === 0) return { cursor, text, lost }
  }
}

function rotate(file: string, backups: number): void {
  for (let n = backups - 1; n >= 1; n--) {
    try {
      renameSync(`${file}.${n}`, `${file}.${n + 1}`)
    } catch {
      // not there yet
    }
  }
  renameSync(file, `${file}.1`)
  writeFileSync(file, '')
}

describe('a cursor in a log', () => {
  test('loses nothing, whatever is written and however often it is rotated between two looks', () => {
    const step = fc.oneof(
      fc.string({ maxLength: 30 }).map((text) => ({ text })),
      fc.constant('rotate' as const),
      fc.constant('read' as const),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const file = join(mkdtempSync(join(dir, 'p-')), 'log')
        writeFileSync(file, '')
        let written = ''
        let read = drain(file, null)
        let seen = ''
        for (const one of steps) {
          if (one === 'rotate') rotate(file, 50)
          else if (one === 'read') {
            read = drain(file, read.cursor)
            seen += read.text
            expect(read.lost).toBe(false)
          } else {
            appendFileSync(file, one.text)
            written += one.text
          }
        }
        // The last look of several: each ends with the file it is in.
        for (let i = 0; i <= steps.length; i++) {
          read = drain(file, read.cursor)
          seen += read.text
        }
        expect(seen).toBe(written)
      }),
      { numRuns: 60 },
    )
  })

  test('a log that was cut is told of and read from its start', () => {
    const file = join(dir, 'log')
    writeFileSync(file, 'one\ntwo\n')
    const { cursor } = drain(file, null)
    truncateSync(file, 0)
    appendFileSync(file, 'new\n')
    expect(drain(file, cursor)).toMatchObject({ text: 'new\n', lost: true })
  })

  test('a log that is not there yet is read from its start once it is', () => {
    const file = join(dir, 'log')
    expect(readOn(file, null)).toBeNull()
    writeFileSync(file, 'one\n')
    expect(drain(file, null)).toMatchObject({ text: 'one\n', lost: false })
  })

  test('a folder or a device is no log', () => {
    expect(cursorAt(dir, () => 0)).toBeNull()
    expect(cursorAt('/dev/null', () => 0)).toBeNull()
  })
})

describe('the last lines', () => {
  for (const { text, count, last } of [
    { text: 'a\nb\nc\n', count: 2, last: 'b\nc\n' },
    { text: 'a\nb\nc', count: 2, last: 'b\nc' },
    { text: 'a\nb\n', count: 9, last: 'a\nb\n' },
    { text: 'a\nb\n', count: 0, last: '' },
    { text: '', count: 3, last: '' },
    { text: '\n\n\n', count: 2, last: '\n\n' },
    { text: `${'x'.repeat(200_000)}\n${'y'.repeat(200_000)}\nz\n`, count: 2, last: `${'y'.repeat(200_000)}\nz\n` },
  ])
    test(`${count} of ${JSON.stringify(text.slice(0, 20))} (${text.length} bytes)`, () => {
      const file = join(dir, 'log')
      writeFileSync(file, text)
      const fd = openSync(file, 'r')
      expect(text.slice(offsetOfLastLines(fd, text.length, count))).toBe(last)
      closeSync(fd)
    })

  test('a place in the middle of a line is taken back to where that begins', () => {
    const file = join(dir, 'log')
    writeFileSync(file, 'one\ntwo\nthree')
    const fd = openSync(file, 'r')
    expect([0, 3, 4, 6, 8, 11].map((offset) => startOfLine(fd, offset))).toEqual([0, 0, 4, 4, 8, 8])
    closeSync(fd)
  })
})
