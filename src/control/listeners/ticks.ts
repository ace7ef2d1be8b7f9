import type { Clock } from '../../model/ports.js'
import { type ListenerEvent, tickEvent } from './event.js'

/** Periods of the three tick events, seconds. */
const PERIODS_SECS = [5, 60, 3600] as const

export type TickState = readonly (readonly [number, number])[]

/** Sends ticks to whoever wants them. */
export interface Ticks {
  /** Looks again at what is wanted: a daemon without listeners for ticks never wakes for them. */
  rearm(): void
  /** The latest multiple of each period that was looked at, by period, seconds. */
  state(): TickState
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
  before: TickState = [],
): Ticks {
  let cancel: (() => void) | null = null
  const current = () => new Map<number, number>(PERIODS_SECS.map((period) => [period, periodOf(clock, period)]))
  let last = new Map([...current(), ...before])
  if (before.length > 0) cancel = clock.wakeAt(clock.monotonicMs(), look)

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
    // Only after a change of the program, while which nobody looked.
    const due = periods.some((period) => periodOf(clock, period) !== last.get(period))
    cancel = clock.wakeAt(clock.monotonicMs() + (due ? 0 : shortestMs - (clock.wallMs() % shortestMs)), look)
  }

  return {
    rearm() {
      if (!cancel) last = current()
      // A shorter period may be wanted than the one that is waited for.
      cancel?.()
      cancel = null
      arm()
    },
    state: () => [...last],
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
