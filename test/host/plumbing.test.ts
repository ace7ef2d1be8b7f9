import { closeSync, readSync } from 'node:fs'
import { expect, test } from 'vitest'
import { growPipe, openPipe } from '../../src/host/native/posix.js'
import { writeFailure } from '../../src/host/plumbing.js'

test('why nothing was run fits the smallest pipe there is, however long it is', () => {
  const pipe = openPipe('write')
  if (!pipe.ok) throw new Error(pipe.text)
  const { read, write } = pipe.value
  expect(growPipe(write, 1).ok).toBe(true)
  writeFailure(write, '界'.repeat(10_000))
  const got = Buffer.alloc(65_536)
  expect(got.toString('utf8', 0, readSync(read, got))).toMatch(/界\nsupervisor: child process was not spawned\n$/)
  closeSync(read)
  closeSync(write)
})
