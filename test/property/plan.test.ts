import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Config } from '../../src/model/config.js'
import { configOf, groupOf, specOf } from '../support/specs.js'
import { steadyDaemon } from '../support/steady-daemon.js'

const program = fc.record({
  name: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
  command: fc.constantFrom('/bin/one', '/bin/two'),
  autostart: fc.boolean(),
  stopWaitSecs: fc.constantFrom(1, 2),
  priority: fc.constantFrom(1, 999),
})
const config = fc
  .uniqueArray(program, { selector: (fields) => fields.name, maxLength: 5 })
  .map((programs) => configOf(programs.map((fields) => groupOf(fields.name, [specOf(fields)], fields.priority))))

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
