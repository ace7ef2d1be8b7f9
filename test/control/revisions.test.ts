import { describe, expect, test } from 'vitest'
import { createRevisions, readLastGood } from '../../src/control/revisions.js'
import type { Config } from '../../src/model/config.js'
import type { GroupSpec } from '../../src/model/spec.js'
import { createVirtualClock } from '../sim/clock.js'
import { configOf, groupOf, specOf } from '../support/specs.js'
import { memoryState, plainPacking } from '../support/state.js'

const APPLY = { what: 'svctl apply', by: null }

/** A configuration of one program with this command. */
const running = (command: string): Config => configOf([groupOf('web', [specOf({ name: 'web', command })])])

/** A history on a state directory that earlier ones may have written to. */
function historyOf(initial: Config, state = memoryState(), keep = 50) {
  const clock = createVirtualClock()
  const revisions = createRevisions({ state, packing: plainPacking, initial, clock, keep: () => keep })
  let groups = initial.groups
  const add = (next: Config | readonly GroupSpec[], cause = APPLY, partial = false) => {
    const after = 'groups' in next ? next.groups : next
    const number = revisions.add(groups, after, cause, partial)
    groups = after
    return number
  }
  return { revisions, state, clock, add, pass: (ms: number) => clock.step(clock.monotonicMs() + ms) }
}

const numbers = ({ revisions }: ReturnType<typeof historyOf>) => revisions.list().map(({ number }) => number)

describe('numbers', () => {
  test('begin with 1, and nothing is written at start', () => {
    const { revisions, state } = historyOf(running('a'))
    expect(state.files.size).toBe(0)
    expect(revisions.current()).toBe(1)
  })

  test('go on over starts: the same content is the same revision, another one the next', async () => {
    const first = historyOf(running('a'))
    first.add(running('b'))
    await first.revisions.stored()
    expect(historyOf(running('b'), first.state).revisions.current()).toBe(2)
    const third = historyOf(running('c'), first.state)
    expect(third.revisions.base).toBe(2)
    expect(third.revisions.current()).toBe(3)
    expect(third.revisions.list()[0]).toMatchObject({ cause: { what: 'start' }, summary: '1 changed (web)' })
  })

  test('groups that a client removes and adds one at a time are one revision', () => {
    const history = historyOf(configOf(['a', 'b'].map((name) => groupOf(name, [specOf({ name })]))))
    const only = (...names: string[]) => names.map((name) => groupOf(name, [specOf({ name })]))
    history.add(only('b'), { what: 'remove a', by: null }, true)
    history.add(only('b', 'c'), { what: 'add c', by: null }, true)
    expect(history.revisions.current()).toBe(3)
    expect(numbers(history)).toEqual([3, 1])
    expect(history.revisions.list()[0]).toMatchObject({
      cause: { what: 'several groups' },
      summary: '1 added (c), 1 removed (a)',
    })
  })
})

describe('what is kept', () => {
  test('is bounded, the oldest go first and the current one never', async () => {
    const history = historyOf(running('0'), memoryState(), 3)
    for (let n = 1; n <= 6; n++) history.add(running(String(n)))
    await history.revisions.stored()
    expect(numbers(history)).toEqual([7, 6, 5])
    expect([...history.state.files.keys()].filter((name) => name.startsWith('revision-')).sort()).toEqual([
      'revision-5.gz',
      'revision-6.gz',
      'revision-7.gz',
    ])
    expect(history.revisions.content(2)).toMatchObject({ ok: false, reason: 'unknown-revision' })
    expect(history.revisions.content(5)).toMatchObject({ ok: true, groups: running('4').groups })
  })

  test('stays in memory, ten at most, when nothing can be written, and that is said', () => {
    const history = historyOf(running('0'), memoryState(true))
    for (let n = 1; n <= 20; n++) history.add(running(String(n)))
    expect(numbers(history)).toEqual([21, 20, 19, 18, 17, 16, 15, 14, 13, 12])
    expect(history.revisions.content(15)).toMatchObject({ ok: true, groups: running('14').groups })
    expect(history.revisions.volatile()).toBe('cannot make /state: EROFS')
  })

  test('can be read by a version that knows more fields', async () => {
    const first = historyOf(running('a'))
    await first.revisions.stored()
    const text = new TextDecoder().decode(first.state.files.get('revision-1.gz'))
    const older = text.replace(/"stopWaitSecs":\d+,/, '').replace('"umask":null,', '')
    expect(older).not.toBe(text)
    first.state.files.set('revision-1.gz', new TextEncoder().encode(older))
    const content = historyOf(running('b'), first.state).revisions.content(1)
    expect(content).toMatchObject({ ok: true, groups: running('a').groups })
  })

  for (const [what, bytes] of [
    ['cut off', '{"format":1,"revis'],
    ['of another format', '{"format":9,"revisions":[]}'],
    ['wrong inside', '{"format":1,"revisions":[{"number":"7"}]}'],
  ] as const) {
    test(`a list that is ${what} begins a new history`, () => {
      const state = memoryState()
      state.files.set('revisions.json', new TextEncoder().encode(bytes))
      expect(numbers(historyOf(running('a'), state))).toEqual([1])
    })
  }
})

