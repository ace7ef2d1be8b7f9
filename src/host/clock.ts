import type { Clock } from '../model/ports.js'

/** Longest wait of setTimeout; a longer one would fire at once. */
const TIMEOUT_MS_MAX = 2 ** 31 - 1

/** An alarm that is this late lets everything else come first. */
const LATE_MS = 100
/** An alarm that is this late means that we were not running. */
const FROZEN_MS = 5_000
/** What passes of such a time: alarms that are always late come, too. */
const FROZEN_PASSES_MS = 1_000

interface Alarm {
  readonly atMs: number
  readonly wake: () => void
  cancelled: boolean
}

/** A clock that goes on in the program that takes our place. */
export interface HostClock extends Clock {
  /** How much of the time so far does not count. */
  frozenMs(): number
}

/**
 * The machine's clock: monotonic time from CLOCK_MONOTONIC, alarms from one timer however many are set.
 *
 * Time in which we did not run (SIGSTOP, a frozen container) does not count: a deadline is for others to answer and for
 * us to hear of it. Those that passed meanwhile come once the answers that wait have been heard, and none at once.
 *
 * Alarms of the same millisecond fire in the order of their time, then as they were set. An alarm never fires early
 * and never inside `wakeAt`.
 *
 * @param systemMs - time that passes whether we run or not
 * @param frozenBefore - what `frozenMs` was in the program whose place we take
 */
export function createClock(systemMs: () => number = bootMs, frozenBefore = 0): HostClock {
  const alarms: Alarm[] = [] // sorted, soonest last
  let timer: NodeJS.Timeout | null = null
  /** What does not count of the time so far. */
  let frozenMs = frozenBefore
  let lastMs = systemMs() - frozenMs
  /** Whether what waited has been heard before the late alarms. */
  let heard = false

  const monotonicMs = () => {
    const nowMs = systemMs() - frozenMs
    const next = alarms.at(-1)
    if (next === undefined || nowMs - next.atMs < FROZEN_MS || nowMs - lastMs < FROZEN_MS) {
      lastMs = nowMs
      return nowMs
    }
    frozenMs += nowMs - lastMs - FROZEN_PASSES_MS
    lastMs += FROZEN_PASSES_MS
    return lastMs
  }

  const arm = () => {
    if (timer !== null) clearTimeout(timer)
    timer = null
    const next = alarms.at(-1)
    if (next === undefined || next.atMs === Infinity) return
    // hrtime and the loop's own time differ by up to a millisecond: fire() looks again, so early costs one more turn.
    const waitMs = Math.ceil(next.atMs - monotonicMs())
    timer = setTimeout(fire, Math.min(TIMEOUT_MS_MAX, Math.max(0, waitMs)))
  }

  const fire = () => {
    if (timer !== null) clearTimeout(timer)
    timer = null
    const nowMs = monotonicMs()
    const lateMs = nowMs - (alarms.at(-1)?.atMs ?? nowMs)
    if (lateMs > LATE_MS && !heard) {
      // What happened while we did not run comes first: a child may have ended before its deadline. Two turns of the
      // loop, since its end is heard of in one and told in the next.
      heard = true
      setImmediate(() => setImmediate(fire))
      return
    }
    heard = false
    const due: Alarm[] = []
    for (let next = alarms.at(-1); next !== undefined && next.atMs <= nowMs; next = alarms.at(-1)) {
      due.push(next)
      alarms.pop()
    }
    arm()
    for (const alarm of due) if (!alarm.cancelled) alarm.wake()
  }

  return {
    monotonicMs,
    frozenMs: () => frozenMs,
    wallMs: () => Date.now(),
    wakeAt(atMs, wake) {
      const alarm: Alarm = { atMs, wake, cancelled: false }
      alarms.splice(place(alarms, atMs), 0, alarm)
      if (alarms.at(-1) === alarm) arm()
      return () => {
        alarm.cancelled = true // it may be due already, behind another one that runs now
        const index = alarms.indexOf(alarm)
        if (index < 0) return
        alarms.splice(index, 1)
        if (index === alarms.length) arm()
      }
    },
  }
}

function bootMs(): number {
  return Number(process.hrtime.bigint() / 1_000_000n)
}

/** Where an alarm for `atMs` goes: before (that is, to fire after) all that are as soon. */
function place(alarms: readonly Alarm[], atMs: number): number {
  let low = 0
  let high = alarms.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((alarms[middle]?.atMs ?? 0) > atMs) low = middle + 1
    else high = middle
  }
  return low
}
