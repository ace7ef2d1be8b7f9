import type { Clock } from '../model/ports.js'

/** Longest wait of setTimeout; a longer one would fire at once. */
const TIMEOUT_MS_MAX = 2 ** 31 - 1

interface Alarm {
  readonly atMs: number
  readonly wake: () => void
  cancelled: boolean
}

/**
 * The machine's clock: monotonic time from CLOCK_MONOTONIC, alarms from one timer however many are set.
 *
 * Alarms of the same millisecond fire in the order of their time, then as they were set. An alarm never fires early
 * and never inside `wakeAt`.
 */
export function createClock(): Clock {
  const alarms: Alarm[] = [] // sorted, soonest last
  let timer: NodeJS.Timeout | null = null

  const monotonicMs = () => Number(process.hrtime.bigint() / 1_000_000n)

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
    timer = null
    const nowMs = monotonicMs()
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
