import type { Diagnostic } from './diagnostic.js'
import type { GroupSpec, LineStyle } from './spec.js'

/** Levels of the activity log, most severe first, in Supervisor's words. */
export type LogLevel = 'critical' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'blather'

/** `[supervisord]`: options of the daemon itself. Sizes are bytes. */
export interface DaemonSpec {
  readonly logfile: string
  /** Nobody chose it: where it cannot be made, the foreground does without; absent for no. */
  readonly logfileIsDefault?: boolean
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
  /** Absolute path, or the word `none`; absent: the one delegated to the daemon. */
  readonly cgroup?: string
  /** What becomes of programs that say nothing else when the daemon is killed; absent: they are, too. */
  readonly onDaemonDeath?: 'keep'
  /** How lines are written, of programs that say nothing else and of the activity log; absent for nothing set. */
  readonly lines?: DaemonLines
  /** What ends the daemon; absent: essential programs. */
  readonly exitOn?: readonly ExitCause[]
  /** Longest time a shutdown takes before everything left is killed, seconds; absent for any. */
  readonly shutdownTimeoutSecs?: number
}

/** As `LineStyle`; a prefix `true` is the name of whose line it is. */
export type DaemonLines = Omit<LineStyle, 'prefix'> & { readonly prefix?: true | string }

/** A program gave up (fatal), an essential one ended for good, or nothing is left that runs. */
export type ExitCause = 'fatal' | 'essential' | 'all-exited'

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

/** Credentials of a server; the password may be `{SHA}<hex>` or `{SCRYPT}…`. */
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
      /** Answers what only reads; absent for everything. */
      readonly readOnly?: true
      /** Who may do what, beside root and the daemon's own user; absent for everyone everything. */
      readonly allow?: readonly AllowRule[]
    }
  | {
      readonly kind: 'inet'
      readonly section: string
      /** '' is all interfaces. */
      readonly host: string
      readonly port: number
      readonly credentials: Credentials | null
      /** That other machines get in without a password is meant. */
      readonly insecure?: true
      /** Absolute paths of PEM files; absent for plain HTTP. */
      readonly tls?: { readonly certFile: string; readonly keyFile: string }
    }

/** What a client may be allowed to do. Whoever may do anything may read. */
export const ABILITIES = ['read', 'logs', 'start', 'stop', 'restart', 'signal', 'clear', 'update', 'shutdown'] as const

export type Ability = (typeof ABILITIES)[number]

/** One line of `allow`: a user or group of the machine, and what they may do to which processes. */
export interface AllowRule {
  readonly kind: 'user' | 'group'
  readonly id: number
  readonly abilities: readonly Ability[]
  /** Names as people see them, with `*` and `?`; `*` alone is the daemon itself, too. */
  readonly targets: readonly string[]
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
  /** Servers that other machines reach without a password, each as the mistake it is unless asked for; absent for none. */
  readonly exposed?: readonly Diagnostic[]
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
  /** Certificates to trust instead of the usual ones; absent for those. */
  readonly caFile?: string
  readonly prompt: string
  readonly historyFile: string | null
  readonly plugins: readonly RpcInterfaceSpec[]
}
