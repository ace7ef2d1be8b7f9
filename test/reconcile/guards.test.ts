import { describe, expect, test } from 'vitest'
import { massRemoval } from '../../src/reconcile/guards.js'
import { groupOf, specOf } from '../support/specs.js'

const programs = (count: number) =>
  Array.from({ length: count }, (_, i) => groupOf(`p${i}`, [specOf({ name: `p${i}` })]))

describe('massRemoval', () => {
  test.each([
    { name: 'nothing removed is fine', before: 4, after: 4, code: null },
    { name: 'one of two is fine', before: 2, after: 1, code: null },
    { name: 'the last one is not: nothing would be left', before: 1, after: 0, code: 'EMPTY' },
    { name: 'half of four is fine', before: 4, after: 2, code: null },
    { name: 'three of four is too many', before: 4, after: 1, code: 'MASS_REMOVAL' },
    { name: 'all of twenty is refused', before: 20, after: 0, code: 'EMPTY' },
    { name: 'from nothing anything is fine', before: 0, after: 3, code: null },
  ])('$name', ({ before, after, code }) => {
    expect(massRemoval(programs(before), programs(after), 50)?.code ?? null).toBe(code)
  })

  test('a program that moves into a group is not removed', () => {
    const specs = ['p0', 'p1', 'p2'].map((name) => specOf({ name }))
    expect(massRemoval(programs(3), [groupOf('web', specs)], 50)).toBeNull()
  })

  test('the refusal names the command that goes on', () => {
    expect(massRemoval(programs(3), [], 50)?.command).toBe('svctl apply --allow-removals')
  })
})
