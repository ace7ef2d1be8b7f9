import type { LogLevel, LogNote } from '../model/config.js'
import type { Diagnostic } from '../model/diagnostic.js'
import type { Files, Users } from '../model/ports.js'
import type { Scales } from '../model/spec.js'
import { type Place, problem, type Words } from './problem.js'

/** What is read, and the world it is read in. */
export interface LoadRequest {
  /** The main file as it was named; relative to `cwd`. */
  readonly file: string
  /** The environment of this process, for `%(ENV_X)s`. */
  readonly environment: Readonly<Record<string, string>>
  readonly hostName: string
  /** Absolute. */
  readonly cwd: string
  /** What `~` stands for. */
  readonly home: string
  /** Whether unknown options and sections are errors. */
  readonly strict: boolean
  /** Other numbers of processes than the file says, as long as it says what it said then. */
  readonly scales?: Scales
}

/** One read under way: the world it looks at, and what it found to say. */
export interface Reading {
  readonly request: LoadRequest
  readonly files: Files
  readonly users: Users
  /** Absolute. */
  readonly mainFile: string
  /** Its directory: `%(here)s`. */
  readonly here: string
  readonly errors: readonly Diagnostic[]
  readonly warnings: readonly Diagnostic[]
  readonly notes: readonly LogNote[]
  /** Files of variables by absolute path: what they hold, or that there is nothing to be had. */
  readonly envFiles: Map<string, Readonly<Record<string, string>> | 'missing'>
  error(place: Place, words: Words): void
  warn(place: Place, words: Words): void
  note(level: LogLevel, text: string): void
  /** Takes over what another reading found. */
  absorb(other: Reading): void
}

/** The parts of a reading that are given. */
export interface ReadingWorld {
  readonly request: LoadRequest
  readonly files: Files
  readonly users: Users
  readonly mainFile: string
  readonly here: string
}

/** Starts a read. One mistake is told once, however often its value is looked at. */
export function startReading(world: ReadingWorld): Reading {
  const errors: Diagnostic[] = []
  const warnings: Diagnostic[] = []
  const notes: LogNote[] = []
  const said = new Set<string>()
  const say = (diagnostic: Diagnostic) => {
    const { severity, code, message, at } = diagnostic
    const identity = JSON.stringify([severity, code, message, at])
    if (said.has(identity)) return
    said.add(identity)
    const list = severity === 'error' ? errors : warnings
    list.push(diagnostic)
  }
  return {
    ...world,
    errors,
    warnings,
    notes,
    envFiles: new Map(),
    error: (place, words) => say(problem('error', place, words)),
    warn: (place, words) => say(problem('warning', place, words)),
    note: (level, text) => notes.push({ level, text }),
    absorb: (other) => {
      for (const diagnostic of [...other.errors, ...other.warnings]) say(diagnostic)
      notes.push(...other.notes)
    },
  }
}
