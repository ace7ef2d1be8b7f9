import type { Channel } from '../model/event.js'
import type { ProcessKey } from '../model/names.js'
import type { SharedSocket } from '../model/ports.js'
import type { GuardState } from './guard.js'
import type { ChannelState } from './logs/channel.js'
import type { OpenLog } from './logs/handed-on.js'
import type { LossState } from './logs/losses.js'
import type { OpenedSocket } from './shared-sockets.js'

/** What runs, as one program hands it to the one that takes its place: plain JSON, with numbers of descriptors. */
export interface HostState {
  readonly children: readonly ChildState[]
  /** Pipes of dead processes that others still hold open. */
  readonly lingering: readonly number[]
  readonly sockets: readonly OpenedSocket[]
  readonly logs: readonly OpenLog[]
  /** Absent where an older version wrote it. */
  readonly losses?: readonly LossState[]
  /** Absent where there is none. */
  readonly guard?: GuardState
}

/** One process with our ends of its pipes; `read` is `null` once everybody else has closed theirs. */
export interface ChildState {
  readonly key: ProcessKey
  readonly pid: number
  readonly uid: number | null
  readonly streams: readonly { readonly channel: Channel; readonly read: number | null; readonly log: ChannelState }[]
  /** `waiting` is base64. */
  readonly stdin: { readonly fd: number; readonly waiting: string } | null
  readonly sockets: readonly SharedSocket[]
  /** What it was given and we do not have: the addresses may come free when it ends. Absent for none. */
  readonly withheld?: readonly SharedSocket[]
  /** Set for one that is not our child but was left by an earlier daemon: see `startedAt`. */
  readonly startedAt?: string
}
