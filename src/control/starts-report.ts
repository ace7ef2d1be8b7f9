import { someOf } from '../model/listing.js'
import { displayName, type ProcessKey, splitKey } from '../model/names.js'
import type { ProcessObserved } from '../model/observed.js'
import type { Trouble } from './trouble.js'

/** Tells of processes that cannot be started for want of something that may come back. */
export interface StartsReport {
  /** What a process has become; `null` when nothing is kept of it any more. */
  seen(key: ProcessKey, now: ProcessObserved | null): void
  /** Begins with what there is, after another program. */
  begin(table: Readonly<Record<ProcessKey, ProcessObserved>>): void
}

/** @param trouble - is set as long as there are such processes */
export function createStartsReport(trouble: Trouble): StartsReport {
  const waiting = new Map<ProcessKey, string>()

  function describe(): string | null {
    const [error] = waiting.values()
    if (error === undefined) return null
    const names = [...waiting.keys()].map((key) => displayName(splitKey(key).group, splitKey(key).name))
    return `${someOf(names)} cannot be started (${error}); this is tried again until it succeeds`
  }

  return {
    seen(key, now) {
      // A start under way has not succeeded yet.
      if (now?.phase === 'STARTING' && now.pid === 0) return
      if (now !== null && isWaiting(now)) waiting.set(key, now.spawnError)
      else if (!waiting.delete(key)) return
      trouble.set(describe())
    },
    begin(table) {
      for (const [key, now] of Object.entries<ProcessObserved>(table))
        if (isWaiting(now)) waiting.set(key as ProcessKey, now.spawnError)
      trouble.set(describe())
    },
  }
}

function isWaiting(now: ProcessObserved): boolean {
  if (now.phase === 'BACKOFF') return now.passing === true
  return now.phase === 'FATAL' && now.again !== undefined
}
