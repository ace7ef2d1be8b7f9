import { execFileSync } from 'node:child_process'
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hostFiles } from '../../src/host/files.js'
import { matchesName } from '../../src/host/glob.js'
import { hasPython } from './harness.js'

const root = mkdtempSync(join(tmpdir(), 'files-'))

beforeAll(() => {
  for (const folder of ['a', 'b', '.hidden', 'a/deep']) mkdirSync(join(root, folder))
  for (const file of [
    'a/2.conf',
    'a/10.conf',
    'a/.x.conf',
    'a/z[1].conf',
    'a/ä.conf',
    'a/😀.conf',
    'a/\uFFFD.conf',
    'b/1.conf',
    'b/1.ini',
    '.hidden/h.conf',
  ])
    writeFileSync(join(root, file), file)
  symlinkSync('/nonexistent', join(root, 'b/dangling.conf'))
  execFileSync('mkfifo', [join(root, 'fifo')])
})
afterAll(() => rmSync(root, { recursive: true }))

describe('reading files', () => {
  test('does not take a file into memory that is far too large', () => {
    const huge = join(root, 'huge')
    closeSync(openSync(huge, 'w'))
    truncateSync(huge, 1024 ** 3)
    expect(hostFiles.read(huge)).toEqual({ ok: false, reason: 'unreadable', errno: 'EFBIG' })
    rmSync(huge)
  })

  test('tells bytes, folders, missing and unreadable things apart', () => {
    expect(hostFiles.read(join(root, 'a/2.conf'))).toEqual({ ok: true, bytes: Buffer.from('a/2.conf') })
    expect(hostFiles.read(root)).toEqual({ ok: false, reason: 'directory', errno: 'EISDIR' })
    expect(hostFiles.read(join(root, 'none'))).toEqual({ ok: false, reason: 'missing', errno: 'ENOENT' })
    expect(hostFiles.read(join(root, 'a/2.conf/x'))).toEqual({ ok: false, reason: 'missing', errno: 'ENOTDIR' })
    expect(hostFiles.read(join(root, 'fifo'))).toEqual({ ok: false, reason: 'unreadable', errno: 'EINVAL' })
    expect(hostFiles.read('/proc/1/mem')).toMatchObject({ ok: false, reason: 'unreadable' })
    expect(hostFiles.read('a\0b')).toMatchObject({ ok: false, reason: 'unreadable' })
  })

  test('says what is at a path', () => {
    expect(
      ['a', 'a/2.conf', 'fifo', 'none', 'b/dangling.conf'].map((name) => hostFiles.kind(join(root, name))),
    ).toEqual(['directory', 'file', 'other', null, null])
  })
})

describe('matching paths', () => {
  const patterns = [
    '*/*.conf',
    'a/*',
    'a/?.conf',
    'a/[0-9]*.conf',
    'a/[!0-9]*.conf',
    'a/z[[]1].conf',
    'b/1.ini',
    'none',
    'b/dangling.conf',
    '*/',
    'a/**',
    '.*/*.conf',
    'a/.*',
    'a/[',
    '[ab]/1.[ci]*',
    'a/deep/../*.conf',
  ]

  test.runIf(hasPython)("finds what Python's glob finds", () => {
    const full = patterns.map((pattern) => `${root}/${pattern}`)
    const program = 'import glob,json,sys\nprint(json.dumps([sorted(glob.glob(p)) for p in sys.argv[1:]]))'
    const theirs = JSON.parse(execFileSync('python3', ['-c', program, ...full], { encoding: 'utf8' }))
    expect(full.map((pattern) => [pattern, hostFiles.glob(pattern)])).toEqual(
      full.map((pattern, i) => [pattern, theirs[i]]),
    )
  })

  test('relative patterns give relative names', () => {
    expect(hostFiles.glob('package.jso?')).toEqual(['package.json'])
    expect(hostFiles.glob('./package.jso?')).toEqual(['./package.json'])
  })

  test.runIf(hasPython)("a name matches as in Python's fnmatch, for any pattern", () => {
    const text = fc.string({ unit: fc.constantFrom(...'ab-]![*?.^\\'), maxLength: 8 })
    const pairs = fc.sample(fc.tuple(text, text), 3000)
    const program =
      'import fnmatch,json,sys\n' +
      'print(json.dumps([fnmatch.fnmatchcase(n,p) and not (n.startswith(".") and not p.startswith(".")) for p,n in json.load(sys.stdin)]))'
    const theirs = JSON.parse(
      execFileSync('python3', ['-c', program], { input: JSON.stringify(pairs), encoding: 'utf8' }),
    )
    for (const [i, [pattern, name]] of pairs.entries())
      expect({ pattern, name, matches: matchesName(pattern, name) }).toEqual({ pattern, name, matches: theirs[i] })
  })
})
