import { type ProcessKey, splitKey } from '../../model/names.js'
import type { Clock, Host, Log } from '../../model/ports.js'
import type { PoolSpec } from '../../model/spec.js'
import { textOf } from '../output-journal.js'
import { createEventBuffer, type Queued } from './buffer.js'
import { covers, isOfStarting, type ListenerEvent } from './event.js'
import { createProtocol, type Protocol, type ProtocolState, type ProtocolStep } from './protocol.js'

/** The listeners of one `[eventlistener:x]` and the events that wait for them. */
export interface Pool {
  /** Queues an event the pool subscribes to. @param serial - of the event, the same in every pool */
  offer(event: ListenerEvent, serial: number): void
  subscribes(type: string): boolean
  /** A process of the pool is RUNNING: it may be sent events once it says READY. */
  running(key: ProcessKey): void
  /** A process of the pool is being stopped: it may still answer, but is sent nothing more. */
  stopping(key: ProcessKey): void
  /** A process of the pool ended, or begins anew: its conversation is over, its event goes back. */
  ended(key: ProcessKey): void
  /** A piece of a process's stdout; may be kept. */
  output(key: ProcessKey, data: Uint8Array): void
  state(): PoolState
  close(): void
}

/** A pool as it is handed to the program that takes our place. */
export interface PoolState {
  readonly protocols: readonly (readonly [ProcessKey, ProtocolState])[]
  readonly up: readonly ProcessKey[]
  readonly busyWith: readonly (readonly [ProcessKey, Queued])[]
  readonly waiting: readonly Queued[]
  readonly wasUp: boolean
  readonly caughtUp: boolean
  readonly poolSerial: number
  readonly pausedUntilMs: number
}

/** What a pool needs. */
export interface PoolDeps {
  readonly name: string
  readonly identifier: string
  readonly clock: Clock
  readonly log: Log
  readonly host: Pick<Host, 'writeStdin'>
  /** As accepted now: events and buffer size may change while the pool runs. */
  spec(): PoolSpec | null
  /** The pool's processes in order, and their names for messages. */
  processes(): readonly PoolProcess[]
  /** What the pool was before; absent for a new one. */
  readonly before?: PoolState
}

/** One process of a pool. */
export interface PoolProcess {
  readonly key: ProcessKey
  readonly name: string
}

/** Wait before a refused event is sent again: at once, then doubled up to the last, ms. The original never waits. */
const REFUSED_WAIT_MS = [0, 0, 100, 200, 400, 800, 1600, 3200, 5000] as const

/**
 * Wait before an event is sent to the successor of a listener that ended while it had it, ms: whoever dies of an event
 * is not to be killed by it as fast as it can be started.
 */
const DIED_WAIT_MS = 1000

