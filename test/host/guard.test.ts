import { createHash } from 'node:crypto'
import { closeSync, fstatSync, openSync, readFileSync, statSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createGuardTable, type Guarded, type GuardTable } from '../../src/host/guard-table.js'
import { startOf } from '../../src/host/inspect.js'
import { openMemoryFile } from '../../src/host/native/posix.js'
import type { ProcessKey } from '../../src/model/names.js'

// What the guard does is tested with real daemons, in test/e2e/guard.test.ts.

const native = new URL('../../src/host/native/', import.meta.url)

describe('the prebuilt guards', () => {
  const hash = createHash('sha256')
    .update(readFileSync(new URL('guard.c', native)))
    .digest('hex')
  test.each(['x64', 'arm64'])('for %s is of the present source, may be run, and needs no library', (arch) => {
    const path = new URL(`prebuilt/guard-linux-${arch}`, native)
    const program = readFileSync(path, 'latin1')
    expect(program).toContain(hash)
    expect(statSync(path).mode & 0o111).toBe(0o111)
    expect(program).not.toMatch(/\.so|ld-linux|GLIBC_|\.interp/)
    expect(program.length).toBeLessThan(16_384)
  })
})

describe('the table', () => {
  let file = -1
  let table: GuardTable
  beforeEach(() => {
    const made = openMemoryFile()
    if (!made.ok) throw new Error(made.text)
    file = made.value
    table = createGuardTable(file)
  })
  afterEach(() => closeSync(file))

  const KILL = 1
  const KEEP = 2
  const rows = () => {
    const bytes = Buffer.from(readFileSync(`/proc/self/fd/${file}`))
    return Array.from({ length: bytes.length / 28 }, (_, row) =>
      Array.from({ length: 7 }, (_, at) => bytes.readUInt32LE(row * 28 + at * 4)),
    )
  }
  const program = (name: string, more: Partial<Guarded> = {}): Guarded => ({
    keep: false,
    environment: {
      SUPERVISOR_GROUP_NAME: name,
      SUPERVISOR_PROCESS_NAME: name,
      SUPERVISOR_SERVER_URL: 'unix:///run/s.sock',
    },
    mark: null,
    pipes: [],
    ...more,
  })

  test('has a row for each program, with what it is known by before it has a pid', () => {
    const pipe = openSync('/dev/null', 'r')
    table.announce('a:a', program('a', { pipes: [pipe] }))
    table.announce('b:b', program('b', { keep: true }))
    table.started('b:b', 4711)
    const [a, b] = rows()
    expect(a).toEqual([0, 0, KILL, expect.any(Number), expect.any(Number), fstatSync(pipe).ino, 0])
    expect(b?.slice(0, 3)).toEqual([4711, expect.any(Number), KEEP])
    expect(a?.slice(3, 5)).not.toEqual(b?.slice(3, 5))
    closeSync(pipe)
  })

  test('forgets the pid of a program that has ended, and nothing else', () => {
    table.announce('a:a', program('a'))
    table.started('a:a', 4711)
    const [before = []] = rows()
    table.ended('a:a')
    expect(rows()).toEqual([[0, ...before.slice(1)]])
    table.announce('a:a', program('a'))
    table.started('a:a', 4712)
    expect(rows()).toEqual([[4712, expect.any(Number), ...before.slice(2)]])
  })

  test('has the time after which nobody can be the program that has its pid', () => {
    const start = () => startOf(process.pid) ?? Number.NaN
    table.announce('a:a', program('a'))
    table.started('a:a', process.pid)
    const latest = rows()[0]?.[1]
    expect(latest).toBeGreaterThanOrEqual(start() % 2 ** 32)
    expect(latest).toBeLessThanOrEqual(
      (Number(readFileSync('/proc/uptime', 'latin1').split(' ')[0]) * 100 + 1) % 2 ** 32,
    )
  })

  test('knows programs without a server of ours by our own mark, and by nothing that others may carry', () => {
    const environment = { SUPERVISOR_GROUP_NAME: 'a', SUPERVISOR_PROCESS_NAME: 'a' }
    const hashes = [null, '12.345', '12.346'].map((mark) => {
      table.announce('a:a', program('a', { environment, mark }))
      return rows()[0]?.slice(3, 5)
    })
    expect(hashes[0]).toEqual([0, 0])
    expect(new Set(hashes.map(String)).size).toBe(3)
  })

  test('does not grow with every name there ever was, and never gives away the row of a program that runs', () => {
    table.announce('stays:stays', program('stays'))
    table.started('stays:stays', 4711)
    const [stays] = rows()
    for (let n = 0; n < 3000; n++) {
      const key: ProcessKey = `p${n}:p${n}`
      table.announce(key, program(`p${n}`))
      table.started(key, n + 1)
      table.ended(key)
    }
    expect(rows().length).toBeLessThan(1100)
    expect(rows()[0]).toEqual(stays)
  })

  test('is gone on with by another version', () => {
    for (const name of ['a', 'b', 'c'] as const) table.announce(`${name}:${name}`, program(name))
    table.started('a:a', 1)
    table.started('c:c', 3)
    const next = createGuardTable(file, table.keys(), new Set<ProcessKey>(['a:a', 'c:c']))
    next.announce('d:d', program('d'))
    next.started('d:d', 4)
    next.ended('a:a')
    expect(rows().map(([pid]) => pid)).toEqual([0, 0, 3, 4])
    expect(next.keys()).toEqual(['a:a', 'b:b', 'c:c', 'd:d'])
  })
})
