import type { Diagnostic } from './diagnostic.js'
import type { GroupSpec } from './spec.js'

/** Levels of the activity log, most severe first, in Supervisor's words. */
export type LogLevel = 'critical' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'blather'

/** `[supervisord]`: options of the daemon itself. Sizes are bytes. */
export interface DaemonSpec {
  readonly logfile: string
  readonly logBytesMax: number
  readonly logBackups: number
  readonly logLevel: LogLevel
  readonly pidfile: string
  readonly umask: number
  readonly directory: string | null
  readonly user: string | null
  readonly nodaemon: boolean
  readonly silent: boolean
  readonly nocleanup: boolean
  readonly stripAnsi: boolean
  readonly minfds: number
  readonly minprocs: number
  /** `null` is the system's folder for temporary files. */
  readonly childlogdir: string | null
  readonly environment: Readonly<Record<string, string>>
  readonly identifier: string
  readonly converge: ConvergeSpec
  readonly state: StateSpec
}

/** What the daemon keeps for its next start, and where. Options of ours in `[supervisord]`. */
export interface StateSpec {
  /** Absolute; the word `none` keeps nothing; `null` is the default place. */
  readonly directory: string | null
  /** Accepted revisions kept, 2 or more. */
  readonly revisionsMax: number
  /** Whether to start from the last good revision when the file is bad at start. */
  readonly bootLastGood: boolean
  /** Whether holds and scales are kept. */
  readonly rememberHolds: 'never' | 'always'
}

/** When an edited file becomes the accepted one. Options of ours in `[supervisord]`. */
export interface ConvergeSpec {
  /** `auto` accepts an edit by itself; `manual` waits for update, apply or SIGHUP. */
  readonly mode: 'auto' | 'manual'
  /** Silence after the last change of a file before it is read, ms. */
  readonly settleMs: number
  /** Share of all programs, in percent, whose removal is accepted without a person. */
  readonly maxRemovePercent: number
}

/** Credentials of a server; the password may be `{SHA}<hex>`. */
export interface Credentials {
  readonly username: string
  readonly password: string
}

/** One HTTP server. */
export type ServerSpec =
  | {
      readonly kind: 'unix'
      /** Section name as written, for messages. */
      readonly section: string
      readonly path: string
      readonly mode: number
      /** -1 keeps. */
      readonly uid: number
      readonly gid: number
      readonly credentials: Credentials | null
    }
  | {
      readonly kind: 'inet'
      readonly section: string
      /** '' is all interfaces. */
      readonly host: string
      readonly port: number
      readonly credentials: Credentials | null
    }

/** `[rpcinterface:x]`: a namespace and its factory with the remaining options as strings. */
export interface RpcInterfaceSpec {
  readonly name: string
  readonly factory: string
  readonly options: Readonly<Record<string, string>>
}

/** A line for the activity log that reading the configuration gave rise to. */
export interface LogNote {
  readonly level: LogLevel
  readonly text: string
}

/** Everything one read of the configuration says, normalised and validated. Plain JSON. */
export interface Config {
  /** Absolute path of the main file. */
  readonly file: string
  /** Every file that was read, the main file first. */
  readonly files: readonly string[]
  /** Files of variables that programs name, also those that may be missing and are; absent without any. */
  readonly envFiles?: readonly string[]
  /** Absolute patterns of `[include]`, matched or not, for those who watch; absent without any. */
  readonly patterns?: readonly string[]
  readonly daemon: DaemonSpec
  /** What the file says where the command line says something else; absent when nobody asked the command line. */
  readonly daemonAsWritten?: DaemonSpec
  readonly servers: readonly ServerSpec[]
  readonly rpcInterfaces: readonly RpcInterfaceSpec[]
  /** By ascending (priority, name). */
  readonly groups: readonly GroupSpec[]
  /** What each `[program:x]` and `[fcgi-program:x]` itself says of its number of processes, by `x`. */
  readonly numprocs: Readonly<Record<string, ProgramCount>>
  /** In the order they are to be logged within a level. */
  readonly notes: readonly LogNote[]
  readonly warnings: readonly Diagnostic[]
}

/** How many processes a section declares, and whether it could be another number. */
export interface ProgramCount {
  readonly written: number
  /** `process_name` tells its processes apart. */
  readonly numbered: boolean
  /** That have them. */
  readonly groups: readonly string[]
}

/** `[supervisorctl]`: what the clients use. */
export interface ClientConfig {
  readonly file: string | null
  readonly serverUrl: string
  readonly username: string | null
  readonly password: string | null
  readonly prompt: string
  readonly historyFile: string | null
  readonly plugins: readonly RpcInterfaceSpec[]
}
