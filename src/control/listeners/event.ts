import { assertNever } from '../../model/assert.js'
import { type ProcessKey, splitKey } from '../../model/names.js'
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

/** The type of the event that tells of a notification; costs nothing, unlike its payload. */
export function typeOf(notification: Notification): string {
  switch (notification.type) {
    case 'process-state':
      return `PROCESS_STATE_${notification.transition.to}`
    case 'process-output':
      return `PROCESS_LOG_${notification.channel.toUpperCase()}`
    case 'process-communication':
      return `PROCESS_COMMUNICATION_${notification.channel.toUpperCase()}`
    case 'remote-communication':
      return 'REMOTE_COMMUNICATION'
    case 'supervisor-state':
      return `SUPERVISOR_STATE_CHANGE_${notification.state}`
    case 'group':
      return `PROCESS_GROUP_${notification.change.toUpperCase()}`
    default:
      return assertNever(notification)
  }
}

/**
 * A notification in the words of the event protocol.
 *
 * @see spec/events.md section 5
 */
export function payloadOf(notification: Notification): string {
  switch (notification.type) {
    case 'process-state':
      return statePayload(notification.key, notification.transition)
    case 'process-output': {
      const { key, channel, pid, data } = notification
      return `${nameOf(key)} pid:${pid} channel:${channel}\n${textOf(data)}`
    }
    case 'process-communication':
      return `${nameOf(notification.key)} pid:${notification.pid}\n${textOf(notification.data)}`
    case 'remote-communication':
      return `type:${notification.kind}\n${notification.data}`
    case 'supervisor-state':
      return ''
    case 'group':
      // The one payload that ends in a newline.
      return `groupname:${notification.group}\n`
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

/** Whether events of this type come in numbers while programs are started. */
export function isOfStarting(type: string): boolean {
  return /^(PROCESS_STATE|PROCESS_GROUP|SUPERVISOR_STATE_CHANGE)_/.test(type)
}

function statePayload(key: ProcessKey, { from, to, before, after }: Transition): string {
  return `${nameOf(key)} from_state:${from}${EXTRAS[to](before, after)}`
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

function nameOf(key: ProcessKey): string {
  const { group, name } = splitKey(key)
  return `processname:${name} groupname:${group}`
}
