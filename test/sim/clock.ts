import type { Clock } from '../../src/model/ports.js'

/** Time that passes only when told to. */
export interface VirtualClock extends Clock {
  /** Runs the next thing that is due. @returns false when nothing is left */
  step(untilMs: number): boolean
  /** Moves the wall clock, as an administrator or NTP would; the monotonic one does not notice. */
  jumpWall(byMs: number): void
  later(delayMs: number, what: () => void): void
}

interface Timer {
  readonly atMs: number
  readonly order: number
  readonly what: () => void
}

export function createVirtualClock(): VirtualClock {
  let nowMs = 1_000_000
  let wallOffsetMs = 1_700_000_000_000
  let order = 0
  const timers = new Set<Timer>()
  const wakeAt = (atMs: number, what: () => void) => {
    const timer = { atMs: Math.max(atMs, nowMs), order: order++, what }
    timers.add(timer)
    return () => {
      timers.delete(timer)
    }
  }
  return {
    monotonicMs: () => nowMs,
    wallMs: () => nowMs + wallOffsetMs,
    wakeAt,
    later: (delayMs, what) => void wakeAt(nowMs + delayMs, what),
    jumpWall(byMs) {
      wallOffsetMs += byMs
    },
    step(untilMs) {
      let first: Timer | null = null
      for (const timer of timers) {
        if (!first || timer.atMs < first.atMs || (timer.atMs === first.atMs && timer.order < first.order)) first = timer
      }
      if (!first || first.atMs > untilMs) {
        nowMs = Math.max(nowMs, untilMs)
        return false
      }
      timers.delete(first)
      nowMs = Math.max(nowMs, first.atMs)
      first.what()
      return true
    },
  }
}
