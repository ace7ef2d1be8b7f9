import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createLines, createTurn, HOLD_MS, LINE_BYTES_MAX } from '../../src/host/logs/lines.js'
import { openSink, type SinkRequest } from '../../src/host/logs/sink.js'
import { createStyledLines } from '../../src/host/logs/style.js'
import type { LineRequest } from '../../src/model/ports.js'

const bytes = (text: string) => new Uint8Array(Buffer.from(text))
const OWNER = { group: 'web', name: 'web_0', stream: 'stdout' } as const

describe('lines', () => {
  const gather = () => {
    const seen: [kind: string, text: string][] = []
    const note = (kind: string) => (data: Uint8Array) => void seen.push([kind, Buffer.from(data).toString()])
    return { seen, lines: createLines({ lines: note('lines'), piece: note('piece') }) }
  }
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  test('the beginning of a line waits for its end', () => {
    const { seen, lines } = gather()
    lines.push(bytes('a\nb'))
    vi.advanceTimersByTime(HOLD_MS - 1)
    lines.push(bytes('c\n'))
    vi.advanceTimersByTime(HOLD_MS)
    expect(seen).toEqual([
      ['lines', 'a\n'],
      ['lines', 'bc\n'],
    ])
  })

  test('but for a second at most, and not beyond the end', () => {
    const { seen, lines } = gather()
    lines.push(bytes('password: '))
    vi.advanceTimersByTime(HOLD_MS)
    lines.push(bytes('thanks'))
    lines.end()
    expect(seen).toEqual([
      ['piece', 'password: '],
      ['piece', 'thanks'],
    ])
  })

  test('a line without an end goes out in pieces, characters whole', () => {
    const { seen, lines } = gather()
    const long = `${'x'.repeat(LINE_BYTES_MAX - 1)}é`
    lines.push(bytes(long).subarray(0, LINE_BYTES_MAX))
    lines.push(bytes(long).subarray(LINE_BYTES_MAX))
    lines.push(bytes('\n'))
    expect(seen.map(([kind, text]) => [kind, text.length])).toEqual([
      ['piece', LINE_BYTES_MAX - 1],
      ['lines', 2],
    ])
    expect(seen[1]?.[1]).toBe('é\n')
  })

  test('however reads cut a text, its bytes come out in order and no line is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 20 })), (chunks) => {
        const out: Uint8Array[] = []
        let cut = 0
        const lines = createLines({
          lines: (data) => void out.push(new Uint8Array(data)),
          piece: (data) => {
            cut += 1
            out.push(new Uint8Array(data))
          },
        })
        for (const chunk of chunks) lines.push(chunk)
        expect(cut).toBe(0)
        lines.end()
        expect(Buffer.concat(out)).toEqual(Buffer.concat(chunks))
      }),
    )
  })
})

test('a line that somebody has begun is ended before another one writes', () => {
  const shared = { middleOf: null }
  let text = ''
  const write = (data: Uint8Array) => {
    text += Buffer.from(data).toString()
  }
  const [a, b] = [createTurn(shared, write), createTurn(shared, write)]
  a.write(bytes('loading '))
  a.write(bytes('… '))
  b.write(bytes('hello\n'))
  a.write(bytes('done\n'))
  b.write(bytes('bye\n'))
  expect(text).toBe('loading … \nhello\ndone\nbye\n')
})

test('a line that was begun in another program is still whose it was', () => {
  let text = ''
  const write = (data: Uint8Array) => {
    text += Buffer.from(data).toString()
  }
  const turns = () => {
    const shared = { middleOf: null }
    return [createTurn(shared, write), createTurn(shared, write)] as const
  }
  const [before, other] = turns()
  before.write(bytes('load'))
  expect([before.begun(), other.begun()]).toEqual([true, false])
  for (const say of [0, 1] as const) {
    const after = turns()
    after[0].begin()
    after[say].write(bytes('ing\n'))
  }
  expect(text).toBe('loading\n\ning\n')
})

