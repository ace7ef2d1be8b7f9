import { freeze } from 'immer'
import type { ProcessEvent } from '../model/event.js'
import type { ProcessKey } from '../model/names.js'
import { NEVER_SEEN, type ProcessObserved, type Transition } from '../model/observed.js'
import { reduceProcess } from './reduce.js'

/** The process table: what the host last showed of every process. */
export interface Store {
  /** A live view: entries are immutable and replaced, the table itself is the store's own. */
  readonly table: Readonly<Record<ProcessKey, ProcessObserved>>
  /** Applies one event. @returns the steps it made, in order */
  dispatch(key: ProcessKey, event: ProcessEvent): readonly Transition[]
  /** Drops the record of a process that is gone for good. */
  forget(key: ProcessKey): void
}

/**
 * Makes a table, empty or with `records` in it. Records are frozen by immer, so a snapshot that was handed out can never
 * change.
 *
 * Reducers make new records and share what did not change, so there is nothing to draft: drafts took a tenth of the
 * processor time of a boot of 1,000 programs.
 */
export function createStore(records: Readonly<Record<ProcessKey, ProcessObserved>> = {}): Store {
  const table: Record<ProcessKey, ProcessObserved> = Object.assign(Object.create(null), records)
  return {
    table,
    dispatch(key, event) {
      const transitions: Transition[] = []
      let before = table[key] ?? NEVER_SEEN
      for (const next of reduceProcess(before, event)) {
        const after = freeze(next, true)
        transitions.push({ from: before.phase, to: after.phase, before, after })
        before = after
      }
      if (transitions.length > 0) table[key] = before
      return transitions
    },
    forget(key) {
      delete table[key]
    },
  }
}
