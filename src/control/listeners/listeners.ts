import { type ProcessKey, splitKey } from '../../model/names.js'
import type { Notification } from '../../model/notification.js'
import type { Clock, Host, Log } from '../../model/ports.js'
import type { GroupSpec } from '../../model/spec.js'
import { keysOf } from '../runtime.js'
import { payloadOf, typeOf } from './event.js'
import { createPool, type Pool, type PoolState } from './pool.js'
import { createTicks, type TickState } from './ticks.js'

/** Brings events to the event listeners of all pools. */
export interface Listeners {
  /** Everything that happens goes through here. */
  notify(notification: Notification): void
  /** The accepted groups are others now: pools open, close and take on what they subscribe to. */
  groupsChanged(): void
  state(): ListenersState
  close(): void
}

/** All conversations as they are handed to the program that takes our place. */
export interface ListenersState {
  readonly serial: number
  readonly ticks: TickState
  readonly pools: readonly (readonly [string, PoolState])[]
}

/** What listeners need. */
export interface ListenersDeps {
  readonly clock: Clock
  readonly log: Log
  readonly host: Pick<Host, 'writeStdin'>
  /** Of the daemon, as it was started. */
  readonly identifier: string
  /** An active group by name. */
  group(name: string): GroupSpec | undefined
  /** Names of all active groups. */
  groupNames(): Iterable<string>
  /** Whether a process wants its output as events; debug level taps more than was asked for. */
  wantsOutput(key: ProcessKey, channel: 'stdout' | 'stderr'): boolean
  /** Conversations that go on; absent for none. */
  readonly before?: ListenersState
}

/** Makes a distributor without pools; they come and go with their groups. */
export function createListeners(deps: ListenersDeps): Listeners {
  const pools = new Map<string, Pool>()
  /** Counts events that at least one pool takes. */
  let serial = deps.before?.serial ?? 0
  /** Of pools that are to be opened again. */
  const earlier = new Map(deps.before?.pools)

  function emit(type: string, payload: () => string): void {
    const takers = [...pools.values()].filter((pool) => pool.subscribes(type))
    if (takers.length === 0) return
    const event = { type, payload: payload() }
    for (const pool of takers) pool.offer(event, serial)
    serial += 1
  }

  const wanted = (type: string) => [...pools.values()].some((pool) => pool.subscribes(type))
  const ticks = createTicks(deps.clock, wanted, (event) => emit(event.type, () => event.payload), deps.before?.ticks)

  function open(name: string): void {
    if (pools.has(name) || !deps.group(name)?.pool) return
    const before = earlier.get(name)
    earlier.delete(name)
    const pool = createPool({
      ...(before ? { before } : {}),
      name,
      identifier: deps.identifier,
      clock: deps.clock,
      log: deps.log,
      host: deps.host,
      spec: () => deps.group(name)?.pool ?? null,
      processes: () => {
        const group = deps.group(name)
        return group ? keysOf(group).map((key, i) => ({ key, name: group.processes[i]?.name ?? key })) : []
      },
    })
    pools.set(name, pool)
  }

  function shut(name: string): void {
    pools.get(name)?.close()
    pools.delete(name)
  }

  return {
    notify(notification) {
      if (notification.type === 'group' && notification.change === 'added') open(notification.group)
      if (notification.type === 'group' && notification.change === 'removed') shut(notification.group)
      if (notification.type === 'process-output') {
        const { key, channel, data } = notification
        if (channel === 'stdout') pools.get(splitKey(key).group)?.output(key, data)
        if (!deps.wantsOutput(key, channel)) return
      }
      emit(typeOf(notification), () => payloadOf(notification))
      if (notification.type === 'process-state') follow(notification.key, notification.transition.to)
    },
    groupsChanged() {
      for (const name of [...pools.keys()]) {
        // A program of the same name may have taken its place; a group on its way out still hears of its end.
        const group = deps.group(name)
        if (group && !group.pool) shut(name)
      }
      for (const name of deps.groupNames()) open(name)
      ticks.rearm()
    },
    state: () => ({
      serial,
      ticks: ticks.state(),
      pools: [...pools].map(([name, pool]) => [name, pool.state()]),
    }),
    close() {
      ticks.close()
      for (const name of [...pools.keys()]) shut(name)
    },
  }

  function follow(key: ProcessKey, to: string): void {
    const pool = pools.get(splitKey(key).group)
    if (!pool) return
    if (to === 'RUNNING') pool.running(key)
    else if (to === 'STOPPING') pool.stopping(key)
    else pool.ended(key)
  }
}
