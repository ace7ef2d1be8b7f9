import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openSink, type Sink } from '../../src/host/logs/sink.js'

let dir = ''
let notices: string[] = []
let open: number[] = []
beforeEach(() => {
  dir = fs.mkdtempSync(path.join(os.tmpdir(), 'svctl-pipe-'))
  notices = []
  open = []
})
afterEach(() => {
  for (const fd of open) fs.closeSync(fd)
  fs.rmSync(dir, { recursive: true, force: true })
})

const { O_NONBLOCK, O_RDONLY, O_WRONLY } = fs.constants

function sinkAt(file: string): Sink {
  const request = { path: file, logBytesMax: 10, logBackups: 2, syslog: false, processName: 'x' }
  const opened = openSink(request, {
    syslog: () => undefined,
    notice: (level, text) => void notices.push(`${level} ${text}`),
  })
  if (!opened.ok) throw new Error(opened.errno)
  return opened.sink
}

function fifo() {
  const file = path.join(dir, 'fifo')
  execFileSync('mkfifo', [file])
  const fd = fs.openSync(file, O_RDONLY | O_NONBLOCK)
  open.push(fd)
  const take = (bytes: number) => {
    const buffer = Buffer.alloc(bytes)
    try {
      return buffer.subarray(0, fs.readSync(fd, buffer)).toString('latin1')
    } catch {
      return '' // EAGAIN: nothing there now.
    }
  }
  return { file, take, closeReader: () => open.splice(open.indexOf(fd), 1).forEach((it) => void fs.closeSync(it)) }
}

/** Numbered lines of 100 bytes, so that a missing, torn or doubled one shows. */
const line = (i: number) => `${String(i).padStart(99, '.')}\n`
const lines = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => line(from + i)).join('')

describe('a pipe', () => {
  test('that is full keeps what comes, in order, until it is read', async () => {
    const { file, take } = fifo()
    const sink = sinkAt(file)
    // More than a pipe holds (64 KiB), less than pipe and queue together.
    for (let i = 0; i < 5000; i++) sink.write(Buffer.from(line(i)))
    let got = ''
    await expect
      .poll(
        () => {
          for (let piece = take(65536); piece !== ''; piece = take(65536)) got += piece
          return got.length
        },
        { timeout: 10_000, interval: 5 },
      )
      .toBe(500_000)
    expect(got).toBe(lines(0, 5000))
    sink.close()
    expect(notices).toEqual([])
  })

  test('that nobody reads costs output, counted, but no more than a moment; then it goes on', async () => {
    const { file, take } = fifo()
    const sink = sinkAt(file)
    const startedMs = performance.now()
    for (let i = 0; i < 40_000; i++) sink.write(Buffer.from(line(i)))
    expect(performance.now() - startedMs).toBeLessThan(5000)
    expect(notices).toEqual([`error cannot write log '${file}': nobody reads it (EAGAIN), output is being dropped`])
    let got = ''
    await expect
      .poll(
        () => {
          for (let piece = take(65536); piece !== ''; piece = take(65536)) got += piece
          return notices.length
        },
        { timeout: 10_000, interval: 5 },
      )
      .toBe(2)
    const lost = Number(/, (\d+) bytes of output were lost$/.exec(notices[1] ?? '')?.[1])
    sink.write(Buffer.from('end\n'))
    await expect
      .poll(
        () => {
          for (let piece = take(65536); piece !== ''; piece = take(65536)) got += piece
          return got.endsWith('end\n')
        },
        { timeout: 10_000, interval: 5 },
      )
      .toBe(true)
    // Everything up to the loss, whole lines only, then what came after it.
    expect(got).toBe(`${lines(0, (got.length - 4) / 100)}end\n`)
    expect(lost).toBe(4_000_000 - (got.length - 4))
    sink.close()
  })

  test('that was inherited is written to by its descriptor, and broken it stops nothing', () => {
    const { file, take, closeReader } = fifo()
    const fd = fs.openSync(file, O_WRONLY)
    open.push(fd)
    const sink = sinkAt(`/dev/fd/${fd}`)
    sink.write(Buffer.from('longer than the limit\n'))
    sink.reopen()
    expect(sink.clear()).toEqual({ ok: true })
    expect(take(100)).toBe('longer than the limit\n')
    closeReader()
    sink.write(Buffer.from('a\n'))
    sink.write(Buffer.from('b\n'))
    sink.close()
    expect(notices).toEqual([`error cannot write log '/dev/fd/${fd}': EPIPE, output is being dropped`])
    fs.fstatSync(fd) // It was inherited: closing it is not the sink's.
  })

  test('is shared by all who name it, in order and without a notice', () => {
    const { file, take } = fifo()
    const [one, two] = [sinkAt(file), sinkAt(file)]
    one.write(Buffer.from('1\n'))
    two.write(Buffer.from('2\n'))
    one.close()
    two.write(Buffer.from('3\n'))
    two.close()
    expect(take(10)).toBe('1\n2\n3\n')
    expect(notices).toEqual([])
  })
})

