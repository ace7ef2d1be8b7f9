import { execFile } from 'node:child_process'
import { closeSync, fstatSync, openSync, readFileSync, writeSync } from 'node:fs'
import { promisify } from 'node:util'
import { afterEach, describe, expect, onTestFinished, test } from 'vitest'
import { findAddon } from '../../src/host/native/load.js'
import { openPipe } from '../../src/host/native/posix.js'
import { createPump, type Pump } from '../../src/host/pump.js'
import { unwatch, watch } from '../../src/host/readable.js'
import { until } from './harness.js'

let open: number[] = []
afterEach(() => {
  for (const fd of open) closeSync(fd)
  open = []
})

function bench() {
  const pipe = openPipe('read')
  if (!pipe.ok) throw new Error(pipe.text)
  const { read, write } = pipe.value
  open.push(write)
  const seen = { text: '', pieces: 0, ends: 0 }
  const pump: Pump = createPump(
    read,
    (data) => {
      seen.text += Buffer.from(data).toString('latin1')
      seen.pieces += 1
    },
    () => {
      seen.ends += 1
    },
  )
  onTestFinished(() => pump.destroy())
  const put = (text: string) => writeSync(write, text)
  const end = () => {
    open = open.filter((fd) => fd !== write)
    closeSync(write)
  }
  return { read, write, seen, pump, put, end }
}

const isOpen = (fd: number) => {
  try {
    fstatSync(fd)
    return true
  } catch {
    return false
  }
}

describe('a pump', () => {
  test('delivers all of it in order, closes its end once, and says so', async () => {
    const { read, seen, pump, put, end } = bench()
    const lines = Array.from({ length: 40 }, (_, n) => `line ${n}\n`)
    for (const line of lines) {
      put(line)
      await until(() => seen.text.endsWith(line)) // one read each: more than it takes before it looks away
    }
    end()
    await until(() => seen.ends > 0)
    expect(seen).toMatchObject({ text: lines.join(''), ends: 1 })
    expect(isOpen(read)).toBe(false)
    expect(pump.state()).toBeNull()
    expect(pump.finish()).toBe(true)
    pump.destroy()
    expect(seen.ends).toBe(1)
  })

  test('gives out what is left at the end of the process, then drops what others write until they end', async () => {
    const { read, seen, pump, put, end } = bench()
    put('last words')
    expect(pump.finish()).toBe(false)
    expect(seen.text).toBe('last words')
    expect(pump.state()).toEqual({ fd: read, finished: true })
    put('of somebody else')
    end()
    await until(() => seen.ends > 0)
    expect(seen.text).toBe('last words')
    expect(isOpen(read)).toBe(false)
  })

  test('is at the end with the process when nobody else has the pipe', () => {
    const { read, seen, pump, put, end } = bench()
    put('last words')
    end()
    expect(pump.finish()).toBe(true)
    expect(seen).toMatchObject({ text: 'last words', ends: 1 })
    expect(isOpen(read)).toBe(false)
  })

  test('reads nothing while it is paused, however often it is told to go on', async () => {
    const one = bench()
    const other = bench()
    one.pump.pause()
    one.put('waits')
    other.put('comes')
    await until(() => other.seen.text === 'comes')
    expect(one.seen.text).toBe('')
    one.pump.resume()
    one.pump.resume()
    await until(() => one.seen.text === 'waits')
    one.pump.destroy()
    one.pump.resume()
    expect(one.seen).toMatchObject({ pieces: 1, ends: 1 })
  })

  test('may be destroyed while it delivers, and another may have the number of its descriptor', async () => {
    const { read, write, seen, end } = bench()
    let taken = -1
    const again = openPipe('read')
    if (!again.ok) throw new Error(again.text)
    open.push(again.value.write)
    const pump: Pump = createPump(
      again.value.read,
      () => {
        pump.destroy()
        taken = openSync('/dev/null', 'r')
        open.push(taken)
      },
      () => {},
    )
    writeSync(again.value.write, 'x'.repeat(10))
    writeSync(write, 'for the first')
    await until(() => taken >= 0 && seen.text === 'for the first')
    expect(taken).toBe(again.value.read)
    expect(isOpen(taken)).toBe(true)
    end()
    await until(() => !isOpen(read))
  })
})

test('what cannot be waited for is refused, and to look away from it twice is nothing', () => {
  const regular = openSync(import.meta.filename, 'r')
  open.push(regular)
  expect(watch(regular, () => 0)).toMatchObject({ ok: false, errno: 'EPERM' })
  unwatch(regular)
  unwatch(regular)
})

test('output that cannot be waited for comes all the same, only later', async () => {
  let text = ''
  let ended = false
  createPump(
    openSync(import.meta.filename, 'r'),
    (data) => {
      text += Buffer.from(data).toString()
    },
    () => {
      ended = true
    },
  )
  await until(() => ended)
  expect(text).toBe(readFileSync(import.meta.filename, 'utf8'))
})

test('a thread that has read pipes can end, and the next one reads others', async () => {
  const thread = `
    const { writeSync } = require('node:fs')
    const { pipe, read, watch, watchAdd, watchHear } = require(require('node:worker_threads').workerData)
    const [ours, theirs] = pipe(0, 0)
    watch(new Int32Array(64), () => process.exit(read(ours, Buffer.alloc(9))))
    watchAdd(ours)
    watchHear(2)
    writeSync(theirs, 'four')`
  const program = `
    const { Worker } = require('node:worker_threads')
    const run = (next) => new Worker(process.argv[1], { eval: true, workerData: process.argv[2] }).on('exit', next)
    run((first) => run((second) => console.log(first, second)))`
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', program, thread, findAddon()])
  expect(stdout).toBe('4 4\n')
})

test('many that are ready at once are all served', async () => {
  const all = Array.from({ length: 300 }, bench)
  for (const [n, { put }] of all.entries()) put(`${n}`)
  await until(() => all.every(({ seen }, n) => seen.text === `${n}`))
})

test('what a callback throws is an uncaught error, and the others are still served', async () => {
  const caught: unknown[] = []
  const others = process.listeners('uncaughtException')
  process.removeAllListeners('uncaughtException')
  process.on('uncaughtException', (error) => caught.push(error))
  onTestFinished(() => {
    process.removeAllListeners('uncaughtException')
    for (const listener of others) process.on('uncaughtException', listener)
  })
  const pipe = openPipe('read')
  if (!pipe.ok) throw new Error(pipe.text)
  open.push(pipe.value.write)
  const bad = createPump(
    pipe.value.read,
    () => {
      throw new Error('a bug')
    },
    () => {},
  )
  const good = bench()
  writeSync(pipe.value.write, 'x')
  good.put('y')
  await until(() => good.seen.text === 'y' && caught.length > 0)
  expect(caught.map(String)).toEqual(['Error: a bug'])
  bad.destroy()
})
