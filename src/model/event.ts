import type { ProcessKey } from './names.js'
import type { StoppedBy } from './observed.js'

/** How a process ended. Exactly one of `code` and `signal` is set. */
export interface ExitStatus {
  readonly code: number | null
  readonly signal: number | null
  readonly coreDumped: boolean
}

/** Which output of a process. */
export type Channel = 'stdout' | 'stderr'

/** What happened to one process; the reducers in `observed/` turn it into the next status. Times as in `Clock`. */
export type ProcessEvent =
  /** A start attempt begins; emitted before anything can fail. */
  | {
      readonly type: 'starting'
      readonly atMs: number
      readonly wallMs: number
      readonly generation: number
      readonly runRequest: number
    }
  | { readonly type: 'spawned'; readonly pid: number }
  /** `passing`: for want of something that may come back, and to be tried until it does. */
  | { readonly type: 'spawn-failed'; readonly atMs: number; readonly error: string; readonly passing?: boolean }
  | { readonly type: 'declared-running' }
  | { readonly type: 'stop-sent'; readonly killAtMs: number; readonly stoppedBy: StoppedBy }
  | { readonly type: 'kill-sent'; readonly killAtMs: number }
  /** The time it has to stop in ends at `killAtMs`, if not before. */
  | { readonly type: 'hurried'; readonly killAtMs: number }
  | { readonly type: 'signal-refused'; readonly killAtMs: number; readonly error: string }
  | { readonly type: 'retry-cancelled'; readonly stoppedBy: StoppedBy }
  | { readonly type: 'gave-up'; readonly reason: 'TooManyRetries' | 'Shutdown' }
  | {
      readonly type: 'exited'
      readonly atMs: number
      readonly wallMs: number
      readonly status: ExitStatus
      /** Of the spec in force: what "too quickly" and "expected" mean. */
      readonly startSecs: number
      readonly exitCodes: readonly number[]
    }

/** What the host reports by itself, at any time after a spawn. */
export type HostEvent =
  | { readonly type: 'exited'; readonly key: ProcessKey; readonly pid: number; readonly status: ExitStatus }
  /** A chunk as it was read, after strip_ansi; only for processes whose request asked to `tap` the channel. */
  | {
      readonly type: 'output'
      readonly key: ProcessKey
      readonly pid: number
      readonly channel: Channel
      readonly data: Uint8Array
    }
  /** What stood between the capture tokens. */
  | {
      readonly type: 'captured'
      readonly key: ProcessKey
      readonly pid: number
      readonly channel: Channel
      readonly data: Uint8Array
    }
  /** A child that is not ours to watch (an orphan handed to us) ended. */
  | { readonly type: 'reaped-unknown'; readonly pid: number; readonly status: ExitStatus }
  /** Something about a log or pipe that a person should know. */
  | { readonly type: 'notice'; readonly level: 'error' | 'warn' | 'info' | 'debug'; readonly text: string }
