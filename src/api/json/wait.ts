import type { EventJournal } from '../../model/occurrence.js'

/** Longest that an answer is held back, ms. */
const WAIT_MS_MAX = 60_000

/**
 * Waits until the journal has something from serial `since` on, `waitMs` have passed or the caller has gone.
 *
 * @param closed - aborted when nobody waits for the answer any more
 * @returns false when too many wait already
 */
export function untilEvent(
  journal: EventJournal,
  since: number,
  waitMs: number,
  closed: AbortSignal,
): Promise<boolean> {
  const { events, lost } = journal.read(since)
  if (events.length > 0 || lost || waitMs <= 0 || closed.aborted) return Promise.resolve(true)
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      cancel?.()
      closed.removeEventListener('abort', done)
      resolve(true)
    }
    const cancel = journal.onNext(done)
    const timer = setTimeout(done, cancel === null ? 0 : Math.min(waitMs, WAIT_MS_MAX))
    if (cancel === null) {
      clearTimeout(timer)
      resolve(false)
      return
    }
    closed.addEventListener('abort', done)
  })
}
