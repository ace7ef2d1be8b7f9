import type { Isolation } from './isolation.js'
import type { ProcessKey } from './names.js'
import type { SocketAddress } from './socket-url.js'

/** Which kind of section declared a program. */
export type ProgramKind = 'program' | 'eventlistener' | 'fcgi-program'

/** Where one output stream of a process goes. */
export type LogTarget =
  | { readonly kind: 'none' }
  /** A file of our own naming in `childlogdir`. */
  | { readonly kind: 'auto' }
  | { readonly kind: 'file'; readonly path: string }

/** What is done with one output stream of a process. Sizes are bytes. */
export interface StreamSpec {
  readonly logfile: LogTarget
  /** Rotate once the file is at least this long; 0 never. */
  readonly logBytesMax: number
  /** Rotated files kept; 0 truncates instead of keeping. */
  readonly logBackups: number
  /** Above 0 turns capture mode on and bounds its buffer. */
  readonly captureBytesMax: number
  readonly eventsEnabled: boolean
  readonly syslog: boolean
}

/** How lines of output are written to a log; with nothing set the bytes go there as they come. */
export interface LineStyle {
  /** Stands before each line, with a blank after it; in JSON the fields say it. */
  readonly prefix?: string
  /** ISO 8601 in UTC, local time as in the activity log, or seconds since 1970. */
  readonly timestamps?: 'iso' | 'local' | 'unix'
  /** One object for each line. */
  readonly format?: 'json'
}

/** What the user declared for one process, every default filled and every variable expanded. Plain JSON. */
export interface ProcessSpec extends Isolation {
  readonly group: string
  readonly name: string
  /** Name part of the section that declared it: `cat` for `[program:cat]`. */
  readonly program: string
  readonly kind: ProgramKind
  readonly command: string
  readonly directory: string | null
  /** `[supervisord] environment` overlaid by the program's own. */
  readonly environment: Readonly<Record<string, string>>
  readonly uid: number | null
  readonly umask: number | null
  /** `SUPERVISOR_SERVER_URL` for the child; `null` leaves it unset. */
  readonly serverUrl: string | null
  readonly priority: number
  readonly autostart: boolean
  readonly startSecs: number
  readonly startRetries: number
  readonly autorestart: 'always' | 'never' | 'unexpected'
  readonly exitCodes: readonly number[]
  /** Signal number. */
  readonly stopSignal: number
  readonly stopWaitSecs: number
  readonly stopAsGroup: boolean
  readonly killAsGroup: boolean
  readonly redirectStderr: boolean
  readonly stdout: StreamSpec
  readonly stderr: StreamSpec
  /** As in `LineStyle`; absent for nothing set. */
  readonly logPrefix?: string
  readonly logTimestamps?: NonNullable<LineStyle['timestamps']>
  readonly logFormat?: NonNullable<LineStyle['format']>
  /** Its end, unless somebody stops it, is the daemon's; absent for no. */
  readonly essential?: true
  /** Descriptor 0 of an fcgi-program, in a `[group:x]` too; absent for all others. Equal ones share one socket. */
  readonly socket?: FastCgiSocketSpec
  /** Absent for none. */
  readonly listen?: ListenSpec
}

/** Listening sockets that a process inherits from descriptor 3 on; processes of a program with the same share them. */
export interface ListenSpec {
  /** As `parseSocketUrl` reads them, in the order of the descriptors. */
  readonly addresses: readonly string[]
  /** One for each address, or none. */
  readonly names: readonly string[]
  /** As in `FastCgiSocketSpec`. */
  readonly backlog: number | null
  readonly owner: FastCgiSocketSpec['owner']
  readonly mode: number
}

/** The socket that all processes of an fcgi-program share as descriptor 0. */
export interface FastCgiSocketSpec {
  /** As written: `unix:///path` or `tcp://host:port`. */
  readonly url: string
  readonly address: SocketAddress
  readonly backlog: number | null
  /** -1 keeps; `null` is the default rule of Supervisor (the program's user). */
  readonly owner: { readonly uid: number; readonly gid: number } | null
  readonly mode: number
}

/** What an event listener pool subscribes to. */
export interface PoolSpec {
  readonly events: readonly string[]
  readonly bufferSize: number
  readonly resultHandler: string
  /** Whether `len:` counts characters (what Supervisor sends) or bytes (what its manual says). */
  readonly lengthUnit: 'characters' | 'bytes'
}

/** A named set of processes that is added, removed and reread as one. */
export interface GroupSpec {
  readonly name: string
  readonly priority: number
  /** `group` is a `[group:x]`; the others are the implied group of one program section. */
  readonly kind: ProgramKind | 'group'
  /** In the order automatic start uses. */
  readonly processes: readonly ProcessSpec[]
  readonly pool: PoolSpec | null
  readonly socket: FastCgiSocketSpec | null
}

/** How much a changed option disturbs. See architecture.md, "One table of options". */
export type ChangeClass = 'live' | 'next-start' | 'restart' | 'scale' | 'recreate'

/** One process as the reconciler wants it: its spec, where it comes in the start order, what was asked of it. */
export interface DesiredProcess {
  readonly key: ProcessKey
  readonly spec: ProcessSpec
  /** Number of the revision that last changed an option of class `restart` or `recreate`, unless it was undone since. */
  readonly generation: number
  /** Position in the order of automatic start. */
  readonly rank: number
}

/** A person's wish that a process stays down, whatever the file says. */
export interface Hold {
  /** Wall clock ms. */
  readonly sinceWallMs: number
  /** When it ends by itself: monotonic ms for deciding, wall clock ms for display; `null` only by a start or release. */
  readonly until: { readonly atMs: number; readonly wallMs: number } | null
  /** In the person's words; '' for none. */
  readonly reason: string
  /** What asked for it, and who if that was said: `svctl hold (alice)`. */
  readonly by: string
}

/** A person's wish for another number of processes than the file says. */
export interface Scale {
  readonly numprocs: number
  /** What the file said at the time: when it says something else one day, the file has the last word. */
  readonly fileNumprocs: number
  readonly sinceWallMs: number
  /** As in `Hold`. */
  readonly by: string
}

/** Scales by the name part of the section: `web` for `[program:web]`. */
export type Scales = Readonly<Record<string, Scale>>

/** What a person asked for one process. */
export interface Override {
  /** Stays stopped until started, released or, if it was given an end, that time; `null` for no such wish. */
  readonly hold: Hold | null
  /** Serial of the last start verb, 0 for none. A process not started for it is started (again). */
  readonly runRequest: number
  /** Serial of the last stop verb, 0 for none; orders the stops of one verb. */
  readonly stopRequest: number
}

export const NO_OVERRIDE: Override = {
  hold: null,
  runRequest: 0,
  stopRequest: 0,
}
