import { displayName, splitKey } from '../../model/names.js'
import type { JournalSlice, Occurrence, OccurrenceType } from '../../model/occurrence.js'
import { signalName } from '../../model/signals.js'

/** How an instance of a process ended. Exactly one of `code` and `signal` is set. */
export interface ExitRow {
  readonly code: number | null
  /** `SIGTERM` */
  readonly signal: string | null
  readonly coreDumped: boolean
}

/** One thing that happened. */
export interface EventRow {
  readonly serial: number
  readonly atWallMs: number
  readonly type: OccurrenceType
  /** As people type it; `null` for what happened to no single process. */
  readonly process: string | null
  /** State, revision or condition before; `null` for none. */
  readonly from: string | null
  readonly to: string | null
  /** Why, in one clause; '' when there is nothing to say. */
  readonly text: string
  /** Of the live process after it; `null` for none. */
  readonly pid: number | null
  readonly exit: ExitRow | null
}

/** Part of what happened, oldest first. */
export interface EventsDocument {
  readonly schema: 'svctl.events/v1'
  /** By the daemon's clock. */
  readonly atWallMs: number
  readonly events: readonly EventRow[]
  /** What to give as `since` next time. */
  readonly next: number
  /** Whether some that were asked for are no longer kept. */
  readonly lost: boolean
}

/** What the journal has from one serial on. */
export function eventsDocument({ events, next, lost }: JournalSlice, atWallMs: number): EventsDocument {
  return { schema: 'svctl.events/v1', atWallMs, events: events.map(eventRow), next, lost }
}

/** One event in words. */
export function eventRow(event: Occurrence): EventRow {
  const { serial, atWallMs, type, key, from, to, pid, exit } = event
  return {
    serial,
    atWallMs,
    type,
    process: key === null ? null : nameOf(key),
    from: from || null,
    to: to || null,
    text: type === 'process' ? processText(event) : event.text,
    pid: pid || null,
    exit: exit === null ? null : exitRow(exit),
  }
}

/** An exit with its signal by name. */
export function exitRow(exit: NonNullable<Occurrence['exit']>): ExitRow {
  return {
    code: exit.code,
    signal: exit.signal === null ? null : signalName(exit.signal),
    coreDumped: exit.coreDumped,
  }
}

/** @returns `exited with code 1`, `ended by SIGKILL, core dumped` */
export function exitText({ code, signal, coreDumped }: ExitRow): string {
  if (signal === null) return `exited with code ${code ?? 0}`
  return `ended by ${signal}${coreDumped ? ', core dumped' : ''}`
}

const STOPPED_BY: Readonly<Record<string, string>> = {
  Never: '',
  Operator: 'asked for by the operator',
  Replace: 'to be replaced by a new instance',
  Removed: 'no longer declared',
  Shutdown: 'the daemon shuts down',
}

function processText({ to, text, exit }: Occurrence): string {
  const why = to === 'STOPPING' || to === 'STOPPED' || to === 'UNKNOWN' ? (STOPPED_BY[text] ?? text) : text
  return [exit === null ? '' : exitText(exitRow(exit)), why].filter((part) => part !== '').join('; ')
}

function nameOf(key: NonNullable<Occurrence['key']>): string {
  const { group, name } = splitKey(key)
  return displayName(group, name)
}