describe('previous', () => {
  test('is the newest revision that says something else', () => {
    const history = historyOf(running('a'))
    expect(history.revisions.previous()).toBeNull()
    history.add(running('b'))
    history.add(running('a'))
    expect(history.revisions.previous()).toBe(2)
  })
})

describe('the last good configuration', () => {
  test('is the newest revision with the options of the file last read, not of the command line', async () => {
    const first = historyOf(running('a'))
    const next = running('b')
    first.add(next)
    const daemonAsWritten = { ...next.daemon, nodaemon: false, identifier: 'written' }
    first.revisions.settle()
    first.revisions.keepSettings({ ...next, daemonAsWritten })
    await first.revisions.stored()
    const found = readLastGood(first.state, plainPacking)
    expect(found).toMatchObject({ revision: { number: 2 }, config: { groups: next.groups, daemon: daemonAsWritten } })
    expect(found?.config).not.toHaveProperty('daemonAsWritten')
  })

  test('is none without a history', () => {
    expect(readLastGood(memoryState(), plainPacking)).toBeNull()
  })
})

describe('a list that was damaged', () => {
  const text = (state: ReturnType<typeof memoryState>) => new TextDecoder().decode(state.files.get('revisions.json'))

  async function threeRevisions() {
    const first = historyOf(running('a'))
    for (const command of ['b', 'c']) {
      first.add(running(command))
      first.revisions.settle()
    }
    await first.revisions.stored()
    return first.state
  }

  for (const { name, spoil, kept } of [
    {
      name: 'is read as far as it is whole when it was cut off',
      spoil: (was: string) => was.slice(0, -40),
      kept: [1, 2],
    },
    { name: 'is no reason to give numbers twice when it is rubbish', spoil: () => '\0\0\0', kept: [] },
    { name: 'is no reason to give numbers twice when it is empty', spoil: () => '', kept: [] },
    {
      name: 'keeps what is good beside one bad entry',
      spoil: (was: string) => was.replace('"number": 2', '"number": -2'),
      kept: [1, 3],
    },
  ])
    test(name, async () => {
      const state = await threeRevisions()
      state.files.set('revisions.json', new TextEncoder().encode(spoil(text(state))))
      const told: string[] = []
      const clock = createVirtualClock()
      const damage = { found: (file: string, lost: string) => void told.push(`${file}: ${lost}`) }
      const deps = { state, packing: plainPacking, initial: running('d'), clock, keep: () => 50, damage }
      const revisions = createRevisions(deps)
      expect(revisions.current()).toBe(4)
      expect(revisions.list().map(({ number }) => number)).toEqual([4, ...kept.toReversed()])
      expect(told).toEqual([`revisions.json: revisions go on after 3 with ${kept.length} of the former ones`])
      await revisions.stored()
      expect(historyOf(running('d'), state).revisions.current()).toBe(4)
    })

  test('a start is dated when it was, not when it is noted', () => {
    const history = historyOf(running('a'))
    const startedWallMs = history.clock.wallMs()
    history.pass(2_000)
    expect(history.revisions.list()[0]?.wallMs).toBe(startedWallMs)
  })

  test('a content that cannot be read is told of', async () => {
    const state = await threeRevisions()
    state.files.set('revision-1.gz', new TextEncoder().encode('no groups'))
    const told: string[] = []
    const clock = createVirtualClock()
    const damage = { found: (file: string) => void told.push(file) }
    const deps = { state, packing: plainPacking, initial: running('c'), clock, keep: () => 50, damage }
    expect(createRevisions(deps).content(1).ok).toBe(false)
    expect(told).toEqual(['revision-1.gz'])
  })
})
