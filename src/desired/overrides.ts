import type { ProcessKey } from '../model/names.js'
import { type Hold, NO_OVERRIDE, type Override } from '../model/spec.js'

/** What people asked of processes, and the serial of the last wish. */
export interface Overrides {
  readonly byKey: Readonly<Record<ProcessKey, Override>>
  readonly serial: number
}

export const NO_OVERRIDES: Overrides = { byKey: {}, serial: 0 }

/** A start verb for each key, in this order; ends holds. */
export function requestStart(overrides: Overrides, keys: readonly ProcessKey[]): Overrides {
  return update(overrides, keys, (old, serial) => ({ ...old, hold: null, runRequest: serial }))
}

/** A stop verb for each key, in this order: held from now on, or on other terms for one that is held already. */
export function requestStop(overrides: Overrides, keys: readonly ProcessKey[], hold: Hold): Overrides {
  return update(overrides, keys, (old, serial) => ({ ...old, hold, stopRequest: serial }))
}

/** Ends holds; what the accepted revision says counts again. */
export function release(overrides: Overrides, keys: readonly ProcessKey[]): Overrides {
  return update(overrides, keys, (old) => ({ ...old, hold: null }))
}

/** Forgets every wish for processes that are no longer declared. */
export function withdraw(overrides: Overrides, keys: readonly ProcessKey[]): Overrides {
  const byKey = { ...overrides.byKey }
  for (const key of keys) delete byKey[key]
  return { ...overrides, byKey }
}

function update(
  overrides: Overrides,
  keys: readonly ProcessKey[],
  change: (old: Override, serial: number) => Override,
): Overrides {
  const byKey: Record<ProcessKey, Override> = { ...overrides.byKey }
  let { serial } = overrides
  for (const key of keys) byKey[key] = change(byKey[key] ?? NO_OVERRIDE, ++serial)
  return { byKey, serial }
}
