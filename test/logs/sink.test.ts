import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { removeLogs } from '../../src/host/logs/logfile.js'
import { openSink, type Sink, type SinkRequest } from '../../src/host/logs/sink.js'

let dir = ''
let notices: string[] = []
let syslog: string[] = []
const deps = {
  syslog: (priority: number, text: string) => void syslog.push(`${priority} ${text}`),
  notice: (level: string, text: string) => void notices.push(`${level} ${text}`),
}

beforeEach(() => {
  dir = fs.mkdtempSync(path.join(os.tmpdir(), 'svctl-sink-'))
  notices = []
  syslog = []
})
afterEach(() => fs.rmSync(dir, { recursive: true, force: true }))

const at = (name: string) => path.join(dir, name)
const text = (name: string) => fs.readFileSync(at(name), 'latin1')
const bytes = (value: string) => new TextEncoder().encode(value)

function open(request: Partial<SinkRequest> = {}): Sink {
  const defaults = { path: at('a.log'), logBytesMax: 0, logBackups: 0, syslog: false, processName: 'cat' }
  const opened = openSink({ ...defaults, ...request }, deps)
  if (!opened.ok) throw new Error(opened.errno)
  return opened.sink
}

describe('a log file', () => {
  test('is appended to, raw, and closed', () => {
    fs.writeFileSync(at('a.log'), 'old\n')
    const sink = open()
    sink.write(new Uint8Array([0, 0x88, 0x0a]))
    sink.write(bytes('x'))
    sink.close()
    sink.write(bytes('after the end'))
    expect(text('a.log')).toBe('old\n\0\x88\nx')
    expect(notices).toEqual([])
  })

  test.each([
    ['a folder that is missing', 'no/a.log', 'ENOENT'],
    ['a folder', '.', 'EISDIR'],
    ['below a file', 'file/a.log', 'ENOTDIR'],
  ])('that is %s cannot be opened', (_, name, errno) => {
    fs.writeFileSync(at('file'), '')
    expect(openSink({ path: at(name), logBytesMax: 0, logBackups: 0, syslog: false, processName: 'x' }, deps)).toEqual({
      ok: false,
      errno,
    })
  })

  test('that is no descriptor of ours cannot be opened', () => {
    const request = { path: '/dev/fd/987654', logBytesMax: 0, logBackups: 0, syslog: false, processName: 'x' }
    expect(openSink(request, deps)).toEqual({ ok: false, errno: 'EBADF' })
  })

  test('is opened anew after a rename from outside', () => {
    const sink = open()
    sink.write(bytes('one'))
    fs.renameSync(at('a.log'), at('a.old'))
    sink.write(bytes('two'))
    sink.reopen()
    sink.write(bytes('three'))
    sink.close()
    expect([text('a.old'), text('a.log')]).toEqual(['onetwo', 'three'])
  })

  test('goes on in the old file, with a notice, when it cannot be opened anew', () => {
    fs.mkdirSync(at('sub'))
    const sink = open({ path: at('sub/a.log') })
    fs.renameSync(at('sub'), at('moved'))
    sink.reopen()
    sink.write(bytes('kept'))
    sink.close()
    expect(text('moved/a.log')).toBe('kept')
    expect(notices).toEqual([`error cannot reopen log '${at('sub/a.log')}': ENOENT, still writing to the old file`])
  })

  test('is empty and new after clear, also when it was already removed; backups stay', () => {
    const sink = open()
    sink.write(bytes('gone'))
    fs.writeFileSync(at('a.log.1'), 'kept')
    const before = fs.statSync(at('a.log')).ino
    const held = fs.openSync(at('a.log'), 'r')
    expect(sink.clear()).toEqual({ ok: true })
    expect(fs.statSync(at('a.log')).ino).not.toBe(before)
    fs.closeSync(held)
    fs.unlinkSync(at('a.log'))
    expect(sink.clear()).toEqual({ ok: true })
    sink.write(bytes('new'))
    sink.close()
    expect([text('a.log'), text('a.log.1')]).toEqual(['new', 'kept'])
  })
})

