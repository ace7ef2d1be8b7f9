import type { Clock } from '../model/ports.js'

/** Waits until something that changes has been left alone for a while. */
export interface Settling {
  /** What it looks like now. */
  observe(value: string): void
  close(): void
}

/**
 * Somebody who has a file open for writing is not done with it, however long he pauses. Longer than this and he keeps
 * it open for a reason of his own.
 */
const BUSY_MS_MAX = 60_000

/**
 * Calls `onSettled` once per change that has settled: `settleMs` without a further one and nobody at it any more, or
 * after `maxSettleMs` of continuous change, and then again when that ends.
 *
 * @param initial - what is known already
 * @param look - what it looks like at the end of the wait, when the last change may have gone unnoticed
 * @param busy - whether somebody is still at it
 */
export function createSettling(
  initial: string,
  limits: { readonly settleMs: number; readonly maxSettleMs: number },
  clock: Pick<Clock, 'monotonicMs' | 'wakeAt'>,
  look: () => string,
  busy: () => boolean,
  onSettled: () => void,
): Settling {
  /** What was last told of; `null` while anything at all is news. */
  let known: string | null = initial
  let latest = initial
  let window: { readonly openedAtMs: number; changedAtMs: number; cancel: () => void } | null = null
  let closed = false

  function observe(value: string): void {
    if (closed || value === latest) return
    latest = value
    const nowMs = clock.monotonicMs()
    if (window === null) open(nowMs)
    else window.changedAtMs = nowMs
  }

  function open(nowMs: number): void {
    window = { openedAtMs: nowMs, changedAtMs: nowMs, cancel: clock.wakeAt(nowMs + limits.settleMs, wake) }
  }

  function wake(): void {
    if (window === null) return
    observe(look())
    const nowMs = clock.monotonicMs()
    const lastMs = window.openedAtMs + limits.maxSettleMs
    const dueMs = Math.min(window.changedAtMs + limits.settleMs, lastMs)
    if (nowMs < dueMs) {
      window.cancel = clock.wakeAt(dueMs, wake)
      return
    }
    if (nowMs < window.openedAtMs + BUSY_MS_MAX && busy()) {
      window.cancel = clock.wakeAt(nowMs + limits.settleMs, wake)
      return
    }
    const quiet = nowMs >= window.changedAtMs + limits.settleMs
    const news = latest !== known
    window = null
    known = latest
    if (!quiet) {
      // Told of in the middle of a change: whatever comes of it is told of too, even if it cannot be told apart.
      known = null
      open(nowMs)
    }
    if (news) onSettled()
  }

  return {
    observe,
    close: () => {
      closed = true
      window?.cancel()
      window = null
    },
  }
}
