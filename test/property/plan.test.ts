import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Config } from '../../src/model/config.js'
import { configOf, groupOf, specOf } from '../support/specs.js'
import { steadyDaemon } from '../support/steady-daemon.js'

const program = fc.record({
  name: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
  instances: fc.integer({ min: 1, max: 3 }),
  command: fc.constantFrom('/bin/one', '/bin/two'),
  autostart: fc.boolean(),
  stopWaitSecs: fc.constantFrom(1, 2),
  priority: fc.constantFrom(1, 999),
})
const config = fc.uniqueArray(program, { selector: (fields) => fields.name, maxLength: 5 }).map((programs) =>
  configOf(
    programs.map(({ instances, ...fields }) => {
      const { name: program, priority } = fields
      const names = instances === 1 ? [program] : Array.from({ length: instances }, (_, n) => `${program}_${n}`)
      return groupOf(
        program,
        names.map((name) => specOf({ ...fields, name, program })),
        priority,
      )
    }),
  ),
)

/** A daemon whose programs are well behaved, and a record of every start and stop the host was asked for. */
function world(initial: Config) {
  const { control, effects, write, pass } = steadyDaemon(initial)
  const settle = () => pass(60_000)
  settle()
  return { operator: control.operator, settle, effects, write }
}

test('what apply executes is what diff printed', () => {
  fc.assert(
    fc.property(config, config, fc.infiniteStream(fc.boolean()), (before, after, coin) => {
      const { operator, settle, effects, write } = world(before)
      // Some processes are held, some were started by hand.
      const keys = operator.groups().flatMap((group) => group.processes.map((process) => process.key))
      const up = (key: (typeof keys)[number]) => operator.process(key)?.seen.phase === 'RUNNING'
      operator.stop(
        keys.filter((key) => up(key) && coin.next().value),
        true,
      )
      settle()
      operator.start(keys.filter((key) => !up(key) && coin.next().value))
      settle()
      write(after)
      const diff = operator.diff()
      if (!diff.ok) throw new Error('a good file was refused')
      const printed = diff.report.processes.flatMap(({ key, effect }) => {
        if (effect === 'restart') return [`stop ${key}`, `start ${key}`]
        return effect === 'start' || effect === 'stop' ? [`${effect} ${key}`] : []
      })
      effects.length = 0
      operator.apply({ groups: null, allowRemovals: true })
      settle()
      expect([...effects].sort()).toEqual([...printed].sort())
      const plan = diff.report.plan.map(({ key, action, step }) => ({ text: `${action} ${key}`, step }))
      // What begins at once begins in the order printed, before all else.
      const atOnce = plan.filter(({ step }) => step === 1).map(({ text }) => text)
      expect(effects.slice(0, atOnce.length)).toEqual(atOnce)
      // Each program goes its own way, round by round.
      const programOf = (text: string) => /^\w+ (\w+):/.exec(text)?.[1]
      for (const program of new Set(effects.map(programOf))) {
        const rounds = new Map(plan.map(({ text, step }) => [text, step]))
        const done = effects.filter((text) => programOf(text) === program).map((text) => rounds.get(text) ?? 0)
        expect(done).toEqual([...done].sort((a, b) => a - b))
        expect(done).not.toContain(0)
      }
    }),
  )
})

test('a settled world needs no action, and the same file again is no change', () => {
  fc.assert(
    fc.property(config, (only) => {
      const { operator, settle, effects, write } = world(only)
      effects.length = 0
      write(structuredClone(only))
      const diff = operator.diff()
      expect(diff.ok && diff.report.processes).toEqual([])
      operator.reload()
      settle()
      expect(effects).toEqual([])
      expect(operator.drift().items).toEqual([])
    }),
  )
})

test('the order of keys in a spec changes nothing', () => {
  fc.assert(
    fc.property(config, (only) => {
      const { operator, write } = world(only)
      const turned = only.groups.map((group) => ({
        ...group,
        processes: group.processes.map(
          (spec) => Object.fromEntries(Object.entries(spec).reverse()) as unknown as typeof spec,
        ),
      }))
      write({ ...only, groups: turned })
      const diff = operator.diff()
      expect(diff.ok && diff.report.processes).toEqual([])
    }),
  )
})
