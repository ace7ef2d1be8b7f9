import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { writePidFile } from '../../src/daemon/pidfile.js'

let dir = ''
let lines: string[] = []
const log = { write: (_level: string, text: string) => void lines.push(text), enabled: () => true }
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'svctl-pidfile-'))
  lines = []
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

test('a pid file whose folder was gone is written once it is back; each change is told of once', () => {
  const path = join(dir, 'run', 'd.pid')
  const file = writePidFile(path, log, true)
  file.repair()
  file.repair()
  expect(lines).toEqual([`could not write pidfile ${path}`])
  mkdirSync(join(dir, 'run'))
  file.repair()
  expect(readFileSync(path, 'utf8')).toBe(`${process.pid}\n`)
  rmSync(join(dir, 'run'), { recursive: true })
  file.repair()
  file.repair()
  expect(lines.slice(1)).toEqual([
    `the pidfile ${path} was missing and has been written`,
    `the pidfile ${path} is gone and cannot be written`,
  ])
})

test('another pid in the file is nobody to write over or to remove', () => {
  const path = join(dir, 'd.pid')
  const file = writePidFile(path, log, true)
  writeFileSync(path, '1\n')
  file.repair()
  file.remove()
  expect(readFileSync(path, 'utf8')).toBe('1\n')
})

test('to the letter, the file is written once', () => {
  const path = join(dir, 'd.pid')
  const file = writePidFile(path, log, false)
  rmSync(path)
  file.repair()
  expect(existsSync(path)).toBe(false)
})
