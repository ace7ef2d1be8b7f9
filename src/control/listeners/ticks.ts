import type { Clock } from '../../model/ports.js'
import { type ListenerEvent, tickEvent } from './event.js'

/** Periods of the three tick events, seconds. */
const PERIODS_SECS = [5, 60, 3600] as const

/** Sends ticks to whoever wants them. */
export interface Ticks {
  /** Looks again at what is wanted: a daemon without listeners for ticks never wakes for them. */
  rearm(): void
  close(): void
}

/**
 * A tick of period n is sent when the clock on the wall passes a multiple of n; missed ones are not made up for.
 *
 * @param wanted - whether anyone subscribes to this event type
 * @see Supervisor supervisord.py, tick
 */
export function createTicks(
  clock: Clock,
  wanted: (type: string) => boolean,
  emit: (event: ListenerEvent) => void,
): Ticks {
  let cancel: (() => void) | null = null
  let last = new Map(PERIODS_SECS.map((period) => [period, periodOf(clock, period)]))

  function look(): void {
    cancel = null
    for (const period of PERIODS_SECS) {
      const now = periodOf(clock, period)
      if (now !== last.get(period) && wanted(`TICK_${period}`)) emit(tickEvent(period, now))
      last.set(period, now)
    }
    arm()
  }

  function arm(): void {
    const periods = PERIODS_SECS.filter((period) => wanted(`TICK_${period}`))
    const [shortest] = periods
    if (cancel || shortest === undefined) return
    const shortestMs = shortest * 1000
    cancel = clock.wakeAt(clock.monotonicMs() + shortestMs - (clock.wallMs() % shortestMs), look)
  }

  return {
    rearm() {
      if (!cancel) last = new Map(PERIODS_SECS.map((period) => [period, periodOf(clock, period)]))
      // A shorter period may be wanted than the one that is waited for.
      cancel?.()
      cancel = null
      arm()
    },
    close() {
      cancel?.()
      cancel = null
    },
  }
}

/** The latest multiple of the period, seconds since 1970. */
function periodOf(clock: Clock, periodSecs: number): number {
  return Math.floor(clock.wallMs() / 1000 / periodSecs) * periodSecs
}
