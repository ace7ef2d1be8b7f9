import type { Control } from '../control/control.js'
import { covers, payloadOf, typeOf } from '../control/listeners/event.js'
import { createTicks } from '../control/listeners/ticks.js'
import { EVENT_TYPES } from '../desired/event-types.js'
import type { Notification } from '../model/notification.js'
import type { PluginEvent, PluginEvents } from '../model/plugin.js'
import type { Clock } from '../model/ports.js'

interface Subscription {
  readonly types: readonly string[]
  readonly listener: (event: PluginEvent) => void
}

/** Brings to plugins what event listeners hear, ticks included; without a subscription it costs nothing. */
export function createPluginEvents(control: Control, clock: Clock): PluginEvents {
  const subscriptions = new Set<Subscription>()
  const takers = (type: string) =>
    [...subscriptions].filter(({ types }) => types.some((subscribed) => covers(subscribed, type)))
  const ticks = createTicks(
    clock,
    (type) => takers(type).length > 0,
    (event) => {
      for (const { listener } of takers(event.type)) listener(event)
    },
  )
  control.onNotification((notification) => {
    if (subscriptions.size === 0) return
    const type = typeOf(notification)
    const found = takers(type)
    if (found.length === 0 || isUnasked(control, notification)) return
    const event = { type, payload: payloadOf(notification) }
    for (const { listener } of found) listener(event)
  })
  return {
    subscribe(types, listener) {
      const unknown = types.find((type) => !EVENT_TYPES.includes(type))
      if (unknown !== undefined) throw new TypeError(`there is no event type ${unknown}`)
      const subscription = { types, listener }
      subscriptions.add(subscription)
      ticks.rearm()
      return () => void subscriptions.delete(subscription)
    },
  }
}

/** Output that is no event: at debug level all of it passes by, and a listener's own is its side of the protocol. */
function isUnasked({ operator }: Control, notification: Notification): boolean {
  if (notification.type !== 'process-output') return false
  const { key, channel } = notification
  const spec = operator.process(key)?.spec
  return !spec?.[channel].eventsEnabled || (spec.kind === 'eventlistener' && channel === 'stdout')
}