test('a socket, which cannot be opened by path, is written to as descriptor', async () => {
  const socketPath = path.join(dir, 'socket')
  let got = ''
  const hear = (data: Buffer) => {
    got += data
  }
  const server = net.createServer((peer) => peer.on('data', hear))
  await new Promise<void>((resolve) => server.listen(socketPath, resolve))
  const before = new Set(fs.readdirSync('/proc/self/fd'))
  const client = net.connect(socketPath)
  await new Promise<void>((resolve) => client.on('connect', () => resolve()))
  const inode = (fd: string) => {
    try {
      return fs.readlinkSync(`/proc/self/fd/${fd}`)
    } catch {
      return ''
    }
  }
  const added = fs.readdirSync('/proc/self/fd').filter((fd) => !before.has(fd) && inode(fd).startsWith('socket:'))
  // Either end will do: what goes in at one comes out at the other.
  const sink = sinkAt(`/dev/fd/${added[0]}`)
  client.on('data', hear)
  sink.write(Buffer.from('hello over the limit\n'))
  await expect.poll(() => got, { timeout: 5000, interval: 10 }).toBe('hello over the limit\n')
  sink.close()
  client.destroy()
  await new Promise<void>((resolve) => server.close(() => resolve()))
})

test('a file behind an inherited descriptor is written where it stands and never rotated', () => {
  const file = path.join(dir, 'out')
  const fd = fs.openSync(file, 'w')
  open.push(fd)
  fs.writeSync(fd, 'before ')
  const sink = sinkAt(`/dev/fd/${fd}`)
  sink.write(Buffer.from('longer than the limit\n'))
  expect(sink.clear()).toEqual({ ok: true })
  fs.writeSync(fd, ' after')
  sink.close()
  expect(fs.readFileSync(file, 'utf8')).toBe('before longer than the limit\n after')
  expect(fs.readdirSync(dir)).toEqual(['out'])
})

describe('a full disk', () => {
  // A file system of one page: made and removed here, needs root.
  const mounted = process.getuid?.() === 0 && canMount()
  test.skipIf(!mounted)('costs what does not fit, and is told of again when there is room', () => {
    const disk = path.join(dir, 'disk')
    fs.mkdirSync(disk)
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'none', disk])
    try {
      const file = path.join(disk, 'a.log')
      fs.writeFileSync(path.join(disk, 'ballast'), Buffer.alloc(8192))
      const opened = openSink(
        { path: file, logBytesMax: 0, logBackups: 0, syslog: false, processName: 'x' },
        { syslog: () => undefined, notice: (level, text) => void notices.push(`${level} ${text}`) },
      )
      if (!opened.ok) throw new Error(opened.errno)
      opened.sink.write(Buffer.alloc(20_000, 'x'))
      opened.sink.write(Buffer.alloc(100, 'y'))
      const kept = fs.statSync(file).size
      expect(kept).toBeLessThanOrEqual(8192)
      fs.unlinkSync(path.join(disk, 'ballast'))
      opened.sink.write(Buffer.from('z'))
      opened.sink.close()
      expect(notices).toEqual([
        `error cannot write log '${file}': ENOSPC, output is being dropped`,
        `warn writing log '${file}' again, ${20_100 - kept} bytes of output were lost`,
      ])
    } finally {
      execFileSync('umount', [disk])
    }
  })
})

function canMount(): boolean {
  const probe = fs.mkdtempSync(path.join(os.tmpdir(), 'svctl-mount-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'none', probe], { stdio: 'ignore' })
    execFileSync('umount', [probe])
    return true
  } catch {
    return false
  } finally {
    fs.rmdirSync(probe)
  }
}
