import type { HostEvent } from '../model/event.js'

/** Events on their way to the one who listens. */
export interface EventQueue {
  emit(event: HostEvent): void
  /** @throws Error when somebody listens already: a bug of ours */
  listen(listener: (event: HostEvent) => void): void
  /** Whether nothing is on its way. */
  empty(): boolean
}

/**
 * Hands events on one by one and in order, always from the event loop: whoever emits is never called back from inside
 * its call. What comes before there is a listener waits for it.
 */
export function createEventQueue(): EventQueue {
  let waiting: HostEvent[] = []
  let listener: ((event: HostEvent) => void) | null = null
  let scheduled = false

  const schedule = () => {
    if (scheduled || listener === null || waiting.length === 0) return
    scheduled = true
    setImmediate(flush)
  }

  const flush = () => {
    scheduled = false
    const events = waiting
    waiting = []
    let done = 0
    try {
      for (; done < events.length; done++) {
        const event = events[done]
        if (event !== undefined) listener?.(event)
      }
    } finally {
      // Only after a throw: the event at fault is dropped, those behind it are not.
      if (done < events.length) waiting = [...events.slice(done + 1), ...waiting]
      schedule()
    }
  }

  return {
    empty: () => waiting.length === 0,
    emit(event) {
      waiting.push(event)
      schedule()
    },
    listen(next) {
      if (listener !== null) throw new Error('the host has a listener already')
      listener = next
      schedule()
    },
  }
}
