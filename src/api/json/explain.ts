import { decodeLog, tail } from '../../host/logs/read.js'
import { displayName } from '../../model/names.js'
import { type ProcessObserved, pidOf } from '../../model/observed.js'
import type { Occurrence } from '../../model/occurrence.js'
import type { Operator, ProcessView } from '../../model/operator.js'
import { RESTART_BRAKE_MS } from '../../reconcile/decide.js'
import { advise } from './advice.js'
import { eventRow, exitRow } from './events.js'
import type { ExplanationDocument, LastExitRow, LastLines, NextStep } from './explanation.js'
import { holdRow } from './overrides.js'
import { takenPort } from './taken-port.js'
import { type Judgement, judge } from './verdict.js'

/** Events shown. */
const EVENTS_MAX = 10
/** Events looked through for the start that belongs to the last end. */
const LOOK_BACK_MAX = 200
/** Lines of the log shown, and bytes read for them. */
const LINES_MAX = 10
/** Lines looked through for a port that is taken. */
const LINES_READ_MAX = 50
const LINES_BYTES = 16 * 1024

/** Everything that is known about why a process is in its state. Reads its log, and /proc when its port is taken. */
export async function explain(operator: Operator, view: ProcessView): Promise<ExplanationDocument> {
  const { seen } = view
  const judgement = judge(view)
  const events = operator.journal.ofProcess(view.key, LOOK_BACK_MAX)
  const stderr = lastLines(view)
  // Old lines of a process that is well now are history.
  const port = judgement.verdict === 'ok' ? null : await takenPort(operator, view, stderr.lines)
  const facts = {
    schema: 'svctl.explanation/v1' as const,
    atWallMs: operator.wallMs(),
    name: displayName(view.spec.group, view.spec.name),
    state: seen.phase,
    pid: pidOf(seen) || null,
    ...judgement,
    sinceWallMs: sinceOf(seen, events),
    revision: operator.revision(),
    generation: view.generation,
    observedGeneration: seen.observedGeneration,
    starts: seen.starts,
    spawnError: seen.spawnError,
    lastExit: lastExitOf(seen, events),
    next: nextStep(view, judgement),
    hold: holdRow(view.override.hold),
    events: events.slice(-EVENTS_MAX).map(eventRow),
    stderr: { file: stderr.file, lines: stderr.lines.slice(-LINES_MAX) },
    port,
  }
  return { ...facts, advice: advise(facts, view) }
}

/** The last lines of its errors; where they go to standard output they are in that log. */
function lastLines({ spec, stdoutLog, stderrLog }: ProcessView): LastLines {
  const file = spec.redirectStderr ? stdoutLog : stderrLog
  const read = file === '' ? null : tail(file, 0, LINES_BYTES)
  if (!read?.ok) return { file, lines: [] }
  const lines = decodeLog(read.data).split('\n')
  if (lines.at(-1) === '') lines.pop()
  // What begins in the middle of a line is no line.
  const whole = read.offset > LINES_BYTES ? lines.slice(1) : lines
  return { file, lines: whole.slice(-LINES_READ_MAX) }
}

function sinceOf(seen: ProcessObserved, events: readonly Occurrence[]): number | null {
  const entered = events.findLast(({ to }) => to === seen.phase)
  if (entered !== undefined) return entered.atWallMs
  const atWallMs = 'pid' in seen ? seen.startedWallMs : seen.stoppedWallMs
  return atWallMs || null
}

function lastExitOf(seen: ProcessObserved, events: readonly Occurrence[]): LastExitRow | null {
  if (seen.lastExit === null) return null
  const atWallMs = seen.lastExit.wallMs
  const end = events.findLastIndex(({ exit }) => exit !== null)
  const start = events.slice(0, Math.max(0, end)).findLast(({ to }) => to === 'STARTING')
  const upMs = start === undefined ? null : Math.max(0, atWallMs - start.atWallMs)
  return { ...exitRow(seen.lastExit), atWallMs, upMs }
}

/** What the loop will do by itself, and when. */
function nextStep({ spec, override, seen }: ProcessView, { verdict }: Judgement): NextStep | null {
  // Both clocks were read together at the last start.
  const wallOf = (monotonicMs: number) => seen.startedWallMs + monotonicMs - (seen.startedAtMs ?? monotonicMs)
  const uncounted = { attempt: null, attempts: null }
  switch (seen.phase) {
    case 'BACKOFF': {
      const counts = { attempt: seen.attempt + 1, attempts: spec.startRetries + 1 }
      if (override.hold || seen.attempt > spec.startRetries) return null
      return { action: 'start', atWallMs: wallOf(seen.retryAtMs), ...counts }
    }
    case 'EXITED':
      if (verdict !== 'pending') return null
      return { action: 'start', atWallMs: wallOf((seen.startedAtMs ?? 0) + RESTART_BRAKE_MS), ...uncounted }
    case 'STARTING':
      return {
        action: 'declare-running',
        atWallMs: seen.startedWallMs + Math.max(0, spec.startSecs) * 1000,
        attempt: seen.attempt + 1,
        attempts: spec.startRetries + 1,
      }
    case 'STOPPING':
    case 'UNKNOWN':
      return { action: 'kill', atWallMs: wallOf(seen.killAtMs), ...uncounted }
    case 'STOPPED':
    case 'RUNNING':
    case 'FATAL':
      return null
  }
}
