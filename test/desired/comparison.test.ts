import fc from 'fast-check'
import jsonPatch from 'fast-json-patch'
import { describe, expect, test } from 'vitest'
import { changeClassOfField } from '../../src/desired/classes.js'
import { compareStates } from '../../src/desired/comparison.js'
import { declare } from '../../src/desired/generations.js'
import { NEVER_SEEN, type ProcessObserved } from '../../src/model/observed.js'
import { type GroupSpec, NO_OVERRIDE, type ProcessSpec } from '../../src/model/spec.js'
import { needsRestart, patchOf } from '../../src/reconcile/diff.js'
import { groupOf, HOLD, specOf } from '../support/specs.js'

const restarts = (from: ProcessSpec, to: ProcessSpec) => needsRestart(from, to, changeClassOfField)

interface Around {
  /** Instead of RUNNING. */
  readonly seen?: Partial<ProcessObserved>
  readonly held?: boolean
  readonly atOnce?: boolean
}

/** What going from one state to another does where everything of the first one runs. */
function compare(
  accepted: readonly GroupSpec[],
  next: readonly GroupSpec[],
  { seen, held = false, atOnce = false }: Around = {},
) {
  const running = declare({}, accepted, 1, { needsRestart: restarts, started: () => undefined })
  const up = { phase: 'RUNNING', pid: 1, attempt: 0, observedGeneration: 1, ...seen }
  const world = {
    observed: Object.fromEntries(Object.keys(running).map((key) => [key, { ...NEVER_SEEN, ...up } as ProcessObserved])),
    overrides: held ? Object.fromEntries(Object.keys(running).map((key) => [key, { ...NO_OVERRIDE, hold: HOLD }])) : {},
    gate: () => 'open' as const,
    mayReplace: () => true,
  }
  return compareStates({
    before: { ...world, desired: running },
    after: { ...world, desired: declare(running, next, 2, { needsRestart: restarts, started: (key) => running[key] }) },
    accepted,
    next,
    candidate: next,
    locate: () => (section, field) => ({ file: `${section} ${field}`, line: 1, column: 1 }),
    classOf: changeClassOfField,
    nowMs: 5_000,
    atOnce,
    options: {},
  })
}

const one = (fields: Partial<ProcessSpec> = {}) => [groupOf('web', [specOf({ name: 'web', ...fields })])]
const many = (count: number, fields: Partial<ProcessSpec> = {}) => [
  groupOf(
    'w',
    Array.from({ length: count }, (_, n) => specOf({ name: `w_${n}`, program: 'w', ...fields })),
  ),
]
const plan = ({ plan: steps }: ReturnType<typeof compare>) =>
  steps.map(({ key, action, step, latestMs }) => `${step} ${action} ${key} ${latestMs}`)

describe('compareStates: the plan in its worst case', () => {
  for (const { name, from, to, around = {}, steps, worstMs } of [
    {
      name: 'a restart is a stop that has to be enforced, then a start that counts after startsecs',
      from: one({ stopWaitSecs: 7 }),
      to: one({ stopWaitSecs: 7, command: '/bin/new', startSecs: 3 }),
      steps: ['1 stop web:web 0', '2 start web:web 7000'],
      worstMs: [10_000],
    },
    {
      name: 'programs go side by side, ends before starts',
      from: [...one(), groupOf('old', [specOf({ name: 'old', stopWaitSecs: 2 })])],
      to: [...one({ command: '/bin/new' }), groupOf('new', [specOf({ name: 'new', startSecs: 4 })])],
      steps: ['1 stop web:web 0', '1 stop old:old 0', '1 start new:new 0', '2 start web:web 10000'],
      worstMs: [4_000, 11_000, 2_000],
    },
    {
      name: 'instances of one program go one after the other and add up',
      from: many(2, { stopWaitSecs: 5 }),
      to: many(2, { stopWaitSecs: 5, command: '/bin/new' }),
      steps: ['1 stop w:w_0 0', '2 start w:w_0 5000', '3 stop w:w_1 6000', '4 start w:w_1 11000'],
      worstMs: [6_000, 12_000],
    },
    {
      name: 'or all at the same time, if that is wanted',
      from: many(2, { stopWaitSecs: 5 }),
      to: many(2, { stopWaitSecs: 5, command: '/bin/new' }),
      around: { atOnce: true },
      steps: ['1 stop w:w_0 0', '1 stop w:w_1 0', '2 start w:w_0 5000', '2 start w:w_1 5000'],
      worstMs: [6_000, 6_000],
    },
    {
      name: 'a process that is held and down stays as it is',
      from: one(),
      to: one({ command: '/bin/new' }),
      around: { held: true, seen: { phase: 'STOPPED', stoppedBy: 'Operator' } as const },
      steps: [],
      worstMs: [0],
    },
    {
      name: 'a retry that would come anyway is none of the change',
      from: one(),
      to: one({ stopWaitSecs: 99 }),
      around: { seen: { phase: 'BACKOFF', attempt: 1, retryAtMs: 9_000 } as const },
      steps: [],
      worstMs: [0],
    },
  ])
    test(name, () => {
      const found = compare(from, to, around)
      expect(plan(found)).toEqual(steps)
      expect(found.processes.map((row) => row.worstMs)).toEqual(worstMs)
    })

  test('a thousand instances in turn are foreseen in a moment', () => {
    const found = compare(many(1000), many(1000, { command: '/bin/new' }))
    expect(found.plan).toHaveLength(2000)
    expect(found.processes.at(-1)?.worstMs).toBe(1000 * 11_000)
  })
})

describe('compareStates: places', () => {
  test('a field points to its option, a new program to its section, further instances to numprocs', () => {
    const [row] = compare(one(), one({ stopWaitSecs: 1 })).processes
    expect(row?.fields[0]?.at?.file).toBe('program:web stopWaitSecs')
    expect(compare([], one()).processes[0]?.at?.file).toBe('program:web ')
    expect(compare(many(1), many(2)).processes[0]?.at?.file).toBe('program:w numprocs')
  })

  test('a group that changes in itself has fields of its own', () => {
    const group = groupOf('g', [specOf({ name: 'a' }), specOf({ name: 'b' })])
    const { groupFields } = compare([group], [{ ...group, priority: 5, processes: [...group.processes].reverse() }])
    expect(groupFields[0]?.fields.map(({ field, at }) => [field, at?.file])).toEqual([
      ['priority', 'group:g priority'],
      ['processes', 'group:g processes'],
    ])
  })
})

test('patchOf: what it makes of one state is the other', () => {
  const spec = fc.record({
    command: fc.constantFrom('/a', '/b'),
    environment: fc.dictionary(fc.constantFrom('A', 'B/C', '~1', '0'), fc.string()),
  })
  const state = fc
    .dictionary(fc.constantFrom('a', 'b c', '~', '7'), spec, { noNullPrototype: true })
    .map((programs) => Object.entries(programs).map(([name, fields]) => groupOf(name, [specOf({ name, ...fields })])))
  const from = { groups: {} }
  const apply = (document: object, operations: ReturnType<typeof patchOf>) =>
    jsonPatch.applyPatch(document, operations as jsonPatch.Operation[], false, false, false).newDocument
  fc.assert(
    fc.property(state, state, (before, after) => {
      const old = apply(from, patchOf([], before))
      expect(apply(old, patchOf(before, after))).toEqual(apply(from, patchOf([], after)))
    }),
  )
})
