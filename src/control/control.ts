import type { SpawnContext } from '../actions/spawn-request.js'
import type { Locate } from '../desired/origins.js'
import type { Config } from '../model/config.js'
import { type Confinement, NO_CONFINEMENT } from '../model/confinement.js'
import type { Parsed } from '../model/diagnostic.js'
import type { ProcessKey } from '../model/names.js'
import type { Notification } from '../model/notification.js'
import { NEVER_SEEN, type ProcessObserved } from '../model/observed.js'
import type { Operator } from '../model/operator.js'
import type { Clock, Host, Inspector, Packing, Permissions, StateStore } from '../model/ports.js'
import type { LastGoodBoot } from '../model/revision.js'
import type { ChangeClass, Scales } from '../model/spec.js'
import { NO_UPGRADER, type Upgrader } from '../model/upgrade.js'
import { needsRestart } from '../reconcile/diff.js'
import { findUnsafe } from '../reconcile/unsafe.js'
import { createAcceptance } from './acceptance.js'
import { createClaims } from './claims.js'
import type { ControlState } from './control-state.js'
import { createDamage } from './damage.js'
import { createEventLog } from './event-log.js'
import { createExitWatch, DEFAULT_EXIT_ON } from './exit-watch.js'
import { createHaltReport } from './halt-report.js'
import { createListeners } from './listeners/listeners.js'
import { createOperator, type MainLog } from './operator.js'
import { createPin, type Pinned, tellPinned } from './pin.js'
import { createPipeline } from './pipeline.js'
import { createReload } from './reload.js'
import { createMemory, restoreHolds } from './remembered.js'
import { createRevisions, type Revisions } from './revisions.js'
import { createRuntime, type RuntimeState } from './runtime.js'
import { createScaling, type WishBox } from './scaling.js'
import { createShutdown } from './shutdown.js'
import { createStartsReport } from './starts-report.js'
import { createStateWatch } from './state-watch.js'
import { createStopReport } from './stop-report.js'
import { createTroubles } from './troubles.js'

/** The daemon's head: everything between the ports. */
export interface Control {
  readonly operator: Operator
  /** Declares the initial configuration's groups; programs start with `run`. */
  begin(): void
  /** Lets the loop turn for the first time. */
  run(): void
  /** The watcher saw the files change. */
  filesChanged(): void
  /** The watcher cannot watch and only looks now and then; `null` when it can again. */
  watchDegraded(message: string | null): void
  /** No file can be opened any more, by nobody and for nothing; `null` when one can. */
  descriptorsLacking(message: string | null): void
  /** These logs lose output now. */
  logsLosing(losses: readonly { readonly log: string; readonly errno: string }[]): void
  /** Reopens the logs of all live processes. */
  reopenLogs(): void
  /** Kills what a shutdown has left. @param why - for the activity log */
  hurry(why: string): void
  /** Resolves once the history is written. */
  stored(): Promise<void>
  /** Everything that a program in our place needs to go on from here. */
  state(): ControlState
  runtimeState(): RuntimeState
  /** Hears of everything that listeners can subscribe to. @returns unsubscribe */
  onNotification(listener: (notification: Notification) => void): () => void
}

/** What control needs; all of it is replaced in the simulator. */
export interface ControlDeps {
  readonly pid: number
  readonly clock: Clock
  readonly host: Host
  readonly inspector: Inspector
  /** Absent: there is no way to hold processes together. */
  readonly confinement?: Confinement
  readonly permissions: Permissions
  readonly log: MainLog
  readonly initial: Config
  readonly context: SpawnContext
  /** What outlives the daemon. */
  readonly state: StateStore
  /** Whether somebody chose the place of it. */
  readonly stateNamed?: boolean
  readonly packing: Packing
  /** Set when `initial` is not the file, but the last good revision. */
  readonly lastGood?: LastGoodBoot
  /** A rollback that goes on from the daemon before this one: `initial` has its groups. */
  readonly pinned?: Pinned
  /** Reads the configuration again, or another main file. */
  load(file?: string, scales?: Scales): Parsed<Config>
  classOf(field: string): ChangeClass
  /** Finds places in a main file and what it includes, by reading them again. @param file - absolute */
  locate(file: string): Locate
  /**
   * Called once, when a shutdown was asked for and every process is down.
   *
   * @param exitCode - what the daemon is to end with: 0 unless a program brought it about
   */
  closed(exitCode: number): void
  /** Who replaces the running program; absent where there is none to replace. */
  readonly upgrader?: Upgrader
  /** What the program had whose place we have taken; absent for a start. */
  readonly before?: ControlState
  /** Processes that a daemon which was killed has left running, all of them as if nobody declared them. */
  readonly left?: RuntimeState
}

/** How often to see whether the files of a change that is held back are safe by now. */
const UNSAFE_LOOK_MS = 2000

/** The start is noted once its programs have been started, ms. */
const HISTORY_DELAY_MS = 2_000

