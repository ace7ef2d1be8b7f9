import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createAnsiStripper } from '../../src/host/logs/ansi.js'
import { type ChannelRequest, createChannel } from '../../src/host/logs/channel.js'
import type { Sink } from '../../src/host/logs/sink.js'

const bytes = (text: string) => Buffer.from(text, 'latin1')
const BEGIN = '<!--XSUPERVISOR:BEGIN-->'
const END = '<!--XSUPERVISOR:END-->'

/** A channel whose sink remembers; reads reuse one buffer, as those of the host do. */
function open(request: Partial<ChannelRequest> = {}) {
  const seen = { log: '', output: [] as string[], captured: [] as string[], limits: 0, clears: 0 }
  const outputs: Uint8Array[] = []
  const sink: Sink = {
    write: (data) => {
      seen.log += Buffer.from(data).toString('latin1')
    },
    configure: (limits) => {
      seen.limits = limits.logBytesMax
    },
    held: () => new Uint8Array(),
    begun: () => false,
    hold: () => undefined,
    reopen: () => undefined,
    clear: () => {
      seen.clears += 1
      return { ok: true }
    },
    close: () => undefined,
  }
  const defaults = { path: null, logBytesMax: 0, logBackups: 0, captureBytesMax: 0, syslog: false, tap: true }
  const channel = createChannel({ ...defaults, processName: 'cat', stripAnsi: false, ...request }, sink, {
    output: (data) => void outputs.push(data),
    captured: (data) => void seen.captured.push(Buffer.from(data).toString('latin1')),
  })
  const buffer = Buffer.alloc(65536)
  return {
    channel,
    push: (...texts: string[]) => {
      for (const text of texts) {
        const length = buffer.write(text, 'latin1')
        channel.push(buffer.subarray(0, length))
        buffer.fill('?')
      }
    },
    look: () => ({ ...seen, output: outputs.map((data) => Buffer.from(data).toString('latin1')) }),
  }
}

describe('strip_ansi', () => {
  const strip = (...chunks: string[]) => {
    const ansi = createAnsiStripper()
    return chunks.map((chunk) => Buffer.from(ansi.strip(bytes(chunk))).toString('latin1')).join('')
  }

  test.each([
    { name: 'colours go', input: '\x1b[31mred\x1b[0m \x1b[1;32mbold\x1b[m', left: 'red bold' },
    { name: 'erasing goes', input: 'tail \x1b[K\x1b[2Jend', left: 'tail end' },
    {
      name: 'final bytes the original does not know go, and nothing after them',
      input: 'a\x1b[5nb\x1b[2 qc\x1b[?25hd',
      left: 'abcd',
    },
    { name: 'titles go, ended by BEL or ST', input: '\x1b]0;title\x07a\x1b]8;;http://x\x1b\\b', left: 'ab' },
    { name: 'device strings go', input: 'a\x1bPq#0\x1b\\b', left: 'ab' },
    { name: 'short escapes go', input: 'a\x1b(B\x1b=\x1b7\x1bcb', left: 'ab' },
    { name: 'a sequence broken by a line end ends there', input: '\x1b[31\nnext', left: '\nnext' },
    { name: 'a title without an end costs its line only', input: 'a\x1b]0;title\nnext', left: 'a\nnext' },
    { name: 'a new sequence ends an unfinished one', input: '\x1b[3\x1b[31mred', left: 'red' },
    { name: 'CAN cancels a sequence', input: '\x1b[31\x18x', left: 'x' },
    {
      name: 'UTF-8 is no control character',
      input: '\xc2\x9b\xe2\x9c\x93\x9b31m',
      left: '\xc2\x9b\xe2\x9c\x93\x9b31m',
    },
    { name: 'other control characters stay', input: '\x00\x07\x08\r\n', left: '\x00\x07\x08\r\n' },
  ])('$name', ({ input, left }) => expect(strip(input)).toBe(left))

  test('a string that never ends is text again after 4 KiB', () => {
    expect(strip(`\x1b]0;${'x'.repeat(10_000)}`).length).toBeGreaterThan(5000)
  })

  test('gives the same however the stream is cut, and never adds', () => {
    const piece = fc.constantFrom(
      '\x1b',
      '[',
      '31',
      'm',
      ']0;t',
      '\x07',
      '\\',
      'text',
      '\n',
      '\x1b[0m',
      '(B',
      ';',
      '?',
      ' ',
      'P',
      '\x18',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), fc.array(fc.nat(60), { maxLength: 8 }), (pieces, cuts) => {
        const all = pieces.join('')
        expect(strip(...cut(all, cuts))).toBe(strip(all))
        expect(strip(all)).not.toContain('\x1b')
        const plain = all.replaceAll('\x1b', '')
        expect(strip(plain)).toBe(plain)
      }),
    )
  })
})

