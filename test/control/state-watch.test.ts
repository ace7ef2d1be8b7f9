import { expect, test } from 'vitest'
import { createMemory } from '../../src/control/remembered.js'
import { createRevisions } from '../../src/control/revisions.js'
import { createStateWatch } from '../../src/control/state-watch.js'
import { NO_OVERRIDES, requestStop } from '../../src/desired/overrides.js'
import type { ProcessKey } from '../../src/model/names.js'
import type { StateStore } from '../../src/model/ports.js'
import { createVirtualClock } from '../sim/clock.js'
import { configOf, groupOf, HOLD, specOf } from '../support/specs.js'
import { memoryState, plainPacking } from '../support/state.js'

const config = configOf([groupOf('web', [specOf({ name: 'web' })])])
const held = requestStop(NO_OVERRIDES, ['web:web' as ProcessKey], HOLD)

/** A history and holds on a disk that can be read-only for a while, and loses everything when it is told to. */
function stage(named = false) {
  const clock = createVirtualClock()
  const disk = memoryState()
  let readOnly = false
  let problem: string | null = null
  const store: StateStore = {
    ...disk,
    problem: () => problem,
    write(name, bytes) {
      problem = readOnly ? `cannot write /state/${name}: EROFS` : null
      return !readOnly && disk.write(name, bytes)
    },
  }
  const told: (string | null)[] = []
  const trouble = { set: (message: string | null) => void told.push(message), close: () => {} }
  const watch = createStateWatch(store, clock, () => trouble, named)
  const keep = () => 50
  const revisions = createRevisions({ state: watch.state, packing: plainPacking, initial: config, clock, keep })
  const memory = createMemory(watch.state)
  watch.begin(() => {
    revisions.restore(config.groups, config)
    memory.forget()
    memory.keep(true, held, {})
  })
  const pass = (ms: number) => {
    const endMs = clock.monotonicMs() + ms
    while (clock.step(endMs));
  }
  const names = () => disk.list()
  return { disk, told, revisions, memory, pass, names, setReadOnly: (to: boolean) => (readOnly = to) }
}

const ALL = ['overrides.json', 'revision-1.gz', 'revisions.json', 'settings.json']

test('what a read-only disk did not take is told of, and written once it can be', () => {
  const { told, revisions, memory, pass, names, setReadOnly } = stage()
  memory.keep(true, held, {})
  setReadOnly(true)
  revisions.settle()
  memory.forget()
  memory.keep(true, NO_OVERRIDES, { web: { numprocs: 2, fileNumprocs: 1, sinceWallMs: 1, by: 'me' } })
  expect(names()).toEqual(['overrides.json'])
  expect(told.at(-1)).toContain('cannot write /state/overrides.json: EROFS')
  pass(60_000)
  expect(revisions.volatile()).toContain('EROFS')
  setReadOnly(false)
  pass(10_000)
  expect(names()).toEqual(ALL)
  expect(told.at(-1)).toBeNull()
  expect(revisions.volatile()).toBeNull()
})

test('a folder that somebody empties is filled again with what is in force', () => {
  const { disk, revisions, memory, pass, names } = stage()
  revisions.settle()
  memory.keep(true, held, {})
  expect(names()).toEqual(ALL)
  const before = new TextDecoder().decode(disk.files.get('revision-1.gz'))
  disk.files.clear()
  pass(10_000)
  expect(names()).toEqual(ALL)
  expect(new TextDecoder().decode(disk.files.get('revision-1.gz'))).toBe(before)
})

test('of a folder that loses old revisions these are forgotten, not offered', () => {
  const { disk, revisions, pass } = stage()
  revisions.settle()
  const next = [groupOf('api', [specOf({ name: 'api' })])]
  revisions.add(config.groups, next, { what: 'test', by: null })
  revisions.settle()
  disk.files.delete('revision-1.gz')
  pass(10_000)
  expect(revisions.list().map(({ number }) => number)).toEqual([2])
})

test('a daemon that never had a place to write says nothing of it, and takes one that comes', () => {
  const { told, revisions, pass, names, setReadOnly } = stage()
  setReadOnly(true)
  revisions.settle()
  pass(60_000)
  expect(told.every((message) => message === null)).toBe(true)
  setReadOnly(false)
  pass(10_000)
  expect(names()).toEqual(ALL)
})

test('a place that somebody chose and that never could be written is told of', () => {
  const { told, revisions, pass, setReadOnly } = stage(true)
  setReadOnly(true)
  revisions.settle()
  expect(told.at(-1)).toMatch('history and holds would not outlive the daemon: cannot write /state/')
  setReadOnly(false)
  pass(10_000)
  expect(told.at(-1)).toBeNull()
})
