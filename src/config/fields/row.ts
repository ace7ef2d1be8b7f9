import type { ChangeClass } from '../../model/spec.js'

/** How the text of a value is read; one parser each in `config/values.ts` or, for composites, in `desired/`. */
export type FieldType =
  | 'text'
  | 'command'
  | 'integer'
  | 'boolean'
  | 'octal'
  | 'bytes'
  | 'signal'
  | 'exit-codes'
  | 'list'
  /** A list with one item a line. */
  | 'lines'
  | 'autorestart'
  | 'log-level'
  | 'log-file'
  /** A file whose directory must exist. */
  | 'file'
  /** A directory that must exist. */
  | 'directory'
  | 'user'
  /** `user` or `user:group`. */
  | 'owner'
  /** `host:port` or `port`. */
  | 'address'
  | 'environment'
  /** `SOFT` or `SOFT:HARD`. */
  | 'limit'
  /** `idle`, or `best-effort` or `realtime` with an optional `:LEVEL`. */
  | 'io-priority'
  /** A number of CPUs, or a percentage of one. */
  | 'cpu-share'
  /** One word of `choices`. */
  | 'choice'

/**
 * Which names `%(name)s` may use:
 * `env` ENV_*; `here` and `env`; `node` adds host_node_name to `here`; `socket` adds program_name to `here`;
 * `program` adds program_name and group_name to `node`; `process` adds process_num, numprocs and the process's own
 * environment (not for `environment` itself) to `program`.
 */
export type Expansion = 'none' | 'env' | 'here' | 'node' | 'socket' | 'program' | 'process'

/** One option: everything this program knows about it. */
export interface Field {
  readonly type: FieldType
  /** As it would be written; `null` when nothing is set. */
  readonly default: string | null
  /** Said in place of a default that depends on something else. */
  readonly defaultNote?: string
  readonly required?: true
  readonly unit?: 'bytes' | 'seconds' | 'ms' | 'percent' | 'files' | 'processes'
  readonly choices?: readonly string[]
  readonly expands: Expansion
  /** What a change of it disturbs; for options of the daemon itself `restart` is the daemon's. */
  readonly change: ChangeClass
  /** Field of the spec of its section, parts joined by dots; `null` when several or none. */
  readonly fills: string | null
  /** One sentence, no full stop. */
  readonly doc: string
  /** Since when, and where it differs from Supervisor. */
  readonly note?: string
  /** For the sample file, where the default would not show how it is written. */
  readonly example?: string
}

/** What may be written for the styles of lines, by programs and by the daemon. */
export const LOG_TIMESTAMPS = ['true', 'false', 'iso', 'local', 'unix'] as const
export const LOG_FORMATS = ['text', 'json'] as const

/** The options of one kind of section, by name. */
export type FieldTable = Readonly<Record<string, Field>>
