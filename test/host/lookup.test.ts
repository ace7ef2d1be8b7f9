import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { lookUpCommand } from '../../src/host/lookup.js'

const root = mkdtempSync(join(tmpdir(), 'lookup-'))
const put = (path: string, mode: number) => {
  writeFileSync(join(root, path), '#!/bin/sh\n')
  chmodSync(join(root, path), mode)
}

beforeAll(() => {
  for (const folder of ['one', 'two', 'one/folder', 'two/folder', 'deep', 'deep/bin']) mkdirSync(join(root, folder))
  put('one/plain', 0o644)
  put('two/plain', 0o755)
  put('one/only', 0o600)
  put('one/tool', 0o755)
  put('two/tool', 0o755)
  put('deep/bin/run', 0o755)
  symlinkSync('/nonexistent', join(root, 'one/dangling'))
})
afterAll(() => rmSync(root, { recursive: true }))

const path = `${root}/one:${root}/two/`

describe('looking up a command', () => {
  test.each([
    ['takes the first folder of the path', 'tool a', { ok: true, filename: `${root}/one/tool`, argv: ['tool', 'a'] }],
    [
      'goes on behind a file that cannot be executed',
      'plain',
      { ok: true, filename: `${root}/two/plain`, argv: ['plain'] },
    ],
    [
      'reports a file that cannot be executed when there is no other',
      'only',
      { ok: false, fault: 'NOT_EXECUTABLE', text: `command at '${root}/one/only' is not executable` },
    ],
    [
      'reports a folder on the path',
      'folder',
      { ok: false, fault: 'NOT_EXECUTABLE', text: `command at '${root}/one/folder' is a directory` },
    ],
    [
      'does not find a dangling link',
      'dangling',
      { ok: false, fault: 'NO_FILE', text: "can't find command 'dangling'" },
    ],
    [
      'uses a path as it is',
      `${root}/one/tool 'x y'`,
      { ok: true, filename: `${root}/one/tool`, argv: [`${root}/one/tool`, 'x y'] },
    ],
    [
      'does not find a path',
      '/nonexistent/foo',
      { ok: false, fault: 'NO_FILE', text: "can't find command '/nonexistent/foo'" },
    ],
    ['reports a folder', '/tmp', { ok: false, fault: 'NOT_EXECUTABLE', text: "command at '/tmp' is a directory" }],
    ['refuses no words', '  ', { ok: false, fault: 'NOT_EXECUTABLE', text: 'command is empty' }],
    [
      'does not find the empty word',
      '""',
      { ok: false, fault: 'NOT_EXECUTABLE', text: `command at '${root}/one/' is a directory` },
    ],
    [
      'quotes what it cannot parse as Python does',
      `cat 'x`,
      { ok: false, fault: 'NOT_EXECUTABLE', text: `can't parse command "cat 'x": No closing quotation` },
    ],
    ['survives a NUL', 'a\0b', { ok: false, fault: 'NO_FILE', text: "can't find command 'a\\x00b'" }],
  ] as const)('%s', (_, command, wanted) => {
    expect(lookUpCommand(command, path, null)).toEqual(wanted)
  })

  test('finds a relative path where the program will run', () => {
    expect(lookUpCommand('bin/run', path, join(root, 'deep'))).toEqual({
      ok: true,
      filename: 'bin/run',
      argv: ['bin/run'],
    })
    expect(lookUpCommand('./run', path, join(root, 'deep/bin'))).toMatchObject({ ok: true, filename: './run' })
    expect(lookUpCommand('bin/run', path, null)).toMatchObject({ ok: false, fault: 'NO_FILE' })
  })

  test('finds a name in a relative folder of the path where the program will run', () => {
    expect(lookUpCommand('run', 'bin', join(root, 'deep'))).toMatchObject({ ok: true, filename: 'bin/run' })
  })
})
