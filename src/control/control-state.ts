import type { Config } from '../model/config.js'
import type { ProcessKey } from '../model/names.js'
import type { DesiredProcess, ProcessSpec, Scales } from '../model/spec.js'
import type { AcceptanceState } from './acceptance.js'
import type { ClaimsState } from './claims.js'
import type { EventLogState } from './event-log.js'
import type { ListenersState } from './listeners/listeners.js'
import type { Pinned } from './pin.js'
import { fillConfig, fillGroups, fillSpec } from './revision-content.js'
import type { RevisionsState } from './revisions.js'
import type { RuntimeState } from './runtime.js'

/**
 * Everything between the ports, as one program hands it to the one that takes its place: plain JSON. Monotonic times stay
 * true, since the machine does not start anew.
 */
export interface ControlState {
  /** What the daemon was started with, without groups. */
  readonly initial: Config
  readonly revisions: RevisionsState
  readonly acceptance: AcceptanceState
  readonly runtime: RuntimeState
  readonly listeners: ListenersState
  readonly claims: ClaimsState
  readonly pin: Pinned | null
  readonly scales: Scales
  readonly journal: EventLogState
}

/**
 * Takes on a state that another version wrote: fields it did not know have their defaults.
 *
 * @returns `null` for one that cannot be understood
 */
export function readControlState(state: ControlState): ControlState | null {
  const initial = fillConfig(state.initial)
  const candidate = fillConfig(state.acceptance.candidate)
  const accepted = fillGroups(state.acceptance.accepted)
  if (initial === null || candidate === null || accepted === null) return null
  const { runtime } = state
  const specs = (of: Readonly<Record<ProcessKey, ProcessSpec>>) => mapValues(of, fillSpec)
  return {
    ...state,
    initial,
    acceptance: { ...state.acceptance, candidate, accepted },
    runtime: {
      ...runtime,
      desired: mapValues(runtime.desired, (one): DesiredProcess => ({ ...one, spec: fillSpec(one.spec) })),
      specs: specs(runtime.specs),
      startedFrom: specs(runtime.startedFrom),
    },
  }
}

function mapValues<T>(
  record: Readonly<Record<ProcessKey, T>>,
  change: (value: T) => T,
): Readonly<Record<ProcessKey, T>> {
  return Object.fromEntries(Object.entries<T>(record).map(([key, value]) => [key, change(value)]))
}
