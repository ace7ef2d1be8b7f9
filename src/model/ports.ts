import type { LogLevel } from './config.js'
import type { HostEvent } from './event.js'
import type { ProcessKey } from './names.js'
import type { FastCgiSocketSpec } from './spec.js'

/** Time, from outside, so that a simulation can replay it. */
export interface Clock {
  /** Whole ms that only grow. Deadlines, backoff, uptime. */
  monotonicMs(): number
  /** Ms since 1970 UTC; may jump either way. Display and log stamps only. */
  wallMs(): number
  /** Calls `wake` once, at or after `atMs` (monotonic). Returns the cancel. */
  wakeAt(atMs: number, wake: () => void): () => void
}

/** The activity log. */
export interface Log {
  write(level: LogLevel, text: string): void
  /** Whether a message of this level would be written; guards costly texts. */
  enabled(level: LogLevel): boolean
}

/** What reading a path came to. `isDirectory` and `unreadable` are told apart from `missing`. */
export type FileRead =
  | { readonly ok: true; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly reason: 'missing' | 'unreadable' | 'directory'; readonly errno: string }

/** The files a configuration is read from. All calls are synchronous; none throws. */
export interface Files {
  read(path: string): FileRead
  /** What is at the path, symlinks followed; `null` for nothing. */
  kind(path: string): 'file' | 'directory' | 'other' | null
  /** Absolute or relative names matching a glob (`*`, `?`, `[]`, no `**`, no leading dots by `*`), sorted. */
  glob(pattern: string): readonly string[]
}

/** Names to numbers, through the host's name service. */
export interface Users {
  /** By name or, for text of digits, by number; `null` when there is none. */
  user(nameOrId: string): {
    readonly uid: number
    readonly gid: number
    readonly name: string
  } | null
  group(nameOrId: string): { readonly gid: number; readonly name: string } | null
}

/** What a command line turned out to be. The texts are Supervisor's. */
export type CommandLookup =
  | { readonly ok: true; readonly filename: string; readonly argv: readonly string[] }
  | { readonly ok: false; readonly fault: 'NO_FILE' | 'NOT_EXECUTABLE'; readonly text: string }

/** Where the output of one stream goes, all decided: what `StreamSpec` says with AUTO resolved to a file. */
export interface StreamRequest {
  /** Path of the log, `null` for none. */
  readonly path: string | null
  readonly logBytesMax: number
  readonly logBackups: number
  readonly captureBytesMax: number
  readonly syslog: boolean
  /** Report each chunk as an `output` event. */
  readonly tap: boolean
  /** Report the bytes as they were read, before `stripAnsi`: the protocol of event listeners. */
  readonly tapRaw?: boolean
}

/** The listening socket of an fcgi-program. */
export interface SharedSocket extends FastCgiSocketSpec {
  /** Who shares it: for others with another text here its address is taken. */
  readonly sharedBy: string
}

/** Everything a start needs. */
export interface SpawnRequest {
  readonly key: ProcessKey
  /** Process name, for messages and syslog lines. */
  readonly name: string
  readonly filename: string
  readonly argv: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  readonly directory: string | null
  readonly uid: number | null
  readonly umask: number | null
  readonly redirectStderr: boolean
  readonly stdout: StreamRequest
  readonly stderr: StreamRequest
  readonly stripAnsi: boolean
  /** Shared listening socket to use as descriptor 0 instead of a pipe. */
  readonly socket: SharedSocket | null
}

/**
 * What a spawn came to. A child whose setup failed (user, directory, exec) counts as spawned: the reason is
 * written to its stderr log and it ends with status 127, as the original does it.
 */
export type SpawnResult =
  | { readonly ok: true; readonly pid: number }
  /** `error` is Supervisor's spawnerr text. */
  | { readonly ok: false; readonly error: string }

/** What sending a signal came to. */
export type SignalResult =
  | { readonly ok: true }
  /** `gone`: no such process any more (ESRCH). */
  | { readonly ok: false; readonly gone: boolean; readonly error: string }

/** What writing to a process's standard input came to. */
export type StdinResult = 'ok' | 'closed' | 'no-pipe' | 'full'

/** The operating system. No call throws; outcomes are results or events. */
export interface Host {
  /** Splits `command`, finds it on `searchPath` (colon-separated). @see Supervisor process.py, get_execv_args */
  lookup(command: string, searchPath: string, directory: string | null): CommandLookup
  spawn(request: SpawnRequest): SpawnResult
  signal(pid: number, signal: number, target: 'process' | 'group'): SignalResult
  writeStdin(key: ProcessKey, data: Uint8Array): StdinResult
  /** Takes on changed limits of a live process's logs without a restart. */
  configure(key: ProcessKey, streams: { readonly stdout: StreamRequest; readonly stderr: StreamRequest }): void
  /** Close and open again, for rotation from outside. */
  reopenLogs(key: ProcessKey): void
  /** Delete and start anew the logs of a live process; for paths of a dead one see `removeLogs`. */
  clearLogs(key: ProcessKey): { readonly ok: true } | { readonly ok: false; readonly error: string }
  /** Empties log files that no live process has open. */
  removeLogs(paths: readonly string[]): { readonly ok: true } | { readonly ok: false; readonly error: string }
  /** Makes the file for an AUTO log, mode 0600. @returns its path, or `null` when it cannot be made */
  createAutoLog(processName: string, channel: 'stdout' | 'stderr'): string | null
  /** Exactly one listener; events come one at a time, never from inside a call of this interface. */
  onEvent(listener: (event: HostEvent) => void): void
}
