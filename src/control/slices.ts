import type { Clock } from '../model/ports.js'

/** Work at a time, ms: what waits meanwhile is hardly delayed. */
const SLICE_MS = 20

/**
 * Carries out long work in slices, so that the loop turns in between.
 *
 * @param work - yields wherever it can be left for a while
 */
export async function inSlices<T>(work: Generator<void, T>, clock: Pick<Clock, 'monotonicMs' | 'wakeAt'>): Promise<T> {
  for (;;) {
    const endMs = clock.monotonicMs() + SLICE_MS
    while (clock.monotonicMs() < endMs) {
      const step = work.next()
      if (step.done) return step.value
    }
    await new Promise<void>((resolve) => void clock.wakeAt(clock.monotonicMs(), resolve))
  }
}
