import { describe, expect, test } from 'vitest'
import { fingerprintOf } from '../../src/reconcile/fingerprint.js'
import { groupOf, specOf } from '../support/specs.js'

const web = specOf({ name: 'web', environment: { A: '1', B: 'ä' } })
const groups = [groupOf('web', [web]), groupOf('db', [specOf({ name: 'db' })])]

describe('fingerprintOf', () => {
  test('no group at all has the hash of "[]"', () => {
    // Worked out with whole numbers of any size.
    expect(fingerprintOf([])).toBe('09612b07b5ecb5a5')
  })

  test('the order of groups and of keys does not count', () => {
    const turned = Object.fromEntries(Object.entries(web).reverse()) as unknown as typeof web
    expect(fingerprintOf([...groups].reverse())).toBe(fingerprintOf(groups))
    expect(fingerprintOf([groupOf('web', [turned]), ...groups.slice(1)])).toBe(fingerprintOf(groups))
  })

  for (const [what, changed] of [
    ['a value of the environment', specOf({ name: 'web', environment: { A: '2', B: 'ä' } })],
    ['a wait', specOf({ name: 'web', environment: web.environment, stopWaitSecs: 11 })],
  ] as const) {
    test(`${what} counts`, () => {
      expect(fingerprintOf([groupOf('web', [changed]), ...groups.slice(1)])).not.toBe(fingerprintOf(groups))
    })
  }

  test('the order of processes in a group counts: it is the order they start in', () => {
    const [a, b] = [specOf({ name: 'a' }), specOf({ name: 'b' })]
    expect(fingerprintOf([groupOf('g', [a, b])])).not.toBe(fingerprintOf([groupOf('g', [b, a])]))
  })
})