/** Makes a daemon's head around its ports; nothing happens before `begin` and `run`. */
export function createControl(deps: ControlDeps): Control {
  const { clock, host, log, before } = deps
  const watchers = new Set<(key: ProcessKey | null) => void>()
  const subscribers = new Set<(notification: Notification) => void>()
  let cancelLook = () => {}

  const journal = createEventLog(clock, before?.journal)
  const notify = (notification: Notification) => {
    if (notification.type === 'process-state') {
      exitWatch.note(notification.key)
      journal.process(notification.key, notification.transition, notification.exit)
    } else if (notification.type === 'group') {
      journal.record({ type: 'group', from: '', to: notification.change, text: notification.group })
    } else if (notification.type === 'supervisor-state') {
      journal.record({ type: 'daemon', from: '', to: notification.state, text: '' })
    }
    eventListeners.notify(notification)
    for (const subscriber of subscribers) subscriber(notification)
  }
  const changed = (key: ProcessKey | null) => {
    if (key === null) eventListeners.groupsChanged()
    for (const watcher of watchers) watcher(key)
  }

  const stateWatch = createStateWatch(deps.state, clock, () => troubles.state, deps.stateNamed === true)
  const damage = createDamage(stateWatch.state, log, () => acceptance)
  const revisions: Revisions = createRevisions({
    damage,
    state: stateWatch.state,
    packing: deps.packing,
    initial: deps.initial,
    clock,
    keep: () => acceptance.candidate().daemon.state.revisionsMax,
    ...(before ? { before: before.revisions } : {}),
  })
  const wishes: WishBox = { scales: before?.scales ?? {} }
  const acceptance = createAcceptance({
    initial: deps.initial,
    load: (file) => deps.load(file, wishes.scales),
    revisions,
    wallMs: () => clock.wallMs(),
    record: journal.record,
    ...(before ? { before: before.acceptance } : {}),
  })
  const troubles = createTroubles({ acceptance, clock, log })
  const startsReport = createStartsReport(troubles.starts)
  const runtime = createRuntime({
    clock,
    host,
    log,
    context: deps.context,
    needsRestart: (from, to) => needsRestart(from, to, deps.classOf),
    changed,
    notify,
    afterTurn,
    ...(before ? { before: { state: before.runtime, groups: before.acceptance.accepted } } : {}),
    ...(deps.left ? { before: { state: asOlder(deps.left, revisions.base), groups: [] } } : {}),
    inspector: deps.inspector,
    confinement: deps.confinement ?? NO_CONFINEMENT,
    daemon: deps.pid,
    patient: () => acceptance.candidate().daemon.converge.mode === 'auto',
    tellsOfRemains: () => acceptance.candidate().daemon.converge.mode === 'auto',
    seen: (key, now) => startsReport.seen(key, now),
  })
  const eventListeners = createListeners({
    clock,
    log,
    host,
    identifier: deps.initial.daemon.identifier,
    group: runtime.group,
    groupNames: () => acceptance.accepted().map((group) => group.name),
    wantsOutput: (key, channel) => {
      const spec = runtime.spec(key)
      return spec[channel].eventsEnabled && !(spec.kind === 'eventlistener' && channel === 'stdout')
    },
    ...(before ? { before: before.listeners } : {}),
  })
  const phaseOf = (key: ProcessKey) => (runtime.store.table[key] ?? NEVER_SEEN).phase
  const stopReport = createStopReport(clock, log, phaseOf, (key) => runtime.spec(key).name)
  const claims = createClaims(clock, before?.claims)
  const unsafe = (config: Config) => findUnsafe(config.files, deps.permissions)
  const pin = createPin(acceptance, stateWatch.state, before?.pin ?? deps.pinned)
  if (deps.pinned && !before) tellPinned(acceptance, deps.pinned)
  if (deps.lastGood) {
    const { revision, diagnostics } = deps.lastGood
    const message = `the file could not be used at start, revision ${revision} of the history is in force until it can`
    acceptance.setCondition('BootedLastGood', { message, diagnostics })
  }
  const pipeline = createPipeline({
    acceptance,
    runtime,
    clock,
    log,
    claims,
    pin,
    unsafe,
    classOf: deps.classOf,
    locate: deps.locate,
    startedWith: deps.initial,
  })

  const scaling = createScaling({ acceptance, runtime, accept: pipeline.accept, pin, wishes, clock, log })

  const memory = createMemory(stateWatch.state, damage)
  const rememberHolds = () => acceptance.candidate().daemon.state.rememberHolds === 'always'

  function restoreState(): void {
    revisions.restore(acceptance.accepted(), acceptance.candidate())
    memory.forget()
    memory.keep(rememberHolds(), runtime.overrides(), wishes.scales)
    pin.keep()
  }

  const shutdown = createShutdown({
    clock,
    log,
    acceptance,
    runtime,
    stopReport,
    begun() {
      cancelLook()
      // Nobody is to wait in a socket that nothing will accept from any more.
      host.keepSockets([])
      notify({ type: 'supervisor-state', state: 'STOPPING' })
    },
    asked: () => changed(null),
    ended(exitCode) {
      for (const part of [troubles, stateWatch, stopReport, runtime, eventListeners, journal]) part.close()
      deps.closed(exitCode)
    },
  })

  const tellHalt = createHaltReport(
    {
      rollout: runtime.rollout,
      acceptance,
      log,
      reason: (key) => (runtime.store.table[key] ?? NEVER_SEEN).spawnError,
    },
    before ? runtime.rollout.halt() : null,
  )

  const exitWatch = createExitWatch({
    world: runtime.world,
    spec: runtime.spec,
    monotonicMs: () => clock.monotonicMs(),
    causes: () => acceptance.candidate().daemon.exitOn ?? DEFAULT_EXIT_ON,
  })

  /** Ends the daemon if what programs did means that it is to end. */
  function endWithPrograms(): void {
    const ending = shutdown.state() === 'RUNNING' ? exitWatch.ending() : null
    if (ending === null) return
    log.write('warn', `${ending.reason}: shutting down, to exit with status ${ending.exitCode}`)
    shutdown.begin(ending.exitCode)
  }

  function afterTurn(): void {
    memory.keep(rememberHolds(), runtime.overrides(), wishes.scales)
    tellHalt()
    endWithPrograms()
    shutdown.look()
  }

  function filesChanged(): void {
    cancelLook()
    if (shutdown.state() !== 'RUNNING') return
    pipeline.converge()
    scaling.settle()
    // Nobody tells of a folder's new mode.
    if (acceptance.conditions().some(({ type }) => type === 'ConfigUnsafe'))
      cancelLook = clock.wakeAt(clock.monotonicMs() + UNSAFE_LOOK_MS, filesChanged)
  }

  const reload = createReload({ pipeline, acceptance, log }, scaling.settle)

  const operator = createOperator({
    pid: deps.pid,
    identifier: deps.initial.daemon.identifier,
    acceptance,
    pipeline,
    runtime,
    host,
    inspector: deps.inspector,
    context: deps.context,
    clock,
    log,
    stopReport,
    claims,
    scaling,
    revisions,
    damage,
    pin,
    journal,
    upgrader: deps.upgrader ?? NO_UPGRADER,
    state: shutdown.state,
    shutdown: () => shutdown.begin(0),
    reload(cause) {
      if (shutdown.state() === 'RUNNING') reload(cause)
    },
    notify,
    subscribe(watcher) {
      watchers.add(watcher)
      return () => watchers.delete(watcher)
    },
  })

  return {
    operator,
    begin() {
      host.onEvent(runtime.onHostEvent)
      if (before) {
        eventListeners.groupsChanged()
        return
      }
      // The number of the start is settled later; what counts for generations is that later ones are larger.
      runtime.setDesired(acceptance.accepted(), revisions.base)
    },
    run() {
      if (before) {
        // What is still so is told again.
        startsReport.begin(runtime.store.table)
        troubles.watch.set(null)
        if (acceptance.conditions().some(({ type }) => type === 'StateUnwritable')) restoreState()
        runtime.loop.turn()
        stateWatch.begin(restoreState, damage.look)
        // Another version may read the file differently, and it may have changed meanwhile.
        if (acceptance.candidate().daemon.converge.mode === 'auto') filesChanged()
        return
      }
      if (deps.initial.daemon.converge.mode === 'auto')
        for (const { path, message, command } of unsafe(deps.initial))
          log.write('warn', `${path} ${message}; changes will wait for svctl apply until somebody runs ${command}`)
      notify({ type: 'supervisor-state', state: 'RUNNING' })
      const remembered = rememberHolds() ? memory.recall() : null
      if (remembered !== null) {
        const declared = (key: ProcessKey) => runtime.desired()[key] !== undefined
        runtime.setOverrides(restoreHolds(runtime.overrides(), remembered, declared, clock))
        scaling.restore(remembered.scales)
      }
      runtime.loop.turn()
      clock.wakeAt(clock.monotonicMs() + HISTORY_DELAY_MS, revisions.settle)
      pin.keep()
      stateWatch.begin(restoreState, damage.look)
    },
    filesChanged,
    watchDegraded: troubles.watch.set,
    descriptorsLacking: troubles.descriptors.set,
    logsLosing: troubles.losing,
    reopenLogs() {
      for (const key of shutdown.alive()) host.reopenLogs(key)
    },
    hurry: shutdown.hurry,
    stored: revisions.stored,
    runtimeState: runtime.state,
    state: () => ({
      initial: { ...deps.initial, groups: [] },
      revisions: revisions.state(),
      acceptance: acceptance.state(),
      runtime: runtime.state(),
      listeners: eventListeners.state(),
      claims: claims.state(),
      pin: pin.state(),
      scales: wishes.scales,
      journal: journal.state(),
    }),
    onNotification(listener) {
      subscribers.add(listener)
      return () => subscribers.delete(listener)
    },
  }
}

/** Whatever number the revision had that a process was started from: what is declared otherwise by now is newer. */
function asOlder(left: RuntimeState, base: number): RuntimeState {
  const observed = Object.entries<ProcessObserved>(left.observed).map(([key, seen]) => [
    key,
    { ...seen, observedGeneration: base - 1, observedRunRequest: 0 },
  ])
  return { ...left, observed: Object.fromEntries(observed) }
}
