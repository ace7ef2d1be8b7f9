import type { StatusRow } from '../../../api/json/status.js'
import { assertNever } from '../../../model/assert.js'
import type { ProcessSpec } from '../../../model/spec.js'
import type { SmokeProcess } from './smoke-report.js'

/** How long a trial may take, ms. */
export interface Patience {
  /** For everything to come up. */
  readonly timeoutMs: number
  /** How long everything then has to stay up. */
  readonly stableMs: number
}

/** What became of one process, and when, ms since the trial began. */
export interface TrialVerdict extends Pick<SmokeProcess, 'result' | 'detail'> {
  readonly atMs: number
}

/** What is seen of processes on trial. Times are ms since it began. */
export interface Trial {
  /** Looks at the table once more. */
  look(rows: readonly StatusRow[], nowMs: number): void
  /** When it is over unless something changes; it may be in the past. */
  endMs(): number
  /** @param name - as people type it */
  verdict(name: string): TrialVerdict
}

/**
 * Starts a trial: all processes have to come up in time and to stay up.
 *
 * Once one has failed the others are watched for as long as they would have to stay up: it cannot end well any more, but
 * whoever repairs it wants to hear of all that fail.
 *
 * @param specs - by name as people type it, as the file has them
 */
export function createTrial(specs: ReadonlyMap<string, ProcessSpec>, { timeoutMs, stableMs }: Patience): Trial {
  const seen = new Map<string, Seen>([...specs.keys()].map((name) => [name, NOTHING_YET]))
  const has = (at: Seen['at']) => [...seen.values()].some((one) => one.at === at)
  let nowMs = 0
  let failedMs = Number.POSITIVE_INFINITY
  let completeMs = Number.POSITIVE_INFINITY

  return {
    look(rows, atMs) {
      nowMs = atMs
      for (const row of rows) {
        const spec = specs.get(row.name)
        if (spec === undefined) continue
        const now = judge(spec, row)
        const before = seen.get(row.name)
        seen.set(row.name, {
          ...now,
          state: row.state,
          atMs: before?.at === now.at && now.at !== 'waiting' ? before.atMs : nowMs,
        })
      }
      if (has('failed')) failedMs = Math.min(failedMs, nowMs)
      if (!has('waiting')) completeMs = Math.min(completeMs, nowMs)
    },
    endMs() {
      if (!has('waiting') && !has('up')) return has('failed') ? nowMs : completeMs + stableMs
      const enough = Math.min(failedMs, completeMs) + stableMs
      return has('waiting') ? Math.min(timeoutMs, enough) : enough
    },
    verdict(name) {
      const { at, state, detail, atMs } = seen.get(name) ?? NOTHING_YET
      if (at !== 'waiting') return { result: at, detail, atMs }
      if (nowMs < timeoutMs && state !== 'BACKOFF')
        return { result: 'not-started', detail: `still ${state} when another one had failed`, atMs }
      const why = detail === '' ? state : `${state}, ${detail}`
      return { result: 'failed', detail: `not up within ${(nowMs / 1000).toFixed(1)} s: ${why}`, atMs }
    },
  }
}

interface Seen {
  readonly at: 'waiting' | 'up' | 'completed' | 'failed'
  readonly state: StatusRow['state']
  readonly detail: string
  readonly atMs: number
}

const NOTHING_YET: Seen = { at: 'waiting', state: 'STOPPED', detail: '', atMs: 0 }

/** @param spec - as the file has it; a private daemon starts nothing again that was up */
function judge({ autorestart, exitCodes }: ProcessSpec, row: StatusRow): Pick<Seen, 'at' | 'detail'> {
  switch (row.state) {
    case 'RUNNING':
      return { at: 'up', detail: '' }
    case 'EXITED': {
      const ended = row.exitStatus === -1 ? 'ended by a signal' : `exited with status ${row.exitStatus}`
      if (row.exitStatus === null || !exitCodes.includes(row.exitStatus))
        return { at: 'failed', detail: `${ended}, expected is ${exitCodes.join(' or ') || 'no end at all'}` }
      if (autorestart !== 'always') return { at: 'completed', detail: ended }
      return { at: 'failed', detail: `${ended}, but is to run for ever (autorestart=true)` }
    }
    case 'FATAL':
    case 'UNKNOWN':
      return { at: 'failed', detail: `${row.state}, ${row.why}` }
    case 'STOPPED':
    case 'STARTING':
    case 'STOPPING':
    case 'BACKOFF':
      return { at: 'waiting', detail: row.why }
    default:
      return assertNever(row.state)
  }
}
