import type { ListenerEvent } from './event.js'

/** An event with its numbers: they stay the same when it is sent again. */
export interface Queued {
  readonly event: ListenerEvent
  readonly serial: number
  readonly poolSerial: number
  /** Times it was refused. */
  readonly refusals: number
  /** From the time before the pool worked: does not count against `buffer_size`. */
  readonly early: boolean
}

/** Events that wait for a listener, oldest first. */
export interface EventBuffer {
  readonly length: number
  first(): Queued | undefined
  shift(): void
  /** All of it, oldest first. */
  items(): readonly Queued[]
  /** Adds one at either end. @returns what had to go for it, oldest first */
  add(item: Queued, where: 'front' | 'back', sizeMax: number): readonly Queued[]
}

/**
 * Early events are bounded too, but by what a machine can bear and not by `buffer_size`: with its default of 10 a
 * listener for PROCESS_STATE would lose the start of every larger configuration, as it does in the original.
 */
const EARLY_EVENTS_MAX = 10_000
/** Payloads of early events together, UTF-16 units. */
const EARLY_LENGTH_MAX = 8 * 1024 * 1024

/** Makes a buffer, empty or with what another one held. @see spec/events.md section 2, overflow; spec/quirks.md 75 */
export function createEventBuffer(before: readonly Queued[] = []): EventBuffer {
  const items = [...before]
  let early = 0
  let earlyLength = 0
  for (const item of items) account(item, 1)

  function account(item: Queued, sign: 1 | -1): void {
    if (!item.early) return
    early += sign
    earlyLength += sign * item.event.payload.length
  }

  function overflows(next: Queued, sizeMax: number): boolean {
    if (!next.early) return items.length - early >= sizeMax
    return early >= EARLY_EVENTS_MAX || earlyLength + next.event.payload.length > EARLY_LENGTH_MAX
  }

  return {
    get length() {
      return items.length
    },
    first: () => items[0],
    items: () => [...items],
    shift() {
      const item = items.shift()
      if (item) account(item, -1)
    },
    add(item, where, sizeMax) {
      const lost: Queued[] = []
      while (overflows(item, sizeMax)) {
        const at = items.findIndex((other) => other.early === item.early)
        const [oldest] = at < 0 ? [] : items.splice(at, 1)
        if (!oldest) break // nothing left to give up: one event is always kept
        account(oldest, -1)
        lost.push(oldest)
      }
      account(item, 1)
      if (where === 'back') items.push(item)
      else items.unshift(item)
      return lost
    },
  }
}
