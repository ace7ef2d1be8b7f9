import { describe } from '../../model/describe.js'
import type { Diagnostic } from '../../model/diagnostic.js'
import { displayName } from '../../model/names.js'
import { type ProcessObserved, pidOf } from '../../model/observed.js'
import type { Operator, ProcessView } from '../../model/operator.js'
import { PHASE_CODES, type Phase, type SupervisorState } from '../../model/phase.js'
import { signalName } from '../../model/signals.js'
import { type HoldRow, holdRow, type ScaleRow, scaleRows } from './overrides.js'
import { hideSecretText } from './secrets.js'
import { selectProcesses, type UnknownName } from './select.js'
import { judge, type Verdict } from './verdict.js'

/** One process in `svctl.status/v1`. Wall clock times are ms since 1970. */
export interface StatusRow {
  /** As people type it: `web` or `group:web`. */
  readonly name: string
  readonly group: string
  readonly process: string
  /** Name part of the section that declares it. */
  readonly program: string
  readonly state: Phase
  readonly stateCode: number
  /** 0 when nothing is alive. */
  readonly pid: number
  /** Last column of `supervisorctl status`. */
  readonly description: string
  /** Whether others may rely on it: for now, whether it is RUNNING. */
  readonly ready: boolean
  /** `null` unless RUNNING. */
  readonly uptimeMs: number | null
  readonly startedWallMs: number | null
  readonly stoppedWallMs: number | null
  readonly generation: number
  /** Of the spec the last start was made from; 0 before the first. */
  readonly observedGeneration: number
  /** Stopped by a person and to stay so until started or released. */
  readonly held: boolean
  /** The terms of that; `null` when not held. */
  readonly hold: HoldRow | null
  /** Successful starts since the daemon knows the process. */
  readonly starts: number
  /** Code of the last end, -1 for a signal, `null` before the first. */
  readonly exitStatus: number | null
  /** The last end of any kind; stays while a newer instance runs. */
  readonly lastExit: LastExit | null
  readonly spawnError: string
  readonly verdict: Verdict
  /** Why the verdict is what it is, in one clause; '' when there is nothing to say. */
  readonly why: string
  readonly stdoutLog: string
  readonly stderrLog: string
  /** Of the process itself, without its children; `null` unless asked for and alive. */
  readonly usage: UsageRow | null
}

/** How a process ended; exactly one of `code` and `signal` is set. */
export interface LastExit {
  readonly code: number | null
  /** Such as `SIGKILL`. */
  readonly signal: string | null
  readonly coreDumped: boolean
  readonly wallMs: number
}

/** What a process uses now. */
export interface UsageRow {
  readonly rssBytes: number
  /** User and system time since its start. */
  readonly cpuMs: number
  /** Of one CPU, over its whole life. */
  readonly cpuPercent: number
}

/** A condition of the daemon, with everything a person needs to act on it. */
export interface ConditionRow {
  readonly type: string
  readonly message: string
  readonly sinceWallMs: number
  readonly diagnostics: readonly Diagnostic[]
}

export interface StatusDocument {
  readonly schema: 'svctl.status/v1'
  /** When the table was taken, by the daemon's clock. */
  readonly atWallMs: number
  readonly daemon: {
    readonly identifier: string
    readonly pid: number
    readonly state: SupervisorState
    readonly revision: number
    readonly file: string
    readonly converged: boolean
  }
  readonly conditions: readonly ConditionRow[]
  /** Of the whole daemon, by program. */
  readonly scales: readonly ScaleRow[]
  readonly unknown: readonly UnknownName[]
  /** Of the names asked for, in that order; of everything by (group, process) without names. */
  readonly processes: readonly StatusRow[]
}

/**
 * The process table with the daemon's own facts.
 *
 * @param names - name arguments as typed; none means all
 * @param withUsage - whether to look at what each process uses, which costs the daemon some 0.1 ms for each
 */
export function statusDocument(operator: Operator, names: readonly string[], withUsage = false): StatusDocument {
  const { processes, unknown } = selectProcesses(operator, names)
  const wallMs = operator.wallMs()
  return {
    schema: 'svctl.status/v1',
    atWallMs: wallMs,
    daemon: {
      identifier: operator.identifier(),
      pid: operator.pid,
      state: operator.state(),
      revision: operator.revision(),
      file: operator.config().file,
      converged: operator.converged(),
    },
    conditions: operator.conditions().map(({ type, message, sinceWallMs, diagnostics }) => ({
      type,
      message,
      sinceWallMs,
      diagnostics: diagnostics.map(hideSecretText),
    })),
    scales: scaleRows(operator.scales()),
    unknown,
    processes: processes.map((view) => {
      const row = statusRow(view, wallMs)
      return withUsage ? { ...row, usage: usageOf(operator, view, wallMs) } : row
    }),
  }
}

function usageOf(operator: Operator, { seen }: ProcessView, wallMs: number): UsageRow | null {
  const usage = pidOf(seen) > 0 ? operator.usage(pidOf(seen)) : null
  if (usage === null) return null
  const lifeMs = Math.max(1, wallMs - seen.startedWallMs)
  return { ...usage, cpuPercent: Math.round((usage.cpuMs * 1000) / lifeMs) / 10 }
}

/** How a process ended, with the name of the signal. */
export function lastExit(last: ProcessObserved['lastExit']): LastExit | null {
  if (last === null) return null
  return { ...last, signal: last.signal === null ? null : signalName(last.signal) }
}

/** One row of the table. @param wallMs - now, ms since 1970 */
export function statusRow(view: ProcessView, wallMs: number): StatusRow {
  const { spec, seen } = view
  const { verdict, why } = judge(view)
  return {
    name: displayName(spec.group, spec.name),
    group: spec.group,
    process: spec.name,
    program: spec.program,
    state: seen.phase,
    stateCode: PHASE_CODES[seen.phase],
    pid: pidOf(seen),
    description: describe(seen, wallMs),
    ready: seen.phase === 'RUNNING',
    uptimeMs: seen.phase === 'RUNNING' ? Math.max(0, wallMs - seen.startedWallMs) : null,
    startedWallMs: seen.startedWallMs || null,
    stoppedWallMs: seen.stoppedWallMs || null,
    generation: view.generation,
    observedGeneration: seen.observedGeneration,
    held: view.override.hold !== null,
    hold: holdRow(view.override.hold),
    starts: seen.starts,
    exitStatus: seen.exitStatus,
    lastExit: lastExit(seen.lastExit),
    spawnError: seen.spawnError,
    verdict,
    why,
    stdoutLog: view.stdoutLog,
    stderrLog: view.stderrLog,
    usage: null,
  }
}
