import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { streamText } from '../../src/cli/ctl/stream-text.js'

const bytes = (...parts: readonly (string | number)[]) =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from([part]))))

describe('streamText', () => {
  for (const { name, chunks, shown } of [
    { name: 'text is shown as it is', chunks: [bytes('a\n'), bytes('Smørrebrød ✓')], shown: 'a\nSmørrebrød ✓' },
    { name: 'a byte order mark is text', chunks: [bytes('\ufeffa')], shown: '\ufeffa' },
    {
      name: 'a chunk that is not UTF-8 is quoted',
      chunks: [bytes('a', 0xff, '\n')],
      shown: "Undecodable: b'a\\xff\\n'",
    },
    {
      name: 'a lone continuation at the start of a short log is not dropped',
      chunks: [bytes(0x88, '\n')],
      shown: "Undecodable: b'\\x88\\n'",
    },
    {
      name: 'a character cut between chunks is put together',
      chunks: [bytes('x', 0xe2, 0x9c), bytes(0x93, 'y')],
      shown: 'x✓y',
    },
    {
      name: 'a character that never ends is quoted at the end',
      chunks: [bytes('x', 0xe2, 0x9c)],
      shown: "xUndecodable: b'\\xe2\\x9c'",
    },
    {
      name: 'a first kilobyte that begins inside a character shows the rest',
      chunks: [bytes(0x9c, 0x93, 'z'.repeat(1022))],
      shown: 'z'.repeat(1022),
    },
    { name: 'no chunks show nothing', chunks: [], shown: '' },
  ]) {
    test(name, () => {
      const text = streamText()
      expect(chunks.map((chunk) => text.push(chunk)).join('') + text.end()).toBe(shown)
    })
  }

  test('valid text survives any cutting', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.array(fc.nat(240)), (shown, cuts) => {
        const whole = Buffer.from(shown)
        const at = [0, ...cuts.filter((cut) => cut < whole.length).sort((a, b) => a - b), whole.length]
        const text = streamText()
        const out = at.slice(1).map((end, index) => text.push(whole.subarray(at[index], end)))
        expect(out.join('') + text.end()).toBe(shown)
      }),
    )
  })
})
