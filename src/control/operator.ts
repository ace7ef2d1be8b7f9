import type { SpawnContext } from '../actions/spawn-request.js'
import { release, requestStart, requestStop } from '../desired/overrides.js'
import type { ProcessKey } from '../model/names.js'
import type { Notification } from '../model/notification.js'
import { NEVER_SEEN, pidOf } from '../model/observed.js'
import type { EventJournal } from '../model/occurrence.js'
import type { GroupView, HoldWish, Operator, ProcessView } from '../model/operator.js'
import { isStopped, type SupervisorState } from '../model/phase.js'
import type { Clock, Host, Inspector, Log } from '../model/ports.js'
import type { Cause } from '../model/revision.js'
import { signalName } from '../model/signals.js'
import { type Hold, NO_OVERRIDE } from '../model/spec.js'
import type { Upgrader } from '../model/upgrade.js'
import { driftOf } from '../reconcile/drift.js'
import type { Acceptance } from './acceptance.js'
import type { Claims } from './claims.js'
import type { Damage } from './damage.js'
import { inspect } from './inspection.js'
import type { Pin } from './pin.js'
import type { Pipeline } from './pipeline.js'
import type { Revisions } from './revisions.js'
import { createRollback } from './rollback.js'
import { keysOf, type Runtime } from './runtime.js'
import type { Scaling } from './scaling.js'
import { inSlices } from './slices.js'
import type { StopReport } from './stop-report.js'

/** The activity log as operators see it. */
export interface MainLog extends Log {
  /** Path of the file; `null` when the log is no file. */
  path(): string | null
  /** Whether that file is there. */
  exists(): boolean
  clear(): { readonly ok: true } | { readonly ok: false; readonly error: string }
}

/** What the verbs work on. */
export interface OperatorDeps {
  readonly pid: number
  /** The one the daemon was started with: a file that is merely read changes nothing. */
  readonly identifier: string
  readonly acceptance: Acceptance
  readonly pipeline: Pipeline
  readonly runtime: Runtime
  readonly host: Host
  readonly inspector: Inspector
  readonly context: SpawnContext
  readonly clock: Clock
  readonly log: MainLog
  readonly stopReport: StopReport
  readonly claims: Claims
  readonly scaling: Scaling
  readonly revisions: Revisions
  readonly damage: Pick<Damage, 'message'>
  readonly pin: Pin
  readonly journal: EventJournal
  readonly upgrader: Upgrader
  state(): SupervisorState
  shutdown(): void
  reload(cause?: Cause): void
  notify(notification: Notification): void
  subscribe(listener: (key: ProcessKey | null) => void): () => void
}

