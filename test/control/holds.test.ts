import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ProcessKey } from '../../src/model/names.js'
import { configOf, groupOf, specOf } from '../support/specs.js'
import { steadyDaemon } from '../support/steady-daemon.js'

const KEY: ProcessKey = 'a:a'

function world(autostart = true) {
  const daemon = steadyDaemon(configOf([groupOf('a', [specOf({ name: 'a', autostart })])]))
  daemon.pass(60_000)
  daemon.effects.length = 0
  const { operator } = daemon.control
  const hold = (forMs: number | null, reason = '') =>
    operator.stop([KEY], false, { by: 'svctl hold (alice)', reason, forMs })
  return { ...daemon, operator, hold }
}

test('a hold with an end keeps the process down until then, and not longer', () => {
  const { operator, hold, pass, effects } = world()
  hold(7_200_000, 'new disk')
  pass(7_199_000)
  expect(effects).toEqual(['stop a:a'])
  expect(operator.process(KEY)?.override.hold).toMatchObject({ reason: 'new disk', by: 'svctl hold (alice)' })
  pass(5_000)
  expect(effects).toEqual(['stop a:a', 'start a:a'])
  expect(operator.process(KEY)).toMatchObject({ seen: { phase: 'RUNNING' }, override: { hold: null } })
})

test('at its end the file decides: what has autostart=false stays down', () => {
  const { operator, hold, pass, effects } = world(false)
  operator.start([KEY])
  pass(60_000)
  hold(1_000)
  pass(60_000)
  expect(effects).toEqual(['start a:a', 'stop a:a'])
  expect(operator.process(KEY)?.override.hold).toBeNull()
})

test('whatever holds, releases and starts come: never started while held, and never held past the last end', () => {
  const step = fc.record({
    what: fc.constantFrom('hold', 'stop', 'release', 'start', 'edit' as const),
    forMs: fc.integer({ min: 1, max: 30_000 }),
    waitMs: fc.integer({ min: 0, max: 20_000 }),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      const { control, operator, hold, pass, effects, write } = world()
      let nowMs = 0
      let heldUntilMs: number | null = null
      for (const [i, { what, forMs, waitMs }] of steps.entries()) {
        if (what === 'hold') hold(forMs)
        if (what === 'stop') operator.stop([KEY])
        if (what === 'release') operator.release([KEY])
        if (what === 'start') operator.start([KEY])
        if (what === 'edit') {
          write(configOf([groupOf('a', [specOf({ name: 'a', command: `/bin/a${i}` })])]))
          control.filesChanged()
        } else heldUntilMs = what === 'hold' ? nowMs + forMs : what === 'stop' ? Infinity : null
        effects.length = 0
        const held = heldUntilMs !== null && heldUntilMs > nowMs + waitMs
        pass(waitMs)
        nowMs += waitMs
        if (heldUntilMs !== null && heldUntilMs <= nowMs) heldUntilMs = null
        expect(operator.process(KEY)?.override.hold !== null).toBe(held)
        if (held) expect(effects).not.toContain('start a:a')
      }
      pass(60_000)
      const phase = operator.process(KEY)?.seen.phase
      expect(phase).toBe(heldUntilMs === Infinity ? 'STOPPED' : 'RUNNING')
    }),
    { numRuns: 60 },
  )
})
