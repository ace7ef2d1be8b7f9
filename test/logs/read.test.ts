import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Follower, followFile } from '../../src/host/logs/follow.js'
import { decodeLog, readFile, tail } from '../../src/host/logs/read.js'
import { openSink } from '../../src/host/logs/sink.js'

let dir = ''
beforeEach(() => {
  dir = fs.mkdtempSync(path.join(os.tmpdir(), 'svctl-read-'))
})
afterEach(() => fs.rmSync(dir, { recursive: true, force: true }))
const at = (name: string) => path.join(dir, name)

// The expected values are what Supervisor 4.2.5 returns for the same calls.
describe('tail of an 11 byte log', () => {
  for (const [offset, length, text, overflow] of [
    [0, 0, '', true],
    [0, 5, 'world', true],
    [0, 11, 'hello world', false],
    [0, 100, 'hello world', false],
    [3, 8, 'lo world', false],
    [10, 5, 'world', false],
    [11, 5, '', false],
    [100, 5, '', false],
    [0, -5, '', true],
    [-3, 5, 'world', true],
    [-20, 5, 'world', true],
    [5, -3, '', true],
    [12, -1, '', false],
    [-1, 0, '', true],
  ] as const) {
    test(`(${offset}, ${length}) is '${text}', overflow ${overflow}`, () => {
      fs.writeFileSync(at('log'), 'hello world')
      expect(tail(at('log'), offset, length)).toEqual({ ok: true, data: Buffer.from(text), offset: 11, overflow })
    })
  }
})

describe('readFile of an 11 byte log', () => {
  for (const [offset, length, text] of [
    [0, 0, 'hello world'],
    [6, 0, 'world'],
    [3, 4, 'lo w'],
    [0, 40, 'hello world'],
    [11, 0, ''],
    [20, 4, ''],
    [-4, 0, 'orld'],
    [-40, 0, 'hello world'],
  ] as const) {
    test(`(${offset}, ${length}) is '${text}'`, () => {
      fs.writeFileSync(at('log'), 'hello world')
      expect(readFile(at('log'), offset, length)).toEqual({ ok: true, data: Buffer.from(text) })
    })
  }
  test.each([
    [0, -1],
    [-1, 1],
    [-1, -1],
  ])('(%d, %d) are bad arguments, even without a file', (offset, length) => {
    expect(readFile(at('no'), offset, length)).toEqual({ ok: false, reason: 'bad-arguments' })
  })
})

describe('what is no file', () => {
  test.each([
    { name: 'nothing', file: 'no', reason: 'no-file' },
    { name: 'below a file', file: 'log/x', reason: 'no-file' },
    { name: 'a folder', file: '.', reason: 'failed' },
  ] as const)('$name cannot be read', ({ file, reason }) => {
    fs.writeFileSync(at('log'), '')
    expect(readFile(at(file), 0, 0)).toEqual({ ok: false, reason })
    expect(tail(at(file), 0, 10)).toEqual({ ok: false, reason })
    expect(followFile(at(file), 10, () => true)).toEqual({ ok: false, reason })
  })

  test('a device is empty', () => {
    expect(readFile('/dev/zero', -1600, 0)).toEqual({ ok: true, data: Buffer.alloc(0) })
    expect(tail('/dev/zero', 0, 10)).toEqual({ ok: true, data: Buffer.alloc(0), offset: 0, overflow: false })
  })
})

test('decodeLog replaces what is not UTF-8 and what is cut', () => {
  expect(decodeLog(new Uint8Array([0xa9, 0x61, 0xff, 0x62, 0xe2, 0x82]))).toBe('\ufffda\ufffdb\ufffd')
  expect(decodeLog(new Uint8Array([0xef, 0xbb, 0xbf, 0x61]))).toBe('\ufeffa')
})

describe('followFile', () => {
  let follower: Follower | null = null
  let got = ''
  afterEach(() => follower?.close())

  function follow(name: string, tailBytes = 1024, keepGoing: () => boolean = () => true) {
    got = ''
    const result = followFile(at(name), tailBytes, (chunk) => {
      got += chunk.toString('latin1')
      return keepGoing()
    })
    if (!result.ok) throw new Error(result.reason)
    follower = result.follower
    return result.follower
  }
  const until = (expected: string) => expect.poll(() => got, { timeout: 5000, interval: 10 }).toBe(expected)

  test('begins with the end of the file and goes on with what is appended', async () => {
    fs.writeFileSync(at('log'), `${'x'.repeat(100)}end`)
    follow('log', 3)
    await until('end')
    fs.appendFileSync(at('log'), ' more')
    await until('end more')
    fs.appendFileSync(at('log'), ' and more')
    await until('end more and more')
  })

  test('reads a replaced file to its end, then the new one', async () => {
    fs.writeFileSync(at('log'), 'a')
    follow('log')
    await until('a')
    const old = fs.openSync(at('log'), 'a')
    fs.writeSync(old, 'b')
    fs.renameSync(at('log'), at('log.moved'))
    fs.writeSync(old, 'c')
    fs.closeSync(old)
    fs.writeFileSync(at('log'), 'd')
    await until('abcd')
  })

  test('waits for a file that was removed', async () => {
    fs.writeFileSync(at('log'), 'a')
    follow('log')
    await until('a')
    fs.unlinkSync(at('log'))
    await new Promise((resolve) => setTimeout(resolve, 150)) // Lets a look at the missing file happen.
    fs.writeFileSync(at('log'), 'b')
    await until('ab')
  })

  test('tells of truncation and starts over', async () => {
    fs.writeFileSync(at('log'), 'long text')
    follow('log')
    await until('long text')
    fs.truncateSync(at('log'), 0)
    await until('long text==> File truncated <==\n')
    fs.appendFileSync(at('log'), 'new')
    await until('long text==> File truncated <==\nnew')
  })

  test('misses nothing when the log rotates several times between two looks', async () => {
    const deps = { syslog: () => undefined, notice: () => undefined }
    const opened = openSink({ path: at('log'), logBytesMax: 10, logBackups: 5, syslog: false, processName: 'x' }, deps)
    if (!opened.ok) throw new Error(opened.errno)
    follow('log')
    let expected = ''
    for (let i = 0; i < 9; i++) {
      opened.sink.write(Buffer.from(`line ${i}\n`))
      expected += `line ${i}\n`
    }
    await until(expected)
    for (let i = 0; i < 9; i++) {
      opened.sink.write(Buffer.from(`more ${i}\n`))
      expected += `more ${i}\n`
    }
    await until(expected)
    opened.sink.close()
  })

  test('gives nothing to a reader that is not ready, and all of it later', async () => {
    const size = 3_000_000
    fs.writeFileSync(at('log'), 'x'.repeat(size))
    let ready = false
    const following = follow('log', size, () => ready)
    await expect.poll(() => got.length, { interval: 10 }).toBe(65536)
    await new Promise((resolve) => setTimeout(resolve, 150)) // Long enough for another look, which must not come.
    expect(got.length).toBe(65536)
    ready = true
    following.resume()
    await expect.poll(() => got.length, { interval: 10, timeout: 5000 }).toBe(size)
  })

  test('stops when closed, also from inside', async () => {
    fs.writeFileSync(at('log'), 'x'.repeat(200_000))
    const before = fs.readdirSync('/proc/self/fd').length
    const following = follow('log', 200_000, () => {
      following.close()
      return true
    })
    await expect.poll(() => got.length, { interval: 10 }).toBe(65536)
    following.resume()
    expect(fs.readdirSync('/proc/self/fd').length).toBe(before)
  })
})
