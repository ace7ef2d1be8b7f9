import { describe, expect, test } from 'vitest'
import { declare } from '../../src/desired/generations.js'
import type { ProcessKey } from '../../src/model/names.js'
import type { Action } from '../../src/model/plan.js'
import { byPriority, inOrder, shutdownOrder, shutdownWaves } from '../../src/reconcile/order.js'
import { groupOf, specOf } from '../support/specs.js'

const groups = [
  groupOf('z', [specOf({ name: 'z', priority: 1 })], 1),
  groupOf('g', [specOf({ name: 'p30', priority: 30 }), specOf({ name: 'p10', priority: 10 })]),
  groupOf('a', [specOf({ name: 'a' })]),
]
const desired = declare({}, groups, 1, { needsRestart: () => false, started: () => undefined })
const keys = (actions: readonly Action[]) => actions.map((action) => `${action.type} ${action.key}`)
const start = (key: ProcessKey, reason: 'Declared' | 'Requested' = 'Declared'): Action => ({
  type: 'start',
  key,
  reason,
})

describe('inOrder', () => {
  test('automatic start follows groups by priority and name, and in a group the file', () => {
    const actions = inOrder(
      ['g:p10', 'a:a', 'g:p30', 'z:z'].map((key) => start(key as ProcessKey)),
      { desired, overrides: {} },
    )
    expect(keys(actions)).toEqual(['start z:z', 'start a:a', 'start g:p30', 'start g:p10'])
  })

  test('a start verb follows the order it named', () => {
    const overrides = {
      'g:p10': { hold: null, runRequest: 1, stopRequest: 0 },
      'g:p30': { hold: null, runRequest: 2, stopRequest: 0 },
    }
    const actions = inOrder([start('g:p30', 'Requested'), start('g:p10', 'Requested')], { desired, overrides })
    expect(keys(actions)).toEqual(['start g:p10', 'start g:p30'])
  })

  test('what ends comes before what starts', () => {
    const actions = inOrder([start('a:a'), { type: 'stop', key: 'z:z', reason: 'NotDeclared' }], {
      desired,
      overrides: {},
    })
    expect(keys(actions)).toEqual(['stop z:z', 'start a:a'])
  })

  test('at the end the processes of a group go down by descending priority', () => {
    const stop = (key: ProcessKey): Action => ({ type: 'stop', key, reason: 'Shutdown' })
    expect(keys(inOrder([stop('g:p10'), stop('g:p30')], { desired, overrides: {} }))).toEqual([
      'stop g:p30',
      'stop g:p10',
    ])
  })
})

test('groups go down from the highest priority number, the later of equals first', () => {
  expect(shutdownOrder(groups).map((group) => group.name)).toEqual(['a', 'g', 'z'])
})

test('groups of one priority go down together, to the letter one after the other', () => {
  const names = (oneByOne: boolean) => shutdownWaves(groups, oneByOne).map((wave) => wave.map((group) => group.name))
  expect(names(false)).toEqual([['a', 'g'], ['z']])
  expect(names(true)).toEqual([['a'], ['g'], ['z']])
})

test('byPriority keeps equals in place', () => {
  const items = [3, 1, 3, 2].map((priority, i) => ({ spec: { priority }, i }))
  expect(byPriority(items).map((item) => item.i)).toEqual([1, 3, 0, 2])
})
