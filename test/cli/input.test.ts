import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { createHistory, HISTORY_LINES_MAX } from '../../src/cli/history.js'
import { pipedLines } from '../../src/cli/piped-lines.js'

describe('pipedLines', () => {
  async function all(pieces: readonly Buffer[]): Promise<readonly string[]> {
    const input = new PassThrough()
    const lines = pipedLines(input)
    const found: string[] = []
    for (const piece of pieces) input.write(piece)
    input.end()
    for (;;) {
      const read = await lines.next()
      if (read.kind !== 'line') return found
      found.push(read.text)
    }
  }

  test('a last line without its end counts, an empty one does not', async () => {
    expect(await all([Buffer.from('a\n\nb')])).toEqual(['a', '', 'b'])
    expect(await all([Buffer.from('a\n')])).toEqual(['a'])
    expect(await all([])).toEqual([])
  })

  test('any cutting gives the same lines', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1 }),
        fc.array(fc.nat(200)),
        async (texts, cuts) => {
          const whole = Buffer.from(texts.map((text) => `${text.replaceAll('\n', '')}\n`).join(''))
          const at = [0, ...cuts.filter((cut) => cut < whole.length).sort((a, b) => a - b), whole.length]
          const pieces = at.slice(1).map((end, index) => whole.subarray(at[index], end))
          expect(await all(pieces)).toEqual(texts.map((text) => text.replaceAll('\n', '')))
        },
      ),
      { numRuns: 50 },
    )
  })

  test('a line that comes later is waited for, and the end is told again and again', async () => {
    const input = new PassThrough()
    const lines = pipedLines(input)
    const waiting = lines.next()
    input.write('late\n')
    expect(await waiting).toEqual({ kind: 'line', text: 'late' })
    input.end()
    expect(await lines.next()).toEqual({ kind: 'end' })
    expect(await lines.next()).toEqual({ kind: 'end' })
  })
})

describe('history', () => {
  const dir = mkdtempSync(join(tmpdir(), 'history-'))
  afterAll(() => rmSync(dir, { recursive: true, force: true }))

  test('is read and written oldest first, for its owner alone', () => {
    const file = join(dir, 'h')
    const first = createHistory(file)
    expect(first.lines).toEqual([])
    first.replace(['newer', 'older'])
    first.save()
    expect(readFileSync(file, 'utf8')).toBe('older\nnewer\n')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(createHistory(file).lines).toEqual(['newer', 'older'])
  })

  test('keeps the newest lines of a long file', () => {
    const file = join(dir, 'long')
    writeFileSync(file, Array.from({ length: HISTORY_LINES_MAX + 10 }, (_, n) => `line ${n}\n`).join(''))
    const { lines } = createHistory(file)
    expect(lines).toHaveLength(HISTORY_LINES_MAX)
    expect(lines[0]).toBe(`line ${HISTORY_LINES_MAX + 9}`)
  })

  test('does without a file that cannot be read or written', () => {
    const history = createHistory(join(dir, 'nosuch', 'h'))
    history.replace(['x'])
    history.save()
    expect(history.lines).toEqual(['x'])
  })
})