describe('capture', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  test('takes what stands between the tokens out of the log, and taps it like the rest', () => {
    const { push, channel, look } = open({ captureBytesMax: 100 })
    push(`before ${BEGIN}inside${END} after\n`)
    channel.end()
    expect(look()).toMatchObject({
      log: 'before  after\n',
      output: ['before ', 'inside', ' after\n'],
      captured: ['inside'],
    })
  })

  test('is off at 0: tokens are output', () => {
    const { push, look } = open()
    push(`a${BEGIN}b${END}`)
    expect(look()).toMatchObject({ log: `a${BEGIN}b${END}`, captured: [] })
  })

  test('gives short output at the end at the latest', () => {
    const { push, channel, look } = open({ captureBytesMax: 100 })
    push('short')
    expect(look().log).toBe('')
    channel.end()
    expect(look()).toMatchObject({ log: 'short', output: ['short'] })
  })

  test('gives short output after a second', () => {
    const { push, channel, look } = open({ captureBytesMax: 100 })
    push('prompt> <!--')
    vi.advanceTimersByTime(1000)
    expect(look().log).toBe('prompt> ')
    push(`XSUPERVISOR:BEGIN-->x${END}`)
    channel.end()
    expect(look()).toMatchObject({ log: 'prompt> ', captured: ['x'] })
  })

  test('ends with the token itself, without waiting for more', () => {
    const { push, look } = open({ captureBytesMax: 100 })
    push(BEGIN, 'text that is long enough to be given at once', END)
    expect(look()).toMatchObject({ log: '', captured: ['text that is long enough to be given at once'] })
  })

  test('drops a capture that never ends', () => {
    const { push, channel, look } = open({ captureBytesMax: 100 })
    push(`a${BEGIN}b`)
    channel.end()
    expect(look()).toMatchObject({ log: 'a', output: ['a', 'b'], captured: [] })
  })

  test('keeps a single piece longer than its bound whole, as the original', () => {
    const { push, look } = open({ captureBytesMax: 4 })
    push(`${BEGIN}captured text${END}`)
    expect(look().captured).toEqual(['captured text'])
  })

  test('keeps the last bytes of several pieces', () => {
    const { push, look } = open({ captureBytesMax: 50 })
    push(BEGIN, 'a'.repeat(40), 'b'.repeat(40), 'c'.repeat(30), END)
    expect(look().captured).toEqual(['b'.repeat(20) + 'c'.repeat(30)])
  })

  test('takes a new bound while it runs, and forgets on clear', () => {
    const { push, channel, look } = open({ captureBytesMax: 50 })
    push(BEGIN, 'x'.repeat(40))
    expect(channel.clear()).toEqual({ ok: true })
    const request = { path: null, logBytesMax: 7, logBackups: 0, captureBytesMax: 30, syslog: false, tap: false }
    channel.configure(request)
    push('a'.repeat(25), 'b'.repeat(25), END)
    expect(look()).toMatchObject({
      captured: ['a'.repeat(5) + 'b'.repeat(25)],
      clears: 1,
      limits: 7,
      output: ['x'.repeat(40)],
    })
  })

  test('gives the same however the stream is cut', () => {
    const piece = fc.constantFrom(BEGIN, END, 'plain\n', '<', '<!--XSUPERVISOR:', 'BEGIN-->', 'x'.repeat(30))
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 14 }), fc.array(fc.nat(300), { maxLength: 10 }), (pieces, cuts) => {
        const all = pieces.join('')
        const run = (chunks: readonly string[]) => {
          const { push, channel, look } = open({ captureBytesMax: 10_000 })
          push(...chunks)
          channel.end()
          const { log, captured, output } = look()
          return { log, captured, output: output.join('') }
        }
        const whole = run([all])
        expect(run(cut(all, cuts))).toEqual(whole)
        // The tokens as a regular expression sees them; an END outside of a capture is text.
        const expected = all.replace(/<!--XSUPERVISOR:BEGIN-->.*?(<!--XSUPERVISOR:END-->|$)/gs, '')
        expect(whole.log).toBe(expected)
      }),
    )
  })

  test('never keeps more than the bound, unless one read does', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ minLength: 25, maxLength: 80, unit: fc.constantFrom('a', 'b', 'c') }), {
          minLength: 1,
          maxLength: 30,
        }),
        fc.integer({ min: 1, max: 300 }),
        (chunks, bound) => {
          const { push, look } = open({ captureBytesMax: bound })
          push(BEGIN, ...chunks, END)
          const all = chunks.join('')
          const kept = look().captured[0] ?? ''
          expect(all.endsWith(kept)).toBe(true)
          expect(kept.length).toBe(Math.min(all.length, Math.max(bound, chunks.at(-1)?.length ?? 0)))
        },
      ),
    )
  })
})

describe('a channel', () => {
  test('taps only when asked', () => {
    const { push, look } = open({ tap: false })
    push('x')
    expect(look()).toMatchObject({ log: 'x', output: [] })
  })

  test('strips what it logs and taps, and skips what is nothing then', () => {
    const { push, look } = open({ stripAnsi: true })
    push('\x1b[3', '1mred', '\x1b[0m')
    expect(look()).toMatchObject({ log: 'red', output: ['red'] })
  })

  test('taps a listener as it was read', () => {
    const { push, look } = open({ stripAnsi: true, tapRaw: true })
    push('\x1b[31mREADY\n')
    expect(look()).toMatchObject({ log: 'READY\n', output: ['\x1b[31mREADY\n'] })
  })
})

function cut(text: string, at: readonly number[]): string[] {
  const ends = [...new Set([...at.filter((n) => n < text.length), text.length])].sort((a, b) => a - b)
  return ends.map((end, i) => text.slice(ends[i - 1] ?? 0, end))
}
