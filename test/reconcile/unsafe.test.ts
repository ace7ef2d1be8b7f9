import { describe, expect, test } from 'vitest'
import { findUnsafe } from '../../src/reconcile/unsafe.js'

/** Octal mode and owner by path. */
type Paths = Readonly<Record<string, readonly [mode: number, uid: number]>>

const permissionsOf = (paths: Paths, uid: number) => ({
  uid,
  of: (path: string) => {
    const found = paths[path]
    return found === undefined ? null : { mode: found[0], uid: found[1] }
  },
})
const found = (paths: Paths, uid = 0) =>
  findUnsafe(['/etc/a b.conf'], permissionsOf(paths, uid)).map(
    ({ path, message, command }) => `${path} ${message}: ${command}`,
  )

describe('files that others could change', () => {
  for (const [what, paths, uid, wanted] of [
    ['nobody else', { '/etc/a b.conf': [0o100644, 0], '/etc': [0o40755, 0] }, 0, []],
    ['the group', { '/etc/a b.conf': [0o100664, 0], '/etc': [0o40775, 0] }, 0, []],
    ['a sticky folder', { '/etc/a b.conf': [0o100644, 0], '/etc': [0o41777, 0] }, 0, []],
    ['a file that is gone', {}, 0, []],
    [
      'everyone, by the file',
      { '/etc/a b.conf': [0o100666, 0] },
      0,
      ["/etc/a b.conf can be written by everyone (mode 0666): chmod o-w '/etc/a b.conf'"],
    ],
    [
      'everyone, by its folder',
      { '/etc/a b.conf': [0o100644, 0], '/etc': [0o40777, 0] },
      7,
      ['/etc can be written by everyone (mode 0777): chmod o-w /etc'],
    ],
    [
      'another user, of root',
      { '/etc/a b.conf': [0o100644, 7] },
      0,
      ["/etc/a b.conf belongs to user 7: chown root '/etc/a b.conf'"],
    ],
    ['another user, of nobody special', { '/etc/a b.conf': [0o100644, 8] }, 7, []],
  ] as const)
    test(`written by ${what}`, () => expect(found(paths, uid)).toEqual(wanted))
  test('one folder is told once', () =>
    expect(findUnsafe(['/e/a', '/e/b'], permissionsOf({ '/e': [0o40777, 0] }, 0))).toHaveLength(1))
})
