import { describe } from '../../model/describe.js'
import { displayName } from '../../model/names.js'
import { pidOf } from '../../model/observed.js'
import type { Operator, ProcessView } from '../../model/operator.js'
import { PHASE_CODES } from '../../model/phase.js'
import type { StatusDocument, StatusRow } from './documents.js'
import { selectProcesses } from './select.js'
import { judge } from './verdict.js'

/**
 * The process table with the daemon's own facts.
 *
 * @param names - name arguments as typed; none means all
 */
export function statusDocument(operator: Operator, names: readonly string[]): StatusDocument {
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
      diagnostics,
    })),
    unknown,
    processes: processes.map((view) => statusRow(view, wallMs)),
  }
}

/** One row of the table. @param wallMs - now, ms since 1970 */
export function statusRow(view: ProcessView, wallMs: number): StatusRow {
  const { spec, seen } = view
  const { verdict, why } = judge(view)
  return {
    name: displayName(spec.group, spec.name),
    group: spec.group,
    process: spec.name,
    state: seen.phase,
    stateCode: PHASE_CODES[seen.phase],
    pid: pidOf(seen),
    description: describe(seen, wallMs),
    uptimeMs: seen.phase === 'RUNNING' ? Math.max(0, wallMs - seen.startedWallMs) : null,
    startedWallMs: seen.startedWallMs || null,
    stoppedWallMs: seen.stoppedWallMs || null,
    generation: view.generation,
    observedGeneration: seen.observedGeneration,
    held: view.override.held,
    starts: seen.starts,
    exitStatus: seen.exitStatus,
    spawnError: seen.spawnError,
    verdict,
    why,
    stdoutLog: view.stdoutLog,
    stderrLog: view.stderrLog,
  }
}
