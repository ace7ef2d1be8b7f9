import { carryOut, type Means } from '../actions/carry-out.js'
import {
  type LogPaths,
  listenSockets,
  type SpawnContext,
  spawnRequest,
  streamRequests,
} from '../actions/spawn-request.js'
import { type DesiredTable, declare, type Started } from '../desired/generations.js'
import { NO_OVERRIDES, type Overrides, release, requestStart, requestStop, withdraw } from '../desired/overrides.js'
import { invariant } from '../model/assert.js'
import type { Confinement } from '../model/confinement.js'
import type { HostEvent, ProcessEvent } from '../model/event.js'
import { type ProcessKey, processKey } from '../model/names.js'
import type { Notification } from '../model/notification.js'
import { NEVER_SEEN, type ProcessObserved, pidOf } from '../model/observed.js'
import type { Clock, CommandLookup, Host, Inspector, Log } from '../model/ports.js'
import type { DesiredProcess, GroupSpec, ProcessSpec } from '../model/spec.js'
import { createStore, type Store } from '../observed/store.js'
import { situationOf, type World } from '../reconcile/reconcile.js'
import { createRollout, type Rollout, type RolloutState } from '../reconcile/rollout.js'
import { createCustody } from './custody.js'
import { createDeadlines } from './deadlines.js'
import { createDepartures, type Departures, type DeparturesState } from './departures.js'
import { createGatekeeper, type Gatekeeper } from './gatekeeper.js'
import { createJournal, describeExit } from './journal.js'
import { createLogPaths, type LogPathState } from './log-paths.js'
import { createLoop, type Loop } from './loop.js'
import { noteOutput } from './output-journal.js'

/** The process table at work: what is declared, what was asked, what is seen, and the loop that brings them together. */
export interface Runtime {
  readonly loop: Loop
  readonly store: Store
  readonly gatekeeper: Gatekeeper
  readonly rollout: Pick<Rollout, 'halt'>
  readonly world: World
  desired(): DesiredTable
  overrides(): Overrides
  setOverrides(next: Overrides): void
  /**
   * Makes `groups` what is wanted; only processes whose wishes changed are looked at.
   *
   * @param atOnce - the processes of one program are replaced all at the same time
   */
  setDesired(groups: readonly GroupSpec[], revision: number, atOnce?: boolean): void
  /**
   * Makes changed processes anew, as Supervisor does when it removes and adds their group: they are as if never started,
   * and nothing is wished for them. Those that run are once they have been stopped for the change; those that can take it
   * on as they run are left alone.
   */
  renew(keys: readonly ProcessKey[]): void
  /** The table that `groups` would make, without making it so. */
  preview(groups: readonly GroupSpec[], revision: number): DesiredTable
  /** The accepted spec; for a process no longer declared its last one. */
  spec(key: ProcessKey): ProcessSpec
  /** An accepted group. */
  group(name: string): GroupSpec | undefined
  readonly departures: Pick<Departures, 'processes' | 'has'>
  logPaths(key: ProcessKey): LogPaths
  lookup(key: ProcessKey): CommandLookup
  onHostEvent(event: HostEvent): void
  /** Kills what a shutdown has left, without waiting for anything any more. */
  hurry(): void
  state(): RuntimeState
  close(): void
}

/** The process table as it is handed to the program that takes our place. */
export interface RuntimeState {
  readonly desired: DesiredTable
  readonly observed: Readonly<Record<ProcessKey, ProcessObserved>>
  /** See the fields of the runtime of the same names. */
  readonly specs: Readonly<Record<ProcessKey, ProcessSpec>>
  readonly startedFrom: Readonly<Record<ProcessKey, ProcessSpec>>
  readonly overrides: Overrides
  readonly logPaths: LogPathState
  readonly departures: DeparturesState
  readonly rollout: RolloutState
}

