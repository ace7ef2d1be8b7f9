import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createAutoLogFile, removeAutoLogs } from '../../src/host/logs/auto.js'

let dir = ''
beforeEach(() => {
  dir = fs.mkdtempSync(path.join(os.tmpdir(), 'svctl-auto-'))
})
afterEach(() => fs.rmSync(dir, { recursive: true, force: true }))

describe('createAutoLogFile', () => {
  test('makes an empty file of mode 0600 under a new name each time', () => {
    const made = [0, 1].map(() => createAutoLogFile(dir, 'my id', 'cat_00', 'stderr'))
    const files = made.map((result) => (result.ok ? result.path : result.errno))
    expect(files[0]).not.toBe(files[1])
    for (const file of files) {
      expect(path.basename(file)).toMatch(/^cat_00-stderr---my id-[a-z0-9_]{8}\.log$/)
      expect(fs.statSync(file)).toMatchObject({ size: 0, mode: 0o100600 })
    }
  })

  test('tells why it cannot', () => {
    expect(createAutoLogFile(path.join(dir, 'no'), 'id', 'cat', 'stdout')).toEqual({ ok: false, errno: 'ENOENT' })
  })
})

describe('removeAutoLogs', () => {
  const left = (identifier: string, names: readonly string[]) => {
    for (const name of names) fs.writeFileSync(path.join(dir, name), '')
    expect(removeAutoLogs(dir, identifier)).toEqual([])
    return fs.readdirSync(dir).sort()
  }

  test.each([
    {
      name: 'logs and their backups go',
      identifier: 'sup',
      files: ['a-stdout---sup-12345678.log', 'a-stdout---sup-12345678.log.10'],
      stays: [],
    },
    {
      name: 'what follows the pattern goes along',
      identifier: 'sup',
      files: ['a-stdout---sup-12345678.log.1.gz'],
      stays: [],
    },
    {
      name: 'those of others stay',
      identifier: 'sup',
      files: ['a-stdout---other-1.log', 'a.log', '---sup-1.log'],
      stays: ['---sup-1.log', 'a-stdout---other-1.log', 'a.log'],
    },
    {
      name: 'the identifier is no pattern',
      identifier: 's.p+',
      files: ['a---sup-1.log', 'a---s.pp-1.log', 'a---s.p+-1.log'],
      stays: ['a---s.pp-1.log', 'a---sup-1.log'],
    },
  ])('$name', ({ identifier, files, stays }) => expect(left(identifier, files)).toEqual(stays))

  test('folders and links stay', () => {
    fs.mkdirSync(path.join(dir, 'a---sup-1.log'))
    fs.symlinkSync('/etc/passwd', path.join(dir, 'b---sup-1.log'))
    expect(left('sup', [])).toEqual(['a---sup-1.log', 'b---sup-1.log'])
  })

  test('a folder that cannot be read is a warning', () => {
    expect(removeAutoLogs(path.join(dir, 'no'), 'sup')).toEqual(['Could not clear childlog dir'])
  })
})
