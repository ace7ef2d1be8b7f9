import type { LogLevel } from './config.js'
import type { Channel, HostEvent } from './event.js'
import type { Isolation, LimitName } from './isolation.js'
import type { ProcessKey } from './names.js'
import type { FastCgiSocketSpec, LineStyle } from './spec.js'

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

/** What outlives the daemon: small named files in a folder of its own. All calls are synchronous; none throws. */
export interface StateStore {
  /** Absolute path of the folder; `null` when nothing is kept. */
  readonly directory: string | null
  /** Why nothing can be kept there, as far as is known by now. */
  problem(): string | null
  /** @param name - lower case letters, digits, dots and dashes */
  read(name: string): Uint8Array | null
  /** Replaces the whole file or leaves it as it was. @returns whether it was replaced */
  write(name: string, bytes: Uint8Array): boolean
  remove(name: string): void
  /** Keeps a file that cannot be understood under another name, with the time in it. @returns its path, `null` if not */
  setAside(name: string): string | null
  /** Names of the files, sorted. */
  list(): readonly string[]
}

/** Makes texts small and large again. */
export interface Packing {
  /** Does its work beside the loop. @param done - called later, once */
  pack(text: string, done: (bytes: Uint8Array) => void): void
  /** @returns `null` when the bytes are no packed text */
  unpack(bytes: Uint8Array): string | null
}

/** Who may write to files. */
export interface Permissions {
  /** The user that this daemon is. */
  readonly uid: number
  /** What is at the path, symlinks followed, without write bits where the file system takes no writes; `null` for nothing. */
  of(path: string): { readonly mode: number; readonly uid: number } | null
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
  /** Absent: the bytes as they come. */
  readonly lines?: LineRequest
}

/** How lines are written to the log, and whose they are. */
export interface LineRequest extends LineStyle {
  readonly group: string
  readonly name: string
  readonly stream: Channel
}

/** A listening socket that processes are given. */
export interface SharedSocket extends FastCgiSocketSpec {
  /** `fastcgi` is descriptor 0 of an fcgi-program; `listen` is one of those from 3 on. */
  readonly purpose: 'fastcgi' | 'listen'
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
  /** Listening sockets for descriptors 3, 4, …; with any of them the child finds its pid in `LISTEN_PID`. */
  readonly listen: readonly SharedSocket[]
  /** Absent: everything as the daemon has it. */
  readonly isolation?: Isolation
  /** Folder of the cgroup that the process is to be in; absent: ours. */
  readonly cgroup?: string
}

/**
 * What a spawn came to. A child whose setup failed (user, directory, exec) counts as spawned: the reason is
 * written to its stderr log and it ends with status 127, as the original does it.
 */
export type SpawnResult =
  | { readonly ok: true; readonly pid: number }
  /** `error` is Supervisor's spawnerr text; `passing`: the machine lacked what may come back, such as descriptors. */
  | { readonly ok: false; readonly error: string; readonly passing?: boolean }

/** What sending a signal came to. */
export type SignalResult =
  | { readonly ok: true }
  /** `gone`: no such process any more (ESRCH). */
  | { readonly ok: false; readonly gone: boolean; readonly error: string }

/** What writing to a process's standard input came to. */
export type StdinResult = 'ok' | 'closed' | 'no-pipe' | 'full'

/** What one process uses, without its children. */
export interface Usage {
  readonly rssBytes: number
  /** User and system time since its start. */
  readonly cpuMs: number
}

/** What the kernel shows of one live process. Values of the environment are secrets. */
export interface LiveProcess {
  /** The effective user. */
  readonly uid: number
  /** Absolute, symlinks resolved. */
  readonly directory: string
  /** Soft limit of open files; `Infinity` for none. */
  readonly openFiles: number
  /** `Infinity` for none. */
  readonly limits: Readonly<Record<LimitName, { readonly soft: number; readonly hard: number }>>
  readonly nice: number
  readonly oomScoreAdj: number
  /** As the process was given it, unless it has written over it. */
  readonly environment: Readonly<Record<string, string>>
}

/** A process of this machine, for finding out who belongs to whom. */
export interface Relative {
  readonly pid: number
  readonly parent: number
  readonly group: number
  /** Start, in units that only compare. */
  readonly startedAt: number
}

/** Whose program a process says it is: what a supervisor puts into the environment of its children. */
export interface Marks {
  readonly group: string
  readonly name: string
  /** What tells its daemon from others: the address of the server, else a mark; `null` for neither. */
  readonly daemon: string | null
}

/** Looks at live processes; changes nothing. No call throws: what is gone or not ours to look at is `null`. */
export interface Inspector {
  /** What a child is started with when its spec says nothing else. */
  readonly defaults: Pick<LiveProcess, 'uid' | 'directory' | 'openFiles'>
  usage(pid: number): Usage | null
  live(pid: number): LiveProcess | null
  /** @returns absolute, symlinks resolved; `null` when nothing is there */
  realPath(path: string): string | null
  /** Every process with a memory of its own: no kernel threads, nothing that has ended. */
  processes(): readonly Relative[]
  /** Pids of all of this moment, for who looks at one after the other. */
  pids(): readonly number[]
  /** One of them; `null` for one that has ended, and for those that `processes` leaves out. */
  relative(pid: number): Relative | null
  /** Pids of the children of a process, at little cost; `null` where the kernel keeps no list. */
  children(pid: number): readonly number[] | null
  /** `null` for a process without marks, too. */
  marks(pid: number): Marks | null
}

/** The operating system. No call throws; outcomes are results or events. */
export interface Host {
  /** Splits `command`, finds it on `searchPath` (colon-separated). @see Supervisor process.py, get_execv_args */
  lookup(command: string, searchPath: string, directory: string | null): CommandLookup
  spawn(request: SpawnRequest): SpawnResult
  /**
   * Keeps these sockets open from now on, whether or not a process has them, so that connections wait; former ones are
   * closed with their last process.
   *
   * @param wanted - `uid` of the processes, who get a unix socket whose owner is not said; `null` for ours
   */
  keepSockets(wanted: readonly { readonly socket: SharedSocket; readonly uid: number | null }[]): void
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
