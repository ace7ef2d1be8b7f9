import { describe, expect, test } from 'vitest'
import { createAcceptance } from '../../src/control/acceptance.js'
import { loadConfig } from '../../src/desired/load.js'
import type { FileRead, Files } from '../../src/model/ports.js'

const MAIN = '/etc/s.conf'
const HEAD = '[supervisord]\n[include]\nfiles=d/*.conf\n'
const A = '[program:a]\ncommand=/bin/cat\n'

/** Nothing is accepted here. */
const NO_HISTORY = { current: () => 1, add: () => 2, keepSettings: () => {} }

/** What stands at a path: text, or why it cannot be read. */
type Place = string | 'EACCES' | 'EISDIR'

function filesOf(places: Readonly<Record<string, Place>>): Files {
  return {
    read(path): FileRead {
      const place = places[path]
      if (place === undefined) return { ok: false, reason: 'missing', errno: 'ENOENT' }
      if (place === 'EISDIR') return { ok: false, reason: 'directory', errno: 'EISDIR' }
      if (place === 'EACCES') return { ok: false, reason: 'unreadable', errno: 'EACCES' }
      return { ok: true, bytes: new TextEncoder().encode(place) }
    },
    kind: (path) => (places[path] === undefined ? null : 'file'),
    glob: () =>
      Object.keys(places)
        .filter((path) => path !== MAIN)
        .sort(),
  }
}

/** Starts with some included files, then reads others. @returns the names of the groups, or the codes of the errors */
function edit(start: Readonly<Record<string, Place>>, then: Readonly<Record<string, Place>>): readonly string[] {
  const load = (places: Readonly<Record<string, Place>>) =>
    loadConfig(
      { file: MAIN, cwd: '/', home: '/', environment: {}, hostName: 'box', strict: false },
      filesOf({ [MAIN]: HEAD, ...places }),
      { user: () => null, group: () => null },
    )
  const initial = load(start)
  if (!initial.ok) throw new Error(JSON.stringify(initial.errors))
  const acceptance = createAcceptance({
    initial: initial.value,
    load: () => load(then),
    revisions: NO_HISTORY,
    wallMs: () => 0,
  })
  const read = acceptance.reread()
  return read.ok ? acceptance.candidate().groups.map(({ name }) => name) : read.errors.map(({ code }) => code)
}

describe('an included file that cannot be read', () => {
  test('any more is an error: what it declares is not given up', () => {
    expect(edit({ '/etc/d/a.conf': A }, { '/etc/d/a.conf': 'EACCES' })).toEqual(['CONFIG_INCLUDE_UNREADABLE'])
  })

  test('because a folder has taken its place is an error, too', () => {
    expect(edit({ '/etc/d/a.conf': A }, { '/etc/d/a.conf': 'EISDIR' })).toEqual(['CONFIG_INCLUDE_FOLDER'])
  })

  test('since the start does not stand in the way of edits', () => {
    const broken = { '/etc/d/z.conf': 'EACCES' }
    expect(edit(broken, { ...broken, '/etc/d/a.conf': A })).toEqual(['a'])
  })

  test('and appears is an error', () => {
    expect(edit({}, { '/etc/d/a.conf': 'EACCES' })).toEqual(['CONFIG_INCLUDE_UNREADABLE'])
  })

  test('because it is a folder that the pattern happens to match is passed over', () => {
    expect(edit({}, { '/etc/d/a.conf': A, '/etc/d/old.conf': 'EISDIR' })).toEqual(['a'])
  })
})

describe('an edit that is merely noticed', () => {
  const names = (converge: string, asked: boolean) => {
    const load = (programs: string) =>
      loadConfig(
        { file: MAIN, cwd: '/', home: '/', environment: {}, hostName: 'box', strict: false },
        filesOf({ [MAIN]: `[supervisord]\nconverge=${converge}\n${programs}` }),
        { user: () => null, group: () => null },
      )
    const initial = load('')
    if (!initial.ok) throw new Error(JSON.stringify(initial.errors))
    const revisions = NO_HISTORY
    const acceptance = createAcceptance({ initial: initial.value, load: () => load(A), revisions, wallMs: () => 0 })
    const read = asked ? acceptance.reread() : acceptance.notice()
    return [read.ok && read.changes.added, acceptance.candidate().groups.map(({ name }) => name)]
  }

  test.each([
    ['manual', false, []],
    ['manual', true, ['a']],
    ['auto', false, ['a']],
  ])('converge=%s, asked for: %s', (converge, asked, known) => {
    expect(names(converge, asked)).toEqual([['a'], known])
  })
})
