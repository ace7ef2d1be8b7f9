import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ProcessKey } from '../../src/model/names.js'
import { configOf, groupOf, specOf } from '../support/specs.js'
import { type SteadyDaemon, steadyDaemon } from '../support/steady-daemon.js'

const KEYS: readonly ProcessKey[] = ['a:a', 'b:b1', 'b:b2', 'c:c']

/** Groups as they are at first, and after edits: what each group says depends on the number of its last edit. */
function config(edits: Readonly<Record<string, number>>) {
  const environment = (group: string): Record<string, string> => {
    const edit = edits[group] ?? 0
    return edit > 0 ? { EDIT: String(edit) } : {}
  }
  return configOf([
    groupOf('a', [specOf({ name: 'a', environment: environment('a') })]),
    groupOf('b', [
      specOf({ name: 'b1', program: 'b', environment: environment('b') }),
      specOf({ name: 'b2', program: 'b', environment: environment('b') }),
    ]),
    ...((edits.c ?? 0) % 2 === 0 ? [groupOf('c', [specOf({ name: 'c', autostart: false })])] : []),
  ])
}

const STEP = fc.oneof(
  fc.record({ what: fc.constantFrom('start', 'stop', 'hold', 'release'), key: fc.constantFrom(...KEYS) }),
  fc.record({ what: fc.constantFrom('edit', 'break', 'mend'), key: fc.constantFrom(...KEYS) }),
)
type Step = { readonly what: string; readonly key: ProcessKey }

function carryOut(daemon: SteadyDaemon, edits: Record<string, number>, { what, key }: Step): void {
  const { operator } = daemon.control
  if (what === 'edit') {
    const group = key.slice(0, 1)
    edits[group] = (edits[group] ?? 0) + 1
    daemon.write(config(edits))
    daemon.control.filesChanged()
  } else if (what === 'break' || what === 'mend') {
    // From then on it fails to start, over and over.
    daemon.refuse(what === 'break' ? `/bin/${key.slice(2)}` : null)
  } else if (operator.process(key) === null) return
  else if (what === 'start') operator.start([key])
  else if (what === 'release') operator.release([key])
  else operator.stop([key], false, { by: 'test', reason: '', forMs: what === 'hold' ? 5_000 : null })
}

/** Everything that can be seen of a daemon. */
function seen({ control, effects }: SteadyDaemon) {
  const { operator } = control
  return {
    effects,
    groups: operator.groups(),
    revision: operator.revision(),
    conditions: operator.conditions(),
    drift: operator.drift(),
    events: operator.journal.read(0),
    revisions: operator.revisions(),
  }
}

test('whatever happens: nobody could tell that another program has taken over', () => {
  const moment = fc.record({ step: STEP, waitMs: fc.integer({ min: 0, max: 8_000 }), upgrade: fc.boolean() })
  fc.assert(
    fc.property(fc.array(moment, { maxLength: 12 }), (moments) => {
      const [one, other] = [steadyDaemon(config({})), steadyDaemon(config({}))]
      for (const daemon of [one, other]) {
        const edits = {}
        daemon.pass(3_000) // The history notes the start by then.
        for (const { step, waitMs, upgrade } of moments) {
          carryOut(daemon, edits, step)
          if (upgrade && daemon === other) daemon.upgrade()
          daemon.pass(waitMs)
        }
        daemon.pass(60_000)
      }
      expect(seen(other)).toEqual(seen(one))
    }),
    { numRuns: 100 },
  )
})
