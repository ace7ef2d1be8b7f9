import { expect, test } from 'vitest'
import type { Marks, Relative } from '../../src/model/ports.js'
import { findLeftovers } from '../../src/reconcile/leftovers.js'

const URL = 'unix:///run/s.sock'
const MARKS: Marks = { group: 'web', name: 'web', daemon: URL }
const DAEMON = 10
const CURRENT = 100

/** A machine with the daemon, its current instance of `web`, a shell of somebody, and one more process. */
function look(one: Partial<Relative>, marks: Marks | null = MARKS, running = true) {
  const processes: readonly Relative[] = [
    { pid: 1, parent: 0, group: 1, startedAt: 0 },
    { pid: DAEMON, parent: 1, group: DAEMON, startedAt: 10 },
    ...(running ? [{ pid: CURRENT, parent: DAEMON, group: CURRENT, startedAt: 500 }] : []),
    { pid: 50, parent: 1, group: 50, startedAt: 5 },
    { pid: 200, parent: 1, group: 200, startedAt: 100, ...one },
  ]
  const household = {
    daemon: DAEMON,
    current: new Map(running ? [[CURRENT, 'web:web' as const]] : []),
    daemons: new Set([URL]),
  }
  const found = findLeftovers(household, {
    processes: () => processes,
    marks: (pid) => (pid === 200 ? marks : pid === DAEMON ? MARKS : null),
  })
  return found.map(({ pid }) => pid)
}

for (const { name, one, marks = MARKS, running = true, left } of [
  { name: 'an old one that went to init is', one: {}, left: true },
  { name: 'an old one that was handed to the daemon is', one: { parent: DAEMON }, left: true },
  { name: 'one of a program that is stopped is', one: { startedAt: 900 }, running: false, left: true },
  {
    name: 'one without the address, below the daemon, is',
    one: { parent: DAEMON },
    marks: { ...MARKS, daemon: null },
    left: true,
  },
  { name: 'one of a program that is gone is', one: {}, marks: { ...MARKS, group: 'old', name: 'old' }, left: true },
  { name: 'a child of the current instance is not', one: { parent: CURRENT }, left: false },
  { name: 'a member of its process group is not', one: { group: CURRENT }, left: false },
  { name: 'one that went into the background under the current instance is not', one: { startedAt: 600 }, left: false },
  { name: 'one of another supervisor is not', one: {}, marks: { ...MARKS, daemon: 'unix:///other' }, left: false },
  {
    name: 'one without the address, not below the daemon, is not',
    one: {},
    marks: { ...MARKS, daemon: null },
    left: false,
  },
  { name: 'one without marks is not', one: { parent: DAEMON }, marks: null, left: false },
  { name: 'a circle of parents ends', one: { parent: 200 }, left: true },
])
  test(`leftovers: ${name}`, () => {
    expect(look(one, marks, running)).toEqual(left ? [200] : [])
  })