describe('styles', () => {
  beforeEach(() => void vi.useFakeTimers({ now: Date.UTC(2026, 10, 22, 15, 17, 39, 42) }))
  afterEach(() => void vi.useRealTimers())
  const styled = (style: Partial<LineRequest>, feed: (push: (text: string) => void) => void) => {
    let text = ''
    const lines = createStyledLines({ ...OWNER, ...style }, (data) => {
      expect(data.at(-1)).toBe(10)
      text += Buffer.from(data).toString()
    })
    feed((piece) => lines.push(bytes(piece)))
    lines.end()
    return text
  }
  const time = '2026-11-22T15:17:39.042Z'

  for (const [name, style, expected] of [
    ['a prefix', { prefix: 'web |' }, 'web | a\nweb | \nweb | b\n'],
    ['the time in UTC', { timestamps: 'iso' }, `${time} a\n${time} \n${time} b\n`],
    [
      'time and prefix',
      { timestamps: 'unix', prefix: '>' },
      '1795360659.042 > a\n1795360659.042 > \n1795360659.042 > b\n',
    ],
  ] as const) {
    test(name, () => expect(styled(style, (push) => push('a\n\nb\n'))).toBe(expected))
  }

  test('objects of JSON', () => {
    const text = styled({ format: 'json', prefix: 'not here' }, (push) => push('say "é"\r\n\tbad: '))
    expect(text.split('\n').map((line) => line && JSON.parse(line))).toEqual([
      { time, ...OWNER, msg: 'say "é"' },
      { time, ...OWNER, msg: '\tbad: ', partial: true },
      '',
    ])
  })

  test('a piece of a line is a line, and its end not another one', () => {
    const feed = (push: (text: string) => void) => {
      push('wait')
      vi.advanceTimersByTime(HOLD_MS)
      push('\nnext\n')
    }
    expect(styled({ prefix: '>' }, feed)).toBe('> wait\n> next\n')
    expect(styled({ format: 'json' }, feed).match(/"msg":"[^"]*"/g)).toEqual(['"msg":"wait"', '"msg":"next"'])
  })
})

describe('sinks', () => {
  let dir: string
  beforeEach(() => {
    dir = fs.mkdtempSync(path.join(os.tmpdir(), 'svctl-lines-'))
  })
  afterEach(() => fs.rmSync(dir, { recursive: true }))
  const open = (request: Partial<SinkRequest>) => {
    const whole = { path: null, logBytesMax: 0, logBackups: 0, syslog: false, processName: 'web_0', ...request }
    const opened = openSink(whole, { syslog: () => {}, notice: () => {} })
    if (!opened.ok) throw new Error(opened.errno)
    return opened.sink
  }

  test('a regular file gets the bytes as they come', () => {
    const file = path.join(dir, 'x.log')
    const sink = open({ path: file })
    sink.write(bytes('half'))
    expect(fs.readFileSync(file, 'utf8')).toBe('half')
    sink.close()
  })

  test('a style is taken on and left while the process runs', () => {
    const file = path.join(dir, 'x.log')
    const limits = { logBytesMax: 0, logBackups: 0 }
    const sink = open({ path: file })
    sink.write(bytes('one\n'))
    sink.configure({ ...limits, lines: { ...OWNER, prefix: 'web |' } })
    sink.write(bytes('two\nthr'))
    sink.configure(limits)
    sink.write(bytes('ee\n'))
    sink.close()
    expect(fs.readFileSync(file, 'utf8')).toBe('one\nweb | two\nweb | thr\nee\n')
  })

  test('two descriptors of one place are one stream of whole lines', () => {
    const file = path.join(dir, 'both')
    const fd = fs.openSync(file, 'a')
    const [a, b] = [open({ path: `/dev/fd/${fd}` }), open({ path: `/proc/self/fd/${fd}` })]
    a.write(bytes('from a, '))
    b.write(bytes('from b\n'))
    a.write(bytes('all of it\n'))
    a.close()
    b.write(bytes('last'))
    b.close()
    fs.closeSync(fd)
    expect(fs.readFileSync(file, 'utf8')).toBe('from b\nfrom a, all of it\nlast')
  })
})
