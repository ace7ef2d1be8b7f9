import { expect, test } from 'vitest'
import type { Marks, Relative } from '../../src/model/ports.js'
import { descendantsOf, remainsOf } from '../../src/reconcile/remains.js'

const DAEMON = 10
const ENDED = 100
const MARKS: Marks = { group: 'web', name: 'web', daemon: null }

const row = (pid: number, parent: number, more: Partial<Relative> = {}): Relative => ({
  pid,
  parent,
  group: pid,
  startedAt: pid,
  ...more,
})

/** What is found to be left of `web:web` on a machine with these processes, `api:api` being pid 50. */
function left(processes: readonly Relative[], marked: readonly number[] = [], successor?: number): readonly number[] {
  const current = new Map<number, 'api:api' | 'web:web'>([[50, 'api:api']])
  if (successor !== undefined) current.set(successor, 'web:web')
  const known = new Map([[300, 300]])
  const found = remainsOf(
    { key: 'web:web', pid: ENDED, known },
    { daemon: DAEMON, current },
    {
      processes: () => [row(1, 0), row(DAEMON, 1), row(50, DAEMON), ...processes],
      marks: (pid) => (marked.includes(pid) ? MARKS : { ...MARKS, name: 'other' }),
    },
  )
  return found.map(({ pid }) => pid)
}

test.each<[string, readonly number[], readonly number[]]>([
  ['nothing', left([]), []],
  ['a member of its group', left([row(200, DAEMON, { group: ENDED })]), [200]],
  ['an orphan with its marks', left([row(200, DAEMON)], [200]), [200]],
  ['what is below an orphan, whatever it says it is', left([row(200, DAEMON), row(201, 200)], [200]), [200, 201]],
  ['one that was below it when it was told to stop', left([row(300, DAEMON)]), [300]],
  ['not another process that has its pid by now', left([row(300, DAEMON, { startedAt: 301 })]), []],
  ['not an orphan of another program', left([row(200, DAEMON)]), []],
  ['not what is below a process that is alive', left([row(200, 50)], [200]), []],
  ['not one with the same marks elsewhere', left([row(200, 1)], [200]), []],
  ['not what belongs to its successor', left([row(150, DAEMON), row(200, DAEMON)], [200], 150), []],
  ['an older one beside its successor', left([row(120, DAEMON), row(150, DAEMON)], [120], 150), [120]],
  ['not the daemon', left([], [DAEMON]), []],
])('what an ended process leaves: %s', (_name, found, wanted) => expect(found).toEqual(wanted))

test('everything below a process is found, in circles too', () => {
  const processes = [row(2, 1), row(3, 2), row(4, 3), row(5, 1), row(6, 7), row(7, 6)]
  expect(descendantsOf(2, processes).map(({ pid }) => pid)).toEqual([3, 4])
  expect(descendantsOf(6, processes).map(({ pid }) => pid)).toEqual([7])
})
