import { expect, test } from 'vitest'
import { createTrouble } from '../../src/control/trouble.js'
import type { Condition } from '../../src/model/operator.js'
import { createVirtualClock } from '../sim/clock.js'

/** Trouble in a program that took the place of another, which told of these conditions. */
function after(...conditions: readonly Condition[]) {
  const lines: string[] = []
  const shown = new Map(conditions.map(({ type, message }) => [type, message]))
  const trouble = createTrouble('DescriptorsLacking', 'free again', {
    acceptance: {
      conditions: () => conditions,
      setCondition: (type, condition) => void (condition ? shown.set(type, condition.message) : shown.delete(type)),
    },
    clock: createVirtualClock(),
    log: { write: (level, text) => void lines.push(`${level} ${text}`), enabled: () => true },
  })
  return { trouble, lines, shown }
}

const LACKING: Condition = { type: 'DescriptorsLacking', message: 'none left', sinceWallMs: 1, diagnostics: [] }

test('what another program told of is over when it is', () => {
  const { trouble, lines, shown } = after(LACKING)
  trouble.set(null)
  expect([...shown]).toEqual([])
  expect(lines).toEqual(['info free again'])
})

test('what goes on is not told of again', () => {
  const { trouble, lines, shown } = after(LACKING)
  trouble.set('none left')
  expect([...shown.values()]).toEqual(['none left'])
  expect(lines).toEqual([])
})

test('what is new is told of once', () => {
  const { trouble, lines } = after()
  trouble.set('none left')
  trouble.set('still none')
  expect(lines).toEqual(['warn none left'])
})
