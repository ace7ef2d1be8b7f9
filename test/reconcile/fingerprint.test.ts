import { describe, expect, test } from 'vitest'
import type { GroupSpec } from '../../src/model/spec.js'
import { fingerprintOf } from '../../src/reconcile/fingerprint.js'
import { groupOf, specOf } from '../support/specs.js'

const web = specOf({ name: 'web', environment: { A: '1', B: 'ä' } })
const groups = [groupOf('web', [web]), groupOf('db', [specOf({ name: 'db' })])]

function fnv(text: string): string {
  let hash = 0xcbf29ce484222325n
  for (const byte of new TextEncoder().encode(text))
    hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & 0xffffffffffffffffn
  return hash.toString(16).padStart(16, '0')
}

describe('fingerprintOf', () => {
  test('it is FNV-1a of names and of the hash of each group, worked out with whole numbers of any size', () => {
    expect(fingerprintOf([])).toBe(fnv(''))
    const group = { kind: 'program', name: 'ü' } as unknown as GroupSpec
    expect(fingerprintOf([group])).toBe(fnv(`"ü" ${fnv('{"kind":"program","name":"ü"}')}`))
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
