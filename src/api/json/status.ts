import { describe } from '../../model/describe.js'
import { displayName } from '../../model/names.js'
import { type ProcessObserved, pidOf } from '../../model/observed.js'
import type { Operator, ProcessView } from '../../model/operator.js'
import { PHASE_CODES } from '../../model/phase.js'
import { signalName } from '../../model/signals.js'
import type { LastExit, StatusDocument, StatusRow, UsageRow } from './documents.js'
import { holdRow, scaleRows } from './overrides.js'
import { hideSecretText } from './secrets.js'
import { selectProcesses } from './select.js'
import { judge } from './verdict.js'

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
