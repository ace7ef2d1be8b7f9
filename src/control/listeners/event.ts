import { assertNever } from '../../model/assert.js'
import type { Notification } from '../../model/notification.js'
import type { ProcessObserved, Transition } from '../../model/observed.js'
import { pidOf } from '../../model/observed.js'
import type { Phase } from '../../model/phase.js'
import { textOf } from '../output-journal.js'

/** Something that happened, as listeners are told of it. */
export interface ListenerEvent {
  /** Most specific type: `PROCESS_STATE_EXITED`. */
  readonly type: string
  readonly payload: string
}

/**
 * A notification in the words of the event protocol.
 *
 * @see spec/events.md section 5
 */
export function eventOf(notification: Notification): ListenerEvent {
  switch (notification.type) {
    case 'process-state':
      return stateEvent(notification.key, notification.transition)
    case 'process-output': {
      const { channel, pid, data } = notification
      const head = `${nameOf(notification.key)} pid:${pid} channel:${channel}`
      return { type: `PROCESS_LOG_${channel.toUpperCase()}`, payload: `${head}\n${textOf(data)}` }
    }
    case 'process-communication': {
      const { channel, pid, data } = notification
      const type = `PROCESS_COMMUNICATION_${channel.toUpperCase()}`
      return { type, payload: `${nameOf(notification.key)} pid:${pid}\n${textOf(data)}` }
    }
    case 'remote-communication':
      return { type: 'REMOTE_COMMUNICATION', payload: `type:${notification.kind}\n${notification.data}` }
    case 'supervisor-state':
      return { type: `SUPERVISOR_STATE_CHANGE_${notification.state}`, payload: '' }
    case 'group':
      // The one payload that ends in a newline.
      return {
        type: `PROCESS_GROUP_${notification.change.toUpperCase()}`,
        payload: `groupname:${notification.group}\n`,
      }
    default:
      return assertNever(notification)
  }
}

/** A tick; `when` is the multiple of the period, not the time at which it is sent. */
export function tickEvent(periodSecs: number, whenSecs: number): ListenerEvent {
  return { type: `TICK_${periodSecs}`, payload: `when:${whenSecs}` }
}

/** Whether a subscription to `subscribed` covers events of `type`: the same, or a kind of it. */
export function covers(subscribed: string, type: string): boolean {
  return subscribed === 'EVENT' || subscribed === type || type.startsWith(`${subscribed}_`)
}

function stateEvent(key: string, { from, to, before, after }: Transition): ListenerEvent {
  const head = `${nameOf(key)} from_state:${from}`
  return { type: `PROCESS_STATE_${to}`, payload: `${head}${EXTRAS[to](before, after)}` }
}

const EXTRAS = {
  STARTING: (_before, after) => ` tries:${'attempt' in after ? after.attempt : 0}`,
  RUNNING: (_before, after) => ` pid:${pidOf(after)}`,
  BACKOFF: (_before, after) => ` tries:${'attempt' in after ? after.attempt : 0}`,
  STOPPING: (_before, after) => ` pid:${pidOf(after)}`,
  EXITED: (before, after) => ` expected:${after.phase === 'EXITED' && after.expected ? 1 : 0} pid:${pidOf(before)}`,
  STOPPED: (before) => ` pid:${pidOf(before)}`,
  FATAL: () => '',
  UNKNOWN: () => '',
} as const satisfies Record<Phase, (before: ProcessObserved, after: ProcessObserved) => string>

function nameOf(key: string): string {
  const colon = key.indexOf(':')
  return `processname:${key.slice(colon + 1)} groupname:${key.slice(0, colon)}`
}