/** Makes the port through which every client acts. */
export function createOperator(deps: OperatorDeps): Operator {
  const { acceptance, pipeline, runtime, host, clock, log } = deps
  const rollback = createRollback(deps)
  const seenOf = (key: ProcessKey) => runtime.store.table[key] ?? NEVER_SEEN

  function view(key: ProcessKey): ProcessView | null {
    const want = runtime.desired()[key]
    const seen = seenOf(key)
    if (!want && !runtime.departures.has(key)) return null
    const paths = runtime.logPaths(key)
    return {
      key,
      spec: want?.spec ?? runtime.spec(key),
      declared: want !== undefined,
      generation: want?.generation ?? seen.observedGeneration,
      override: runtime.overrides().byKey[key] ?? NO_OVERRIDE,
      seen,
      stdoutLog: paths.stdout ?? '',
      stderrLog: paths.stderr ?? '',
    }
  }

  /** Active groups; what is on its way out is shown until it is gone. */
  function groups(): readonly GroupView[] {
    const leaving = runtime.departures.processes().flatMap((key) => view(key) ?? [])
    const active = acceptance.accepted().map((spec) => {
      const declared = keysOf(spec).flatMap((key) => view(key) ?? [])
      return { spec, processes: [...declared, ...leaving.filter((process) => process.spec.group === spec.name)] }
    })
    const names = new Set(active.map((group) => group.spec.name))
    const gone = [...new Set(leaving.map((process) => process.spec.group))].filter((name) => !names.has(name))
    return [...active, ...gone.map((name) => leavingGroup(name, leaving))]
  }

  /** A group that convergence removed before a client could: still there to be stopped and removed, but empty. */
  function ghost(name: string): GroupView | null {
    return deps.claims.wasRemoved(name) ? leavingGroup(name, []) : null
  }

  function groupView(name: string): GroupView | null {
    const spec = acceptance.accepted().find((group) => group.name === name)
    if (!spec) return groups().find((group) => group.spec.name === name) ?? ghost(name)
    const leaving = runtime.departures.processes().filter((key) => runtime.spec(key).group === name)
    return { spec, processes: [...keysOf(spec), ...leaving].flatMap((key) => view(key) ?? []) }
  }

  return {
    pid: deps.pid,
    state: deps.state,
    identifier: () => deps.identifier,
    config: acceptance.candidate,
    wallMs: () => clock.wallMs(),

    groups,
    group: groupView,
    process: view,

    lookup: runtime.lookup,
    start(keys) {
      runtime.setOverrides(requestStart(runtime.overrides(), keys))
      runtime.loop.turn()
    },
    stop(keys, waiting = false, wish = CLASSIC_STOP) {
      runtime.setOverrides(requestStop(runtime.overrides(), keys, holdOf(wish, clock)))
      runtime.loop.turn()
      if (waiting) deps.stopReport.watch(keys)
    },
    restart(keys) {
      runtime.setOverrides(requestStart(runtime.overrides(), keys))
      runtime.loop.turn()
    },
    scale: deps.scaling.scale,
    scales: deps.scaling.inForce,
    release(keys) {
      runtime.setOverrides(release(runtime.overrides(), keys))
      runtime.loop.turn()
    },
    signal(key, signal) {
      const { name } = runtime.spec(key)
      const pid = pidOf(seenOf(key))
      if (pid === 0) {
        const error = `attempted to send ${name} sig ${signalName(signal)} but it wasn't running`
        return { ok: false, gone: true, error }
      }
      log.write('debug', `sending ${name} (pid ${pid}) sig ${signalName(signal)}`)
      const result = host.signal(pid, signal, 'process')
      // A process that is gone is about to be reported as ended; the original calls this a success, too.
      return result.ok || result.gone ? { ok: true } : result
    },
    writeStdin: (key, data) => host.writeStdin(key, data),
    clearLogs(key) {
      if (pidOf(seenOf(key)) > 0) return host.clearLogs(key)
      const { stdout, stderr } = runtime.logPaths(key)
      return host.removeLogs([stdout, stderr].filter((path) => path !== null))
    },

    mainLog: () => log.path(),
    clearMainLog() {
      if (!log.exists()) return 'no-file'
      // Into the old file, as the original does it: the new one starts empty.
      log.write('info', 'reopening log file')
      return log.clear().ok ? 'ok' : 'failed'
    },
    sendRemoteEvent: (kind, data) => deps.notify({ type: 'remote-communication', kind, data }),

    reread: acceptance.reread,
    addGroup(name) {
      // Also one that is there still: only what the file has can be added.
      if (!acceptance.candidate().groups.some((group) => group.name === name)) return 'bad-name'
      if (acceptance.accepted().some((group) => group.name === name)) {
        return deps.claims.takeAdded(name) ? 'added' : 'already-added'
      }
      pipeline.accept({ groups: [name], releaseChanged: false, partial: true }, { what: `add ${name}`, by: null })
      return 'added'
    },
    removeGroup(name) {
      const group = groupView(name)
      if (!group || !acceptance.accepted().includes(group.spec)) {
        return deps.claims.takeRemoved(name) ? 'removed' : 'bad-name'
      }
      if (group.processes.some(({ seen }) => !isStopped(seen.phase))) return 'still-running'
      acceptance.withdraw(name, { what: `remove ${name}`, by: null })
      runtime.setDesired(acceptance.accepted(), acceptance.revision())
      runtime.loop.turn()
      return 'removed'
    },
    diff: pipeline.diff,
    diffFile: pipeline.diffFile,
    apply(options) {
      const result = pipeline.apply({ releaseChanged: false, cause: { what: 'svctl apply', by: null }, ...options })
      deps.scaling.settle()
      return result
    },
    drift() {
      const held = acceptance
        .accepted()
        .flatMap(keysOf)
        .filter((key) => runtime.overrides().byKey[key]?.hold)
      return { revision: acceptance.revision(), items: driftOf(runtime.world, clock.monotonicMs()), held }
    },
    inspect: () =>
      inSlices(inspect({ runtime, inspector: deps.inspector, daemon: deps.pid, context: deps.context }), clock),
    usage: (pid) => deps.inspector.usage(pid),
    revision: acceptance.revision,
    revisions: () => ({
      current: deps.revisions.current(),
      rollback: deps.pin.rollback(),
      revisions: deps.revisions.list(),
      volatile: deps.revisions.volatile(),
      damaged: deps.damage.message(),
    }),
    revisionContent: (revision) => deps.revisions.content(revision ?? deps.revisions.current()),
    diffRevision: rollback.diff,
    rollback: rollback.run,
    conditions: acceptance.conditions,
    converged: () => !runtime.loop.busy() && driftOf(runtime.world, clock.monotonicMs()).length === 0,

    shutdown: deps.shutdown,
    reload: deps.reload,
    journal: deps.journal,
    upgrader: deps.upgrader,
    subscribe: deps.subscribe,
  }
}

/** `supervisorctl`, the web page and every other client of the original's interface stop in this way. */
const CLASSIC_STOP: HoldWish = { by: 'stop over XML-RPC', reason: '', forMs: null }

function holdOf({ by, reason, forMs }: HoldWish, clock: Clock): Hold {
  const sinceWallMs = clock.wallMs()
  const until = forMs === null ? null : { atMs: clock.monotonicMs() + forMs, wallMs: sinceWallMs + forMs }
  return { sinceWallMs, until, reason, by }
}

/** A group that is no longer accepted, made up of what is left of it. */
function leavingGroup(name: string, leaving: readonly ProcessView[]): GroupView {
  const processes = leaving.filter((process) => process.spec.group === name)
  const specs = processes.map((process) => process.spec)
  const kind = specs[0]?.kind ?? 'program'
  return {
    spec: { name, priority: specs[0]?.priority ?? 0, kind, processes: specs, pool: null, socket: null },
    processes,
  }
}