/** What the runtime needs. */
export interface RuntimeDeps {
  readonly clock: Clock
  readonly host: Host
  readonly log: Log
  readonly context: SpawnContext
  readonly inspector: Inspector
  readonly confinement: Confinement
  /** Our own pid. */
  readonly daemon: number
  /** Whether going from the first spec to the second takes a new process. */
  needsRestart(from: ProcessSpec, to: ProcessSpec): boolean
  /** Whether a start that failed for want of something is tried until it succeeds. */
  patient(): boolean
  /** Whether processes that a program leaves behind are told of: Supervisor does not know of them. */
  tellsOfRemains(): boolean
  /** Something a subscriber may want to know; `null` key: the daemon or its groups as a whole. */
  changed(key: ProcessKey | null): void
  /** What a process has become; `null` when nothing is kept of it any more. */
  seen(key: ProcessKey, now: ProcessObserved | null): void
  notify(notification: Notification): void
  afterTurn(): void
  /** What another program had when we took its place, and the groups it had accepted. */
  readonly before?: { readonly state: RuntimeState; readonly groups: readonly GroupSpec[] }
}

/** Search path when neither the program nor the daemon has one. @see Supervisor process.py, get_path */
const DEFAULT_PATH = '/bin:/usr/bin:/usr/local/bin'

