import { closeSync, writeSync } from 'node:fs'
import type { ExitStatus } from '../model/event.js'
import type { ProcessKey } from '../model/names.js'
import { startedAt } from './foreign.js'
import { createGuardTable, type Guarded } from './guard-table.js'
import { NO_ATTRIBUTES, openMemoryFile, openPipe, spawn } from './native/posix.js'

/*
 * The kernel ends the children of a daemon that is killed, but not what these have started. That is left to a tiny
 * program beside us, guard.c, which sleeps until its pipe to us breaks.
 */

/** What is known of the programs, and the process that acts on it. */
export interface Guard {
  /** A program is about to be started. */
  announce(key: ProcessKey, guarded: Guarded): void
  started(key: ProcessKey, pid: number): void
  ended(key: ProcessKey): void
  /** Of its process; `null` while there is none. */
  pid(): number | null
  state(): GuardState
  /** From now on its end is heard of: another is started then. */
  begin(): void
  /** Lets its process end without harm. */
  close(): void
}

/** For a program that takes our place: plain JSON, with numbers of descriptors. */
export interface GuardState {
  readonly table: number
  /** See `GuardTable`. */
  readonly keys: readonly ProcessKey[]
  /** Whether there is anything to guard. */
  readonly wanted: boolean
  readonly process: { readonly pid: number; readonly pipe: number } | null
}

/** What the guard works with. */
export interface GuardDeps {
  /** An open file: its program. */
  readonly executable: number
  notice(level: 'warn' | 'info', text: string): void
  /** Asks whoever reaps our children to call once this one has ended. */
  onEnd(pid: number, ended: (status: ExitStatus) => void): void
}

/** Where it finds its own program among its descriptors: the path may belong to another version by now. */
const OWN_PROGRAM = '/proc/self/fd/2'

/** How long after its end another is started, ms: doubled each time, until one has lived for a while. */
const FIRST_REST_MS = 100
const REST_MS_MAX = 60_000

/**
 * Makes the table; the process follows in the turn after the first program that is not to outlive us.
 *
 * @param before - of the version whose place we take
 * @param running - which programs run
 * @returns `null` where there can be none
 */
export function createGuard(
  { executable, notice, onEnd }: GuardDeps,
  before: GuardState | undefined,
  running: ReadonlySet<ProcessKey>,
): Guard | null {
  const file = before ? ({ ok: true, value: before.table } as const) : openMemoryFile()
  if (!file.ok) {
    notice('info', `${UNGUARDED}: ${file.text}`)
    return null
  }
  const table = createGuardTable(file.value, before?.keys, running)
  let wanted = before?.wanted ?? false
  let current = before?.process ?? null
  let impossible = false
  let cancelNext: (() => void) | null = null
  let restMs = FIRST_REST_MS
  let startedAtMs = performance.now()

  const need = () => {
    if (!wanted || current !== null || cancelNext !== null || impossible) return
    const next = setImmediate(start)
    cancelNext = () => clearImmediate(next)
  }

  const start = () => {
    cancelNext = null
    const pipe = openPipe('write')
    if (!pipe.ok) return later(pipe.text)
    const { read, write } = pipe.value
    const spawned = spawn({
      ...NO_ATTRIBUTES,
      file: OWN_PROGRAM,
      argv: ['svctl-guard', String(process.pid), startedAt(process.pid) ?? '0'],
      environment: [],
      directory: '/',
      fds: [read, table.fd, executable],
      user: null,
      umask: -1,
      nofile: -1,
      deathSignal: 0,
      session: true,
      refuse: false,
      listenPid: false,
    })
    closeSync(read)
    if (spawned.pid === 0) {
      closeSync(write)
      return later(spawned.errno)
    }
    startedAtMs = performance.now()
    watch({ pid: spawned.pid, pipe: write }, spawned.errno)
  }

  const watch = (process: { readonly pid: number; readonly pipe: number }, failure: string) => {
    current = process
    onEnd(process.pid, (status) => {
      current = null
      closeSync(process.pipe)
      // It ends by itself only where it cannot do anything.
      impossible = status.signal === null
      if (impossible) notice('info', `${UNGUARDED}: ${failure || `no use of /proc (status ${status.code})`}`)
      else later(`pid ${process.pid} was ended by signal ${status.signal}`)
    })
  }

  const later = (reason: string) => {
    restMs = performance.now() - startedAtMs > REST_MS_MAX ? FIRST_REST_MS : restMs
    notice('warn', `there is no guard beside us (${reason}), the next follows in ${restMs} ms`)
    const next = setTimeout(start, restMs).unref()
    cancelNext = () => clearTimeout(next)
    restMs = Math.min(restMs * 2, REST_MS_MAX)
  }

  if (current !== null) watch(current, '')
  return {
    announce(key, guarded) {
      table.announce(key, guarded)
      wanted ||= !guarded.keep
      need()
    },
    started: table.started,
    ended: table.ended,
    pid: () => current?.pid ?? null,
    state: () => ({ table: table.fd, keys: table.keys(), wanted, process: current }),
    close() {
      cancelNext?.()
      cancelNext = null
      if (current === null) return
      try {
        writeSync(current.pipe, FAREWELL)
      } catch {
        // It was killed a moment before.
      }
    },
    begin: need,
  }
}

const FAREWELL = 'x'
const UNGUARDED = 'what programs start themselves would outlive us if we were killed, no guard can be started'
