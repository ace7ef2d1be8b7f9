import type { Channel, ExitStatus } from './event.js'
import type { ProcessKey } from './names.js'
import type { Transition } from './observed.js'

/** What the rest of the world may want to hear of: event listeners, event streams, the web page. */
export type Notification =
  | {
      readonly type: 'process-state'
      readonly key: ProcessKey
      readonly transition: Transition
      /** Set when the transition is the end of an instance. */
      readonly exit: ExitStatus | null
    }
  | {
      readonly type: 'process-output' | 'process-communication'
      readonly key: ProcessKey
      readonly pid: number
      readonly channel: Channel
      readonly data: Uint8Array
    }
  | { readonly type: 'remote-communication'; readonly kind: string; readonly data: string }
  | { readonly type: 'supervisor-state'; readonly state: 'RUNNING' | 'STOPPING' }
  | { readonly type: 'group'; readonly change: 'added' | 'removed'; readonly group: string }