describe('rotation', () => {
  const rotate = (chunks: readonly string[], logBytesMax: number, logBackups: number) => {
    const sink = open({ logBytesMax, logBackups })
    for (const chunk of chunks) sink.write(bytes(chunk))
    sink.close()
    return Object.fromEntries(
      fs
        .readdirSync(dir)
        .sort()
        .map((name) => [name.replace('a.log', 'log'), text(name)]),
    )
  }

  test.each([
    {
      name: 'happens as soon as the limit is reached',
      chunks: ['12', '34'],
      max: 4,
      keep: 2,
      files: { log: '', 'log.1': '1234' },
    },
    {
      name: 'never splits a chunk',
      chunks: ['123', '4567', '8'],
      max: 4,
      keep: 2,
      files: { log: '8', 'log.1': '1234567' },
    },
    {
      name: 'drops what is older than the backups',
      chunks: ['a', 'b', 'c', 'd'],
      max: 1,
      keep: 2,
      files: { log: '', 'log.1': 'd', 'log.2': 'c' },
    },
    { name: 'truncates without backups', chunks: ['1234', '5'], max: 4, keep: 0, files: { log: '5' } },
    { name: 'takes negative backups as none', chunks: ['1234', '5'], max: 4, keep: -1, files: { log: '5' } },
    { name: 'is off at 0', chunks: ['1234', '5'], max: 0, keep: 2, files: { log: '12345' } },
    { name: 'is off below 0', chunks: ['1234', '5'], max: -1, keep: 2, files: { log: '12345' } },
  ])('$name', ({ chunks, max, keep, files }) => {
    expect(rotate(chunks, max, keep)).toEqual(files)
  })

  test('counts what the file already holds, but only after a write', () => {
    fs.writeFileSync(at('a.log'), 'already long')
    const sink = open({ logBytesMax: 4, logBackups: 1 })
    expect(text('a.log')).toBe('already long')
    sink.write(bytes('!'))
    sink.close()
    expect([text('a.log'), text('a.log.1')]).toEqual(['', 'already long!'])
  })

  test('skips backups that someone removed and keeps surplus ones', () => {
    fs.writeFileSync(at('a.log.2'), 'two')
    fs.writeFileSync(at('a.log.9'), 'nine')
    expect(rotate(['1234'], 4, 3)).toEqual({ log: '', 'log.1': '1234', 'log.3': 'two', 'log.9': 'nine' })
  })

  test('takes on new limits while it is open', () => {
    const sink = open({ logBytesMax: 0 })
    sink.write(bytes('12345'))
    sink.configure({ logBytesMax: 5, logBackups: 1 })
    sink.write(bytes('6'))
    sink.close()
    expect([text('a.log'), text('a.log.1')]).toEqual(['', '123456'])
  })

  test('looks at the real length, which copytruncate may have changed', () => {
    const sink = open({ logBytesMax: 6, logBackups: 1 })
    sink.write(bytes('12345'))
    fs.truncateSync(at('a.log'), 0)
    sink.write(bytes('67'))
    sink.close()
    expect(fs.readdirSync(dir)).toEqual(['a.log'])
    expect(text('a.log')).toBe('67')
  })

  test('that fails loses nothing and is told once', () => {
    fs.mkdirSync(at('a.log.1'))
    fs.writeFileSync(at('a.log.1/x'), '')
    const sink = open({ logBytesMax: 4, logBackups: 1 })
    for (const chunk of ['1234', '5', '678', '9']) sink.write(bytes(chunk))
    expect(text('a.log')).toBe('123456789')
    expect(notices).toHaveLength(1)
    expect(notices[0]).toMatch(/^error cannot rotate log '.*a\.log': (EISDIR|EPERM), it goes on growing$/)
    fs.rmSync(at('a.log.1'), { recursive: true })
    for (const chunk of ['abcd', 'e']) sink.write(bytes(chunk))
    sink.close()
    expect([text('a.log'), text('a.log.1')]).toEqual(['e', '123456789abcd'])
  })

  test('never loses a byte: the files in order are the end of the stream', () => {
    const chunk = fc.uint8Array({ minLength: 1, maxLength: 40 })
    fc.assert(
      fc.property(
        fc.array(chunk, { maxLength: 40 }),
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 4 }),
        (chunks, max, keep) => {
          for (const name of fs.readdirSync(dir)) fs.rmSync(at(name))
          const sink = open({ logBytesMax: max, logBackups: keep })
          for (const data of chunks) sink.write(data)
          sink.close()
          const names = [...Array(keep).keys()]
            .map((n) => `a.log.${keep - n}`)
            .filter((name) => fs.existsSync(at(name)))
          const kept = Buffer.concat([...names, 'a.log'].map((name) => fs.readFileSync(at(name))))
          const all = Buffer.concat(chunks)
          expect(kept.equals(all.subarray(all.length - kept.length))).toBe(true)
          if (names.length < keep) expect(kept.length).toBe(all.length)
          for (const name of names) expect(fs.statSync(at(name)).size).toBeGreaterThanOrEqual(max)
          expect(fs.statSync(at('a.log')).size).toBeLessThan(max)
        },
      ),
      { numRuns: 60 },
    )
  })
})

