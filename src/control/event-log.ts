import type { ExitStatus } from '../model/event.js'
import type { ProcessKey } from '../model/names.js'
import { pidOf, type Transition } from '../model/observed.js'
import type { EventJournal, JournalSlice, Occurrence } from '../model/occurrence.js'
import type { Clock } from '../model/ports.js'

/** The journal with its writing end. */
export interface EventLog extends EventJournal {
  /** A process changed its phase. On the path of every transition: nothing is worded, copied or counted here. */
  process(key: ProcessKey, transition: Transition, exit: ExitStatus | null): void
  /** Anything else. */
  record(what: Pick<Occurrence, 'type' | 'from' | 'to' | 'text'>): void
  /** Everything that is kept, for the program that takes our place. */
  state(): EventLogState
  /** Forgets those who wait, and tells them. */
  close(): void
}

/** The journal as it is handed on. */
export type EventLogState = Pick<JournalSlice, 'events' | 'next'>

/** Events kept: a boot of 1,000 programs, with some room. */
const EVENTS_MAX = 4096
/** Most that all of them may take together, by the reckoning of `sizeOf`. */
const BYTES_MAX = 1024 * 1024
/** Those who wait at a time. */
const WAITERS_MAX = 64

/** Makes a journal: empty, or with what the one before it kept. */
export function createEventLog(clock: Clock, before: EventLogState = { events: [], next: 1 }): EventLog {
  /** A ring: the event of serial `n` is at `n % EVENTS_MAX`. */
  const ring: (Occurrence | undefined)[] = []
  let first = before.next - before.events.length
  let next = before.next
  let bytes = before.events.reduce((sum, event) => sum + sizeOf(event), 0)
  for (const event of before.events) ring[event.serial % EVENTS_MAX] = event
  const waiters = new Set<() => void>()
  let cancelWake: (() => void) | null = null

  function append(event: Occurrence): void {
    if (next - first === EVENTS_MAX) dropFirst()
    ring[next % EVENTS_MAX] = event
    next += 1
    bytes += sizeOf(event)
    while (bytes > BYTES_MAX && next - first > 1) dropFirst()
    if (waiters.size > 0) cancelWake ??= clock.wakeAt(clock.monotonicMs(), wake)
  }

  function dropFirst(): void {
    const dropped = ring[first % EVENTS_MAX]
    ring[first % EVENTS_MAX] = undefined
    first += 1
    if (dropped !== undefined) bytes -= sizeOf(dropped)
  }

  function wake(): void {
    cancelWake = null
    const called = [...waiters]
    waiters.clear()
    for (const listener of called) listener()
  }

  function range(from: number): readonly Occurrence[] {
    const events: Occurrence[] = []
    for (let serial = from; serial < next; serial++) {
      const event = ring[serial % EVENTS_MAX]
      if (event !== undefined) events.push(event)
    }
    return events
  }

  return {
    process(key, { from, to, after }, exit) {
      const text = 'stoppedBy' in after ? after.stoppedBy : after.spawnError
      append({ serial: next, atWallMs: clock.wallMs(), type: 'process', key, from, to, text, pid: pidOf(after), exit })
    },
    record({ type, from, to, text }) {
      append({ serial: next, atWallMs: clock.wallMs(), type, key: null, from, to, text, pid: 0, exit: null })
    },
    read(since): JournalSlice {
      const stranger = since > next
      const lost = stranger || (since > 0 && since < first)
      return { events: range(stranger ? first : Math.max(first, since)), next, lost }
    },
    ofProcess(key, countMax) {
      const found: Occurrence[] = []
      for (let serial = next - 1; serial >= first && found.length < countMax; serial--) {
        const event = ring[serial % EVENTS_MAX]
        if (event?.key === key) found.unshift(event)
      }
      return found
    },
    onNext(listener) {
      if (waiters.size >= WAITERS_MAX) return null
      waiters.add(listener)
      return () => void waiters.delete(listener)
    },
    state: () => ({ events: range(first), next }),
    close() {
      cancelWake?.()
      wake()
    },
  }
}

/** Roughly, in bytes: the record and the text it holds on to. */
function sizeOf({ text }: Occurrence): number {
  return 160 + 2 * text.length
}
