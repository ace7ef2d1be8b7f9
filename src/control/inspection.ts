import { childEnvironment, type SpawnContext } from '../actions/spawn-request.js'
import type { ProcessKey } from '../model/names.js'
import { NEVER_SEEN, type ProcessObserved, pidOf } from '../model/observed.js'
import type { Inspection } from '../model/operator.js'
import type { Inspector } from '../model/ports.js'
import type { ProcessSpec } from '../model/spec.js'
import { findLeftovers } from '../reconcile/leftovers.js'
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

/** Holds every live process against what it was given at its start, and looks for what is left of former ones. */
export function inspect(deps: InspectionDeps): Inspection {
  const { runtime, inspector, daemon } = deps
  const desired = runtime.desired()
  const seenOf = (key: ProcessKey): ProcessObserved => runtime.store.table[key] ?? NEVER_SEEN
  const unreadable: ProcessKey[] = []
  const differences = Object.values(desired).flatMap(({ key, spec, generation }): Inspection['differences'] => {
    const seen = seenOf(key)
    // One that runs an older generation is drift already, and was given something else.
    if ((seen.phase !== 'RUNNING' && seen.phase !== 'STARTING') || seen.observedGeneration !== generation) return []
    const live = inspector.live(seen.pid)
    if (live === null) {
      unreadable.push(key)
      return []
    }
    return liveDifferences(given(spec, seen.pid, deps), live).map((difference) => ({ key, ...difference }))
  })

  const all = Object.keys(runtime.store.table) as ProcessKey[]
  const current = new Map(all.flatMap((key) => (pidOf(seenOf(key)) > 0 ? [[pidOf(seenOf(key)), key] as const] : [])))
  const serverUrls = new Set(Object.values(desired).flatMap(({ spec }) => spec.serverUrl ?? []))
  return { differences, leftovers: findLeftovers({ daemon, current, serverUrls }, inspector), unreadable }
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
