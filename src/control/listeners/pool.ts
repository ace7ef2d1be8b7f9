import type { ProcessKey } from '../../model/names.js'
import type { Clock, Host, Log } from '../../model/ports.js'
import type { PoolSpec } from '../../model/spec.js'
import { textOf } from '../output-journal.js'
import { covers, type ListenerEvent } from './event.js'
import { createProtocol, type Protocol, type ProtocolStep } from './protocol.js'

/** An event with its numbers: they stay the same when it is sent again. */
interface Queued {
  readonly event: ListenerEvent
  readonly serial: number
  readonly poolSerial: number
  /** Times it was refused. */
  readonly refusals: number
}

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
  output(key: ProcessKey, data: Uint8Array): void
  close(): void
}

/** What a pool needs. */
export interface PoolDeps {
  readonly name: string
  readonly identifier: () => string
  readonly clock: Clock
  readonly log: Log
  readonly host: Pick<Host, 'writeStdin'>
  /** As accepted now: events and buffer size may change while the pool runs. */
  spec(): PoolSpec | null
  /** The pool's processes in order, and their names for messages. */
  processes(): readonly { readonly key: ProcessKey; readonly name: string }[]
}

/**
 * Events held for listeners that have not come up yet, beyond `buffer_size`: with the default of 10 a listener for
 * PROCESS_STATE would lose the start of every larger configuration, as it does in the original.
 */
const STARTUP_EVENTS_MAX = 10_000

/** Wait before a refused event is sent again: at once, then doubled up to the last, ms. The original never waits. */
const REFUSED_WAIT_MS = [0, 0, 100, 200, 400, 800, 1600, 3200, 5000] as const

/** @see spec/events.md sections 1 to 4 */
export function createPool(deps: PoolDeps): Pool {
  const { log, name } = deps
  const protocols = new Map<ProcessKey, Protocol>()
  const up = new Set<ProcessKey>()
  const busyWith = new Map<ProcessKey, Queued>()
  /** Oldest first; those from before the first listener was up do not count against the buffer's size. */
  const buffer: Queued[] = []
  let fromStartup = 0
  let wasUp = false
  let poolSerial = 0
  let pausedUntilMs = 0
  let cancelPause: (() => void) | null = null

  function add(item: Queued, where: 'front' | 'back'): void {
    const limit = wasUp ? (deps.spec()?.bufferSize ?? 0) : STARTUP_EVENTS_MAX
    while (buffer.length - fromStartup >= limit && buffer.length > 0) {
      const lost = buffer.shift()
      fromStartup = Math.max(0, fromStartup - 1)
      log.write('error', `pool ${name} event buffer overflowed, discarding event ${lost?.serial}`)
    }
    if (where === 'back') buffer.push(item)
    else buffer.unshift(item)
  }

  function dispatch(): void {
    if (deps.clock.monotonicMs() < pausedUntilMs) return
    for (let item = buffer[0]; item; item = buffer[0]) {
      if (!send(item)) return
      buffer.shift()
      fromStartup = Math.max(0, fromStartup - 1)
    }
  }

  /** @returns whether a listener took it */
  function send(item: Queued): boolean {
    const bytes = Buffer.from(envelope(item))
    for (const process of deps.processes()) {
      const protocol = protocols.get(process.key)
      if (!up.has(process.key) || protocol?.state() !== 'READY') continue
      if (deps.host.writeStdin(process.key, bytes) !== 'ok') {
        const what = `sending event ${item.serial} to listener ${process.name}`
        log.write('debug', `epipe occurred while ${what}, listener state unchanged`)
        continue
      }
      busyWith.set(process.key, item)
      noteStep(process.name, protocol.sent())
      log.write('debug', `event ${item.serial} sent to listener ${process.name}`)
      return true
    }
    return false
  }

  function envelope({ event, serial, poolSerial: own }: Queued): string {
    const length = deps.spec()?.lengthUnit === 'bytes' ? Buffer.byteLength(event.payload) : [...event.payload].length
    const head = `ver:3.0 server:${deps.identifier()} serial:${serial} pool:${name} poolserial:${own}`
    return `${head} eventname:${event.type} len:${length}\n${event.payload}`
  }

  function giveBack(key: ProcessKey): void {
    const item = busyWith.get(key)
    if (!item) return
    busyWith.delete(key)
    add({ ...item, refusals: item.refusals + 1 }, 'front')
    const size = deps.spec()?.bufferSize ?? 0
    log.write('debug', `rebuffering event ${item.serial} for pool ${name} (buf size=${buffer.length}, max=${size})`)
    const waitMs = REFUSED_WAIT_MS[Math.min(item.refusals, REFUSED_WAIT_MS.length - 1)] ?? 0
    if (waitMs > 0) pause(waitMs)
  }

  function pause(waitMs: number): void {
    pausedUntilMs = deps.clock.monotonicMs() + waitMs
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
        giveBack(key)
        break
      case 'result':
        if (step.data.toString('latin1') === 'OK') {
          busyWith.delete(key)
          log.write('debug', `${process}: event was processed`)
        } else {
          log.write('warn', `${process}: event was rejected`)
          giveBack(key)
        }
        break
      case 'state':
        noteStep(process, step)
        break
    }
  }

  function noteStep(process: string, step: ProtocolStep): void {
    if (step.type !== 'state') return
    log.write('debug', `${process}: ${step.from} -> ${step.to}`)
    if (step.to !== 'UNKNOWN') return
    log.write(
      'warn',
      `${process}: has entered the UNKNOWN state and will no longer receive events, this usually indicates the process violated the eventlistener protocol`,
    )
  }

  return {
    subscribes: (type) => deps.spec()?.events.some((subscribed) => covers(subscribed, type)) ?? false,
    offer(event, serial) {
      add({ event, serial, poolSerial: poolSerial++, refusals: 0 }, 'back')
      dispatch()
    },
    running(key) {
      up.add(key)
      if (!wasUp) fromStartup = buffer.length
      wasUp = true
      dispatch()
    },
    stopping(key) {
      up.delete(key)
    },
    ended(key) {
      up.delete(key)
      protocols.delete(key)
      giveBack(key)
      dispatch()
    },
    output(key, data) {
      const protocol = protocols.get(key) ?? createProtocol()
      protocols.set(key, protocol)
      const process = deps.processes().find((one) => one.key === key)?.name ?? key
      for (const step of protocol.feed(data)) take(key, process, step)
      dispatch()
    },
    close() {
      cancelPause?.()
    },
  }
}
