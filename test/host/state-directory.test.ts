import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { gzipPacking } from '../../src/host/packing.js'
import { openStateDirectory, stateDirectoryOf } from '../../src/host/state-directory.js'
import { removeLeftovers } from '../../src/host/state-leftovers.js'

const bytes = (text: string) => new TextEncoder().encode(text)
const mode = (path: string) => (statSync(path).mode & 0o777).toString(8)

function scratch(): string {
  const dir = mkdtempSync(join(tmpdir(), 'svctl-state-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}

describe('the place of the state', () => {
  const place = (fields: Partial<Parameters<typeof stateDirectoryOf>[0]>) =>
    stateDirectoryOf({ file: '/etc/my.conf', wanted: null, uid: 1000, environment: { HOME: '/home/ann' }, ...fields })
  const { HOME } = { HOME: '/home/ann' }
  for (const { name, fields, found } of [
    { name: 'of root', fields: { uid: 0 }, found: /^\/var\/lib\/svctl\/my-[0-9a-f]{8}$/ },
    { name: 'of a user', fields: {}, found: /^\/home\/ann\/\.local\/state\/svctl\/my-[0-9a-f]{8}$/ },
    { name: 'by XDG', fields: { environment: { HOME, XDG_STATE_HOME: '/x' } }, found: /^\/x\/svctl\/my-[0-9a-f]{8}$/ },
    { name: 'as named', fields: { wanted: '/srv/state', uid: 0 }, found: /^\/srv\/state$/ },
  ])
    test(name, () => expect(place(fields)).toMatch(found))

  test('is none when that is wanted, or nobody is at home', () => {
    expect(place({ wanted: 'none' })).toBeNull()
    expect(place({ environment: {} })).toBeNull()
  })

  test('tells files of one name apart', () => {
    expect(place({ file: '/etc/a/my.conf' })).not.toBe(place({ file: '/etc/b/my.conf' }))
  })
})

describe('a state directory', () => {
  test('is made with the first write, for its owner alone', () => {
    const directory = join(scratch(), 'svctl', 'my-1')
    const state = openStateDirectory(directory, '/etc/my.conf')
    expect(state.read('a.json')).toBeNull()
    expect(existsSync(directory)).toBe(false)
    expect(state.write('a.json', bytes('1'))).toBe(true)
    expect(state.write('a.json', bytes('22'))).toBe(true)
    expect(mode(directory)).toBe('700')
    expect(mode(join(directory, 'a.json'))).toBe('600')
    expect(openStateDirectory(directory, '/etc/my.conf').read('a.json')).toEqual(Buffer.from('22'))
    expect(state.list()).toEqual(['a.json'])
    state.remove('a.json')
    expect(state.list()).toEqual([])
    expect(readdirSync(directory)).toEqual(['config-file'])
  })

  test('that somebody removes is made again', () => {
    const directory = join(scratch(), 'my-1')
    const state = openStateDirectory(directory, '/etc/my.conf')
    state.write('a', bytes('1'))
    rmSync(directory, { recursive: true })
    expect(state.read('a')).toBeNull()
    expect(state.write('a', bytes('2')) || state.write('a', bytes('2'))).toBe(true)
    expect(state.problem()).toBeNull()
  })

  test('that others can write to is not believed', () => {
    const directory = join(scratch(), 'my-1')
    mkdirSync(directory)
    writeFileSync(join(directory, 'a'), '1')
    chmodSync(directory, 0o777)
    const state = openStateDirectory(directory, '/etc/my.conf')
    expect(state.read('a')).toBeNull()
    expect(state.write('a', bytes('2'))).toBe(false)
    expect(state.problem()).toContain('can be written to by others')
  })

  test('that cannot be made says why', () => {
    const inTheWay = join(scratch(), 'file')
    writeFileSync(inTheWay, '')
    const state = openStateDirectory(join(inTheWay, 'svctl', 'my-1'), '/etc/my.conf')
    expect(state.write('a', bytes('1'))).toBe(false)
    expect(state.problem()).toMatch(/ENOTDIR|EEXIST/)
  })
})

test('leftovers: what an old folder is of decides, and nothing else is touched', () => {
  const parent = scratch()
  const kept = join(parent, 'kept.conf')
  writeFileSync(kept, '')
  const make = (name: string, file: string, daysOld: number) => {
    openStateDirectory(join(parent, name), file).write('a', bytes('1'))
    const at = (Date.now() - daysOld * 86_400_000) / 1000
    utimesSync(join(parent, name), at, at)
  }
  make('gone-00000001', '/nonexistent/gone.conf', 2)
  make('fresh-00000002', '/nonexistent/fresh.conf', 0)
  make('there-00000003', kept, 2)
  make('foreign', '/nonexistent/gone.conf', 2)
  mkdirSync(join(parent, 'unsigned-00000004'))
  utimesSync(join(parent, 'unsigned-00000004'), 1, 1)
  removeLeftovers(parent, Date.now())
  expect(readdirSync(parent).sort()).toEqual([
    'foreign',
    'fresh-00000002',
    'kept.conf',
    'there-00000003',
    'unsigned-00000004',
  ])
})

test('packing: what was packed comes out again, and what was not does not', async () => {
  const text = JSON.stringify(Array.from({ length: 1_000 }, (_, n) => ({ name: `web${n}`, command: '/bin/cat' })))
  const packed = await new Promise<Uint8Array>((resolve) => gzipPacking.pack(text, resolve))
  expect(packed.length).toBeLessThan(text.length / 5)
  expect(gzipPacking.unpack(packed)).toBe(text)
  expect(gzipPacking.unpack(bytes('plain'))).toBeNull()
})