/** Makes a runtime in which nothing is declared, or which goes on where another one stopped. */
export function createRuntime(deps: RuntimeDeps): Runtime {
  const { clock, host, log } = deps
  const before = deps.before?.state
  const store = createStore(before?.observed)
  const journal = createJournal(log)
  const gatekeeper = createGatekeeper((key) => (store.table[key] ?? NEVER_SEEN).phase)
  const logPaths = createLogPaths(host, before?.logPaths)
  const departures = createDepartures(
    (group) => deps.notify({ type: 'group', change: 'removed', group }),
    before?.departures,
  )
  /** The last spec of every process we still have a record of: a removed one is stopped by it. */
  const specs: Record<ProcessKey, ProcessSpec> = { ...before?.specs }
  /** The spec that the last start of a process was made from. */
  const startedFrom: Record<ProcessKey, ProcessSpec> = { ...before?.startedFrom }
  /** Processes that are stopped to be made anew. */
  const renewing = new Set<ProcessKey>()
  let groups: ReadonlyMap<string, GroupSpec> = new Map(deps.before?.groups.map((group) => [group.name, group]))
  let desired: DesiredTable = before?.desired ?? {}
  let overrides: Overrides = NO_OVERRIDES

  const world: World = {
    get desired() {
      return desired
    },
    get overrides() {
      return overrides.byKey
    },
    observed: store.table,
    gate: gatekeeper.gate,
    mayReplace: (key) => rollout.mayReplace(key),
  }

  const loop = createLoop({
    clock,
    world,
    carryOut: (action) => carryOut(action, means),
    afterTurn: deps.afterTurn,
  })

  const rollout = createRollout(
    {
      situation: (key) => situationOf(world, key),
      monotonicMs: () => clock.monotonicMs(),
      mark: loop.mark,
    },
    before?.rollout,
  )

  /** Holds that end by themselves: from then on the accepted revision decides again. */
  const holds = createDeadlines(clock, () => {
    setOverrides(release(overrides, holds.due(clock.monotonicMs())))
    loop.turn()
  })

  function setOverrides(next: Overrides): void {
    const before = overrides
    overrides = next
    const keys = new Set([...Object.keys(before.byKey), ...Object.keys(next.byKey)]) as Set<ProcessKey>
    const touched = [...keys].filter((key) => before.byKey[key] !== next.byKey[key])
    for (const key of touched) {
      holds.set(key, next.byKey[key]?.hold?.until?.atMs)
      rollout.note(key)
    }
    loop.mark(touched)
  }

  const custody = createCustody({
    clock,
    log,
    inspector: deps.inspector,
    confinement: deps.confinement,
    daemon: deps.daemon,
    table: store.table,
    spec: specOf,
    tellsOfRemains: deps.tellsOfRemains,
    restart(key) {
      setOverrides(requestStart(overrides, [key]))
      loop.turn()
    },
    hold(key, reason) {
      const hold = { sinceWallMs: clock.wallMs(), until: null, reason, by: 'memory_max' }
      setOverrides(requestStop(overrides, [key], hold))
      loop.turn()
    },
  })

  function specOf(key: ProcessKey): ProcessSpec {
    const spec = desired[key]?.spec ?? specs[key]
    invariant(spec !== undefined, `no spec for ${key}`)
    return spec
  }

  function dispatch(key: ProcessKey, event: ProcessEvent): void {
    const transitions = store.dispatch(key, event)
    const [first] = transitions
    const last = transitions.at(-1)
    if (!first || !last) return
    journal.note(specOf(key), event, first.before, last.after)
    custody.note(key, event, last.after)
    deps.seen(key, last.after)
    const exit = event.type === 'exited' ? event.status : null
    for (const transition of transitions) {
      if (transition.from === transition.to) continue
      deps.notify({ type: 'process-state', key, transition, exit: transition === last ? exit : null })
    }
    if (last.to === 'STARTING') renewing.delete(key)
    if (renewing.has(key) && isDown(last.after)) startOver(key)
    deps.changed(key)
    rollout.note(key)
    loop.mark([key])
    loop.mark(gatekeeper.advance())
  }

  function startOver(key: ProcessKey): void {
    renewing.delete(key)
    store.forget(key)
    deps.seen(key, null)
  }

  function lookup(key: ProcessKey): CommandLookup {
    const spec = specOf(key)
    const searchPath = spec.environment.PATH ?? deps.context.environment.PATH ?? DEFAULT_PATH
    return host.lookup(spec.command, searchPath, spec.directory)
  }

  const means: Means = {
    host,
    clock,
    spec: specOf,
    seen: (key) => store.table[key] ?? NEVER_SEEN,
    patient: deps.patient,
    wish: (key) => ({
      generation: desired[key]?.generation ?? 0,
      runRequest: overrides.byKey[key]?.runRequest ?? 0,
    }),
    request(key) {
      const spec = specOf(key)
      startedFrom[key] = spec
      const found = lookup(key)
      if (!found.ok) return { ok: false, error: found.text }
      specs[key] = spec
      const request = spawnRequest(spec, found, logPaths.get(key), deps.context)
      return { ok: true, request: { ...request, ...custody.enclose(key, spec) } }
    },
    dispatch,
    alreadyGone: (key, error) => journal.alreadyGone(specOf(key), pidOf(store.table[key] ?? NEVER_SEEN), error),
    forget(key) {
      store.forget(key)
      drop(key)
      deps.seen(key, null)
      rollout.note(key)
      departures.gone(key)
      deps.changed(key)
    },
  }

  /** Everything we keep about a process but its record. */
  function drop(key: ProcessKey): void {
    delete specs[key]
    delete startedFrom[key]
    logPaths.forget(key)
    holds.set(key, undefined)
    overrides = withdraw(overrides, [key])
  }

  function started(key: ProcessKey): Started | undefined {
    const [spec, seen] = [startedFrom[key], store.table[key]]
    return spec && seen ? { spec, generation: seen.observedGeneration } : undefined
  }

  function redeclare(key: ProcessKey, now: DesiredProcess): void {
    departures.stay(key)
    logPaths.declare(key, now.spec)
    const seen = store.table[key]
    // One that is still to be replaced keeps what it was started with.
    if (!seen || pidOf(seen) === 0 || seen.observedGeneration !== now.generation) return
    host.configure(key, streamRequests(now.spec, logPaths.get(key), deps.context.tapAll))
  }

  /** Connections wait even where nothing runs. */
  function keepSockets(): void {
    const wanted = Object.values(desired).flatMap(({ spec }) =>
      listenSockets(spec).map((socket) => ({ socket, uid: spec.uid })),
    )
    host.keepSockets(wanted)
  }

  function preview(next: readonly GroupSpec[], revision: number): DesiredTable {
    return declare(desired, next, revision, { needsRestart: deps.needsRestart, started })
  }

  if (before) {
    keepSockets()
    setOverrides(before.overrides)
    const keys = new Set([...Object.keys(desired), ...Object.keys(store.table)]) as Set<ProcessKey>
    for (const key of keys) rollout.note(key)
    loop.mark(keys)
    keepSockets()
  }

  return {
    loop,
    store,
    gatekeeper,
    rollout,
    world,
    desired: () => desired,
    overrides: () => overrides,
    setOverrides,
    setDesired(next, revision, atOnce = false) {
      if (atOnce) rollout.atOnce(revision)
      const before = desired
      desired = preview(next, revision)
      keepSockets()
      const was = groups
      groups = new Map(next.map((group) => [group.name, group]))
      const touched: ProcessKey[] = []
      for (const key of new Set([...Object.keys(before), ...Object.keys(desired)]) as Set<ProcessKey>) {
        const [old, now] = [before[key], desired[key]]
        if (old?.spec === now?.spec && old?.generation === now?.generation) continue
        touched.push(key)
        if (now) redeclare(key, now)
        else if (old && store.table[key]) {
          departures.leave(key)
          specs[key] = old.spec
        } else drop(key)
      }
      for (const key of touched) rollout.note(key)
      loop.mark(touched)
      for (const [name, group] of was) {
        if (groups.has(name)) continue
        departures.leaveGroup(
          name,
          keysOf(group).filter((key) => store.table[key] !== undefined),
        )
      }
      for (const name of groups.keys()) {
        departures.stayGroup(name)
        if (!was.has(name)) deps.notify({ type: 'group', change: 'added', group: name })
      }
      deps.changed(null)
    },
    renew(keys) {
      const anew = keys.filter((key) => {
        const seen = store.table[key]
        return seen && (pidOf(seen) === 0 || (desired[key]?.generation ?? 0) > seen.observedGeneration)
      })
      setOverrides(withdraw(overrides, anew))
      for (const key of anew) {
        renewing.add(key)
        const seen = store.table[key] ?? NEVER_SEEN
        if (seen.phase === 'BACKOFF') dispatch(key, { type: 'retry-cancelled', stoppedBy: 'Removed' })
        else if (isDown(seen)) startOver(key)
        deps.changed(key)
        rollout.note(key)
      }
      loop.mark(anew)
    },
    preview,
    spec: specOf,
    group: (name) => groups.get(name),
    departures,
    logPaths: logPaths.get,
    lookup,
    onHostEvent(event) {
      switch (event.type) {
        case 'exited': {
          if (pidOf(store.table[event.key] ?? NEVER_SEEN) !== event.pid) return
          const times = { atMs: clock.monotonicMs(), wallMs: clock.wallMs() }
          custody.ended(event.key, event.pid, () => {
            const { startSecs, exitCodes } = specOf(event.key)
            dispatch(event.key, { type: 'exited', ...times, status: event.status, startSecs, exitCodes })
            loop.turn()
          })
          break
        }
        case 'output':
          noteOutput(log, specOf(event.key), event)
          deps.notify({ ...event, type: 'process-output' })
          break
        case 'captured':
          log.write('debug', `'${specOf(event.key).name}' ${event.channel} emitted a comm event`)
          deps.notify({ ...event, type: 'process-communication' })
          break
        case 'reaped-unknown':
          // The original says this at INFO; as PID 1 of a container that is a line for every orphan. Else it gets none.
          log.write(
            deps.daemon === 1 || deps.tellsOfRemains() ? 'debug' : 'blather',
            `reaped unknown pid ${event.pid} (${describeExit(event.status)})`,
          )
          break
        case 'notice':
          log.write(event.level, event.text)
          break
      }
    },
    hurry() {
      loop.mark(gatekeeper.hurry())
      loop.turn()
      const killAtMs = clock.monotonicMs()
      for (const key of Object.keys(store.table) as ProcessKey[]) dispatch(key, { type: 'hurried', killAtMs })
      loop.turn()
    },
    state: () => ({
      desired,
      observed: { ...store.table },
      specs: { ...specs },
      startedFrom: { ...startedFrom },
      overrides,
      logPaths: logPaths.state(),
      departures: departures.state(),
      rollout: rollout.state(),
    }),
    close() {
      holds.close()
      custody.close()
      loop.close()
    },
  }
}

/** Whether nothing runs, and nothing is about to be tried again. */
function isDown(seen: ProcessObserved): boolean {
  return pidOf(seen) === 0 && seen.phase !== 'BACKOFF'
}

/** The keys of a group's processes, in start order. */
export function keysOf(group: GroupSpec): readonly ProcessKey[] {
  return group.processes.map((spec) => processKey(group.name, spec.name))
}
