import { fstatSync, writeSync } from 'node:fs'
import type { ProcessKey } from '../model/names.js'
import { ticksSinceBoot } from './native/posix.js'

/*
 * What is to end with a daemon that is killed, and what is to be spared: a file without a name, which the guard reads
 * once the daemon is gone. A row is seven whole numbers of 32 bits; `struct row` of guard.c says the same.
 */

/** What a program is known by. */
export interface Guarded {
  /** It outlives the daemon. */
  readonly keep: boolean
  readonly environment: Readonly<Record<string, string>>
  /** See `markFor`. */
  readonly mark: string | null
  /** Our ends of the pipes of its output. */
  readonly pipes: readonly number[]
}

/** The table. No call throws: what cannot be written leaves one program to the kernel's death signal alone. */
export interface GuardTable {
  readonly fd: number
  /** A program is about to be started: what an instance of it starts is known from its first moment. */
  announce(key: ProcessKey, guarded: Guarded): void
  started(key: ProcessKey, pid: number): void
  /** The number of its process may be a stranger's now; what it left behind is still known. */
  ended(key: ProcessKey): void
  /** Whose row is at which place, for `createGuardTable`. */
  keys(): readonly ProcessKey[]
}

const ROW_BYTES = 28
const KILL = 1
const KEEP = 2
/** Rows of programs that do not run; beyond this the oldest gives way to another program. */
const IDLE_MAX = 1024

/**
 * Writes rows to an open file.
 *
 * @param before - `keys` of whoever wrote it so far
 * @param running - which of them run
 */
export function createGuardTable(
  fd: number,
  before: readonly ProcessKey[] = [],
  running: ReadonlySet<ProcessKey> = new Set(),
): GuardTable {
  const places = new Map(before.map((key, place) => [key, place]))
  const idle = new Set(before.filter((key) => !running.has(key)))

  const placeOf = (key: ProcessKey): number => {
    const known = places.get(key)
    if (known !== undefined) return known
    const [oldest] = idle.size < IDLE_MAX ? [] : idle
    const place = (oldest === undefined ? undefined : places.get(oldest)) ?? places.size
    if (oldest !== undefined) {
      idle.delete(oldest)
      places.delete(oldest)
    }
    places.set(key, place)
    return place
  }

  const write = (place: number, numbers: Uint32Array) => {
    try {
      writeSync(fd, numbers, 0, numbers.byteLength, place * ROW_BYTES)
    } catch {
      // No memory left. Its direct children end all the same.
    }
  }

  return {
    fd,
    announce(key, { keep, environment, mark, pipes }) {
      const [out = 0, error = 0] = pipes.map((pipe) => fstatSync(pipe).ino)
      write(placeOf(key), Uint32Array.of(0, 0, keep ? KEEP : KILL, ...hashOfMarks(environment, mark), out, error))
    },
    started(key, pid) {
      idle.delete(key)
      // Whoever has this number and is younger has it from a later one.
      write(placeOf(key), Uint32Array.of(pid, ticksSinceBoot()))
    },
    ended(key) {
      if (!places.has(key)) return
      idle.add(key)
      write(placeOf(key), Uint32Array.of(0))
    },
    keys: () => [...places].sort(([, a], [, b]) => a - b).map(([key]) => key),
  }
}

/** Starting point and factors of the hash. @see FNV-1a with 32 bits; the second factor makes another one of it */
const BASIS = 0x811c9dc5
const FACTORS = [0x01000193, 0x85ebca6b] as const

/** A variable of children that no server of ours tells apart. */
export const MARK_VARIABLE = 'SVCTL_MARK'

/** What to put there: no other daemon of this boot has its pid and start. */
export function markOf(pid: number, startedAt: string | number): string {
  return `${pid}.${startedAt}`
}

/**
 * Whether a program needs a mark of ours to be told from one of the same name that another daemon has.
 *
 * @returns `mark`, or `null` when its environment names our server
 */
export function markFor(environment: Readonly<Record<string, string>>, mark: string | null): string | null {
  return serverOf(environment) === null ? mark : null
}

/** An address that we have inherited is that of a supervisor above us. */
function serverOf({ SUPERVISOR_SERVER_URL: url }: Readonly<Record<string, string>>): string | null {
  return url && url !== process.env.SUPERVISOR_SERVER_URL ? url : null
}

/** What tells a program by its environment, as the guard finds it there; zeros for what others may carry, too. */
function hashOfMarks(environment: Readonly<Record<string, string>>, mark: string | null): readonly [number, number] {
  const { SUPERVISOR_GROUP_NAME = '', SUPERVISOR_PROCESS_NAME = '' } = environment
  const daemon = mark ?? serverOf(environment)
  if (daemon === null) return [0, 0]
  const bytes = Buffer.from([SUPERVISOR_GROUP_NAME, SUPERVISOR_PROCESS_NAME, daemon, ''].join('\0'))
  return [hash32(bytes, FACTORS[0]), hash32(bytes, FACTORS[1])]
}

function hash32(bytes: Uint8Array, factor: number): number {
  let hash = BASIS
  // By index: before this is compiled, an iterator makes an object for each byte.
  for (let i = 0; i < bytes.length; i++) hash = Math.imul(hash ^ (bytes[i] ?? 0), factor)
  return hash >>> 0
}
