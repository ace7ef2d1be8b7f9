import { childEnvironment, type SpawnContext } from '../actions/spawn-request.js'
import type { ProcessKey } from '../model/names.js'
import { NEVER_SEEN, type ProcessObserved, pidOf } from '../model/observed.js'
import type { Inspection } from '../model/operator.js'
import type { Inspector, Marks, Relative } from '../model/ports.js'
import type { ProcessSpec } from '../model/spec.js'
import { findLeftovers, type Household, strangersIn } from '../reconcile/leftovers.js'
import { type Given, liveDifferences } from '../reconcile/live.js'
import type { Runtime } from './runtime.js'

/** What is looked at, and with what. */
export interface InspectionDeps {
  readonly runtime: Pick<Runtime, 'desired' | 'store'>
  readonly inspector: Inspector
  /** Our own pid. */
  readonly daemon: number
  readonly context: SpawnContext
}

/**
 * Holds every live process against what it was given at its start, and looks for what is left of former ones.
 *
 * The world goes on wherever this yields: what has ended or changed by the end is left out of the answer.
 */
export function* inspect(deps: InspectionDeps): Generator<void, Inspection> {
  const { runtime, inspector } = deps
  const seenOf = (key: ProcessKey): ProcessObserved => runtime.store.table[key] ?? NEVER_SEEN
  const unreadable = new Map<ProcessKey, number>()
  const found: { readonly pid: number; readonly difference: Inspection['differences'][number] }[] = []
  for (const { key, spec, generation } of Object.values(runtime.desired())) {
    yield
    const seen = seenOf(key)
    // One that runs an older generation is drift already, and was given something else.
    if ((seen.phase !== 'RUNNING' && seen.phase !== 'STARTING') || seen.observedGeneration !== generation) continue
    const { pid } = seen
    const live = inspector.live(pid)
    if (live === null) unreadable.set(key, pid)
    else
      for (const difference of liveDifferences(given(spec, pid, deps), live))
        found.push({ pid, difference: { key, ...difference } })
  }
  const leftovers = yield* inspectLeftovers(deps)
  const isStill = (key: ProcessKey, pid: number) => pidOf(seenOf(key)) === pid
  return {
    differences: found.flatMap(({ pid, difference }) => (isStill(difference.key, pid) ? difference : [])),
    leftovers,
    unreadable: [...unreadable].flatMap(([key, pid]) => (isStill(key, pid) ? key : [])),
  }
}

function* inspectLeftovers({ runtime, inspector, daemon }: InspectionDeps): Generator<void, Inspection['leftovers']> {
  const processes: Relative[] = []
  for (const pid of inspector.pids()) {
    yield
    const process = inspector.relative(pid)
    if (process !== null) processes.push(process)
  }
  const household = (): Household => {
    const live = Object.entries<ProcessObserved>(runtime.store.table).filter(([, seen]) => pidOf(seen) > 0)
    const current = new Map(live.map(([key, seen]) => [pidOf(seen), key as ProcessKey]))
    return {
      daemon,
      current,
      daemons: new Set(Object.values(runtime.desired()).flatMap(({ spec }) => spec.serverUrl ?? [])),
    }
  }
  const marks = new Map<number, Marks | null>()
  for (const { pid } of strangersIn(processes, household())) {
    yield
    marks.set(pid, inspector.marks(pid))
  }
  const starts = new Map(processes.map(({ pid, startedAt }) => [pid, startedAt]))
  const left = findLeftovers(household(), { processes: () => processes, marks: (pid) => marks.get(pid) ?? null })
  return left.filter(({ pid }) => inspector.relative(pid)?.startedAt === starts.get(pid))
}

function given(spec: ProcessSpec, pid: number, { inspector, context }: InspectionDeps): Given {
  const { defaults } = inspector
  const listenPid = spec.listen === undefined ? {} : { LISTEN_PID: String(pid) }
  return {
    uid: spec.uid ?? defaults.uid,
    directory: spec.directory === null ? defaults.directory : inspector.realPath(spec.directory),
    openFiles: defaults.openFiles,
    isolation: spec,
    environment: { ...withoutOurs(childEnvironment(spec, context.environment)), ...listenPid },
  }
}

/** What the host keeps from every child. Few files name any, so mostly nothing is copied. */
function withoutOurs(environment: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const ours = (name: string) => name.startsWith('SVCTL_')
  if (!Object.keys(environment).some(ours)) return environment
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !ours(name)))
}