describe('two outputs of one file', () => {
  test('share it, so that rotation loses nothing', () => {
    fs.mkdirSync(at('real'))
    fs.symlinkSync(at('real'), at('link'))
    const one = open({ path: at('real/a.log'), logBytesMax: 4, logBackups: 3 })
    const two = open({ path: at('link/a.log'), logBytesMax: 4, logBackups: 3 })
    for (const chunk of ['1', '2', '3', '4', '5', '6', '7', '8', '9'])
      (Number(chunk) % 2 ? one : two).write(bytes(chunk))
    one.close()
    two.write(bytes('0'))
    two.close()
    expect(['', '.1', '.2'].map((end) => text(`real/a.log${end}`))).toEqual(['90', '5678', '1234'])
    expect(notices).toEqual([`debug log '${at('real/a.log')}' is shared by several outputs`])
  })

  test('with different limits are told that the last ones apply', () => {
    const one = open({ logBytesMax: 0 })
    const two = open({ logBytesMax: 2, logBackups: 1 })
    one.write(bytes('12'))
    one.close()
    two.close()
    expect(text('a.log.1')).toBe('12')
    expect(notices).toEqual([
      `warn log '${at('a.log')}' is shared by several outputs, the limits given last apply to all`,
    ])
  })

  test('follow the name when the second opens it after a rename from outside', () => {
    const one = open()
    one.write(bytes('old'))
    fs.renameSync(at('a.log'), at('a.old'))
    const two = open()
    one.write(bytes('1'))
    two.write(bytes('2'))
    one.close()
    two.close()
    expect([text('a.old'), text('a.log')]).toEqual(['old', '12'])
  })
})

describe('what cannot be rotated', () => {
  test('is written and never renamed, removed or cut', () => {
    const sink = open({ path: '/dev/null', logBytesMax: 1, logBackups: 1 })
    sink.write(bytes('12345'))
    sink.reopen()
    expect(sink.clear()).toEqual({ ok: true })
    sink.write(bytes('12345'))
    sink.close()
    expect(fs.statSync('/dev/null').isCharacterDevice()).toBe(true)
    expect(fs.existsSync('/dev/null.1')).toBe(false)
    expect(notices).toEqual([])
  })

  test('/dev/full: everything is dropped, told once', () => {
    const sink = open({ path: '/dev/full' })
    sink.write(bytes('12345'))
    sink.write(bytes('12345'))
    sink.close()
    expect(notices).toEqual(["error cannot write log '/dev/full': ENOSPC, output is being dropped"])
  })
})

describe('removeLogs', () => {
  test('empties files, passes over what is missing or no file, and reports the first failure', () => {
    fs.writeFileSync(at('a'), 'x', { mode: 0o600 })
    fs.symlinkSync(at('loop'), at('loop'))
    expect(removeLogs([at('missing'), '/dev/null', at('a'), dir])).toEqual({ ok: true })
    expect(fs.statSync(at('a'))).toMatchObject({ size: 0, mode: 0o100600 })
    fs.writeFileSync(at('a'), 'x')
    expect(removeLogs([at('loop'), at('a')])).toEqual({ ok: false, error: 'ELOOP' })
    expect(text('a')).toBe('')
  })

  test('starts an open file anew', () => {
    const sink = open({ logBytesMax: 4, logBackups: 1 })
    sink.write(bytes('123'))
    expect(removeLogs([at('a.log')])).toEqual({ ok: true })
    sink.write(bytes('45'))
    sink.close()
    expect(text('a.log')).toBe('45')
    expect(fs.existsSync(at('a.log.1'))).toBe(false)
  })
})

describe('syslog', () => {
  test.each([
    { name: 'each line is one message', chunks: ['a\nb\n'], sent: ['6 cat a', '6 cat b'] },
    {
      name: 'blank lines between are sent, those at the end are not',
      chunks: ['a\n\nb\n\n\n'],
      sent: ['6 cat a', '6 cat ', '6 cat b'],
    },
    { name: 'an empty line alone is sent', chunks: ['\n'], sent: ['6 cat '] },
    { name: 'half a line is sent as it is', chunks: ['ab', 'c\n'], sent: ['6 cat ab', '6 cat c'] },
    { name: 'a NUL does not cut the message', chunks: ['a\0b'], sent: ['6 cat a\ufffdb'] },
  ])('$name', ({ chunks, sent }) => {
    const sink = open({ path: null, syslog: true })
    for (const chunk of chunks) sink.write(bytes(chunk))
    sink.close()
    expect(syslog).toEqual(sent)
  })

  test('a character split over chunks stays whole; bad bytes are replaced', () => {
    const sink = open({ path: null, syslog: true })
    sink.write(new Uint8Array([0x61, 0xc3]))
    sink.write(new Uint8Array([0xa9, 0x0a, 0xff, 0xe2, 0x82]))
    sink.close()
    expect(syslog).toEqual(['6 cat a', '6 cat é', '6 cat \ufffd', '6 cat \ufffd'])
  })

  test('goes together with a file', () => {
    const sink = open({ syslog: true })
    sink.write(bytes('x\n'))
    sink.close()
    expect([syslog, text('a.log')]).toEqual([['6 cat x'], 'x\n'])
  })
})
