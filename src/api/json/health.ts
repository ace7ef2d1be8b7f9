import { displayName } from '../../model/names.js'
import type { Operator, ProcessView } from '../../model/operator.js'
import type { Phase, SupervisorState } from '../../model/phase.js'
import { selectProcesses, type UnknownName } from './select.js'
import { judge } from './verdict.js'

/** What probes ask for. */
export interface HealthDocument {
  readonly schema: 'svctl.health/v1'
  readonly state: SupervisorState
  /** Whether everything that should run is RUNNING; `null` when only life was asked for. */
  readonly ready: boolean | null
  /** Processes that were looked at. */
  readonly checked: number
  /** Those that keep it from being ready. */
  readonly problems: readonly HealthProblem[]
  readonly unknown: readonly UnknownName[]
}

/** One process that is not as it should be. */
export interface HealthProblem {
  /** As people type it: `web` or `group:web`. */
  readonly name: string
  readonly state: Phase
  /** In one clause. */
  readonly why: string
}

/**
 * Whether this daemon and its programs are fit for use.
 *
 * Ready is what runs or has completed; without names also what a person holds and what is not started by itself.
 *
 * @param names - name arguments as typed; none means all
 * @param live - looks at no process: that an answer comes is the answer
 */
export function healthDocument(operator: Operator, names: readonly string[], live: boolean): HealthDocument {
  const state = operator.state()
  const { processes, unknown } = live ? NOBODY : selectProcesses(operator, names)
  const problems = processes.flatMap((view) => problemOf(view, names.length > 0))
  const ready = live ? null : state === 'RUNNING' && problems.length === 0 && unknown.length === 0
  return { schema: 'svctl.health/v1', state, ready, checked: processes.length, problems, unknown }
}

const NOBODY = { processes: [], unknown: [] } as const

function problemOf(view: ProcessView, named: boolean): readonly HealthProblem[] {
  const { spec, seen } = view
  const { verdict, why } = judge(view)
  const idle = seen.phase === 'STOPPED'
  if (verdict === 'ok' && !(named && idle)) return []
  if (verdict === 'held' && !named) return []
  return [{ name: displayName(spec.group, spec.name), state: seen.phase, why }]
}