/** @see spec/events.md sections 1 to 4 */
export function createPool(deps: PoolDeps): Pool {
  const { log, name } = deps
  const { before } = deps
  const protocols = new Map<ProcessKey, Protocol>(
    before?.protocols.map(([key, protocol]) => [key, createProtocol(protocol)]),
  )
  const up = new Set(before?.up)
  const busyWith = new Map(before?.busyWith)
  const buffer = createEventBuffer(before?.waiting)
  /** Some process was RUNNING once. */
  let wasUp = before?.wasUp ?? false
  /** All events of the start were delivered once. */
  let caughtUp = before?.caughtUp ?? false
  let poolSerial = before?.poolSerial ?? 0
  let pausedUntilMs = 0
  let cancelPause: (() => void) | null = null
  if (before) pause(before.pausedUntilMs)

  const sizeMax = () => deps.spec()?.bufferSize ?? 0

  function add(item: Queued, where: 'front' | 'back'): void {
    const spec = deps.spec()
    if (!spec) return // on its way out: nobody will be sent anything
    for (const lost of buffer.add(item, where, spec.bufferSize)) {
      log.write('error', `pool ${name} event buffer overflowed, discarding event ${lost.serial}`)
    }
  }

  function noteRebuffering(item: Queued, size: number): void {
    log.write('debug', `rebuffering event ${item.serial} for pool ${name} (buf size=${size}, max=${sizeMax()})`)
  }

  function ready(): readonly PoolProcess[] {
    if (up.size === 0) return []
    return deps.processes().filter(({ key }) => up.has(key) && protocols.get(key)?.state() === 'READY')
  }

  function dispatch(): void {
    if (deps.clock.monotonicMs() < pausedUntilMs) return
    const listeners = [...ready()]
    if (listeners.length === 0) return
    for (let item = buffer.first(); item; item = buffer.first()) {
      if (!send(item, listeners)) {
        noteRebuffering(item, buffer.length - 1)
        return
      }
      buffer.shift()
    }
    caughtUp = true
  }

  /** Takes the first of `listeners` that can be written to. @returns whether there was one */
  function send(item: Queued, listeners: PoolProcess[]): boolean {
    if (listeners.length === 0) return false
    const bytes = Buffer.from(envelope(item))
    for (let process = listeners.shift(); process; process = listeners.shift()) {
      if (deps.host.writeStdin(process.key, bytes) !== 'ok') {
        const what = `sending event ${item.serial} to listener ${process.name}`
        log.write('debug', `epipe occurred while ${what}, listener state unchanged`)
        continue
      }
      busyWith.set(process.key, item)
      protocols.get(process.key)?.sent()
      log.write('debug', `event ${item.serial} sent to listener ${process.name}`)
      return true
    }
    return false
  }

  function envelope({ event, serial, poolSerial: own }: Queued): string {
    const { payload } = event
    const length = deps.spec()?.lengthUnit === 'bytes' ? Buffer.byteLength(payload) : codePoints(payload)
    const head = `ver:3.0 server:${deps.identifier} serial:${serial} pool:${name} poolserial:${own}`
    return `${head} eventname:${event.type} len:${length}\n${payload}`
  }

  function giveBack(key: ProcessKey, waitMsMin = 0): void {
    const item = busyWith.get(key)
    if (!item) return
    busyWith.delete(key)
    noteRebuffering(item, buffer.length)
    add({ ...item, refusals: item.refusals + 1 }, 'front')
    const waitMs = REFUSED_WAIT_MS[Math.min(item.refusals, REFUSED_WAIT_MS.length - 1)] ?? 0
    if (waitMs + waitMsMin > 0) pause(deps.clock.monotonicMs() + Math.max(waitMs, waitMsMin))
  }

  function pause(untilMs: number): void {
    pausedUntilMs = Math.max(pausedUntilMs, untilMs)
    cancelPause?.()
    cancelPause = deps.clock.wakeAt(pausedUntilMs, () => {
      cancelPause = null
      dispatch()
    })
  }

  function take(key: ProcessKey, process: string, step: ProtocolStep): void {
    switch (step.type) {
      case 'bad-result-line':
        log.write('warn', `${process}: bad result line: '${textOf(step.line)}'`)
        break
      case 'result':
        if (step.data.toString('latin1') === 'OK') {
          busyWith.delete(key)
          log.write('debug', `${process}: event was processed`)
        } else {
          log.write('warn', `${process}: event was rejected`)
        }
        break
      case 'state':
        noteState(process, step)
        // Whatever it was busy with and did not answer with OK.
        giveBack(key)
        break
    }
  }

  function noteState(process: string, { from, to }: Extract<ProtocolStep, { type: 'state' }>): void {
    log.write('debug', `${process}: ${from} -> ${to}`)
    if (to !== 'UNKNOWN') return
    log.write(
      'warn',
      `${process}: has entered the UNKNOWN state and will no longer receive events, this usually indicates the process violated the eventlistener protocol`,
    )
  }

  return {
    subscribes: (type) => deps.spec()?.events.some((subscribed) => covers(subscribed, type)) ?? false,
    offer(event, serial) {
      const early = !caughtUp && (!wasUp || isOfStarting(event.type))
      add({ event, serial, poolSerial: poolSerial++, refusals: 0, early }, 'back')
      dispatch()
    },
    running(key) {
      up.add(key)
      wasUp = true
      dispatch()
    },
    stopping(key) {
      up.delete(key)
    },
    ended(key) {
      up.delete(key)
      protocols.delete(key)
      giveBack(key, ready().length > 0 ? 0 : DIED_WAIT_MS)
      dispatch()
    },
    output(key, data) {
      const protocol = protocols.get(key) ?? createProtocol()
      protocols.set(key, protocol)
      const steps = protocol.feed(data)
      if (steps.length === 0) return
      const process = deps.processes().find((one) => one.key === key)?.name ?? splitKey(key).name
      for (const step of steps) take(key, process, step)
      dispatch()
    },
    state: () => ({
      protocols: [...protocols].map(([key, protocol]) => [key, protocol.snapshot()]),
      up: [...up],
      busyWith: [...busyWith],
      waiting: buffer.items(),
      wasUp,
      caughtUp,
      poolSerial,
      pausedUntilMs,
    }),
    close() {
      cancelPause?.()
    },
  }
}

/** Length as Python counts it. */
function codePoints(text: string): number {
  let count = 0
  for (const _ of text) count += 1
  return count
}
