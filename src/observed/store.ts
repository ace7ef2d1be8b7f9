import { produce } from 'immer'
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

/** Makes a table, empty or with `records` in it. Records are frozen by immer, so a snapshot that was handed out can never change. */
export function createStore(records: Readonly<Record<ProcessKey, ProcessObserved>> = {}): Store {
  // One record per process and immer per record: with immer over the whole table each event would copy all names.
  const table: Record<ProcessKey, ProcessObserved> = Object.assign(Object.create(null), records)
  return {
    table,
    dispatch(key, event) {
      const transitions: Transition[] = []
      let before = table[key] ?? NEVER_SEEN
      for (const next of reduceProcess(before, event)) {
        const seen = before
        const after = produce(before, (draft) => replaceFields(draft, seen, next))
        transitions.push({
          from: before.phase,
          to: after.phase,
          before,
          after,
        })
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

/**
 * Makes `draft`, a draft of `before`, equal to `next`: what did not change stays the same object, and immer freezes the
 * result. The draft itself is not read: each look at it costs more than the whole comparison.
 */
function replaceFields(draft: ProcessObserved, before: ProcessObserved, next: ProcessObserved): void {
  for (const field of Object.keys(before)) if (!(field in next)) Reflect.deleteProperty(draft, field)
  for (const [field, value] of Object.entries(next))
    if (value !== before[field as keyof ProcessObserved]) Reflect.set(draft, field, value)
}
