import type { SpawnContext } from '../actions/spawn-request.js'
import type { Config } from '../model/config.js'
import type { Parsed } from '../model/diagnostic.js'
import type { ProcessKey } from '../model/names.js'
import type { Notification } from '../model/notification.js'
import { NEVER_SEEN } from '../model/observed.js'
import type { Operator } from '../model/operator.js'
import { isStopped, type SupervisorState } from '../model/phase.js'
import type { Clock, Host } from '../model/ports.js'
import type { ChangeClass } from '../model/spec.js'
import { createAcceptance } from './acceptance.js'
import { createClaims } from './claims.js'
import { createListeners } from './listeners/listeners.js'
import { createOperator, type MainLog } from './operator.js'
import { createPipeline, needsRestart } from './pipeline.js'
import { createRuntime, keysOf } from './runtime.js'
import { createStopReport } from './stop-report.js'

/** The daemon's head: everything between the ports. */
export interface Control {
  readonly operator: Operator
  /** Declares the initial configuration's groups; programs start with `run`. */
  begin(): void
  /** Lets the loop turn for the first time. */
  run(): void
  /** The watcher saw the files change. */
  filesChanged(): void
  /** Reopens the logs of all live processes. */
  reopenLogs(): void
  /** Hears of everything that listeners can subscribe to. @returns unsubscribe */
  onNotification(listener: (notification: Notification) => void): () => void
}

/** What control needs; all of it is replaced in the simulator. */
export interface ControlDeps {
  readonly pid: number
  readonly clock: Clock
  readonly host: Host
  readonly log: MainLog
  readonly initial: Config
  readonly context: SpawnContext
  /** Reads the configuration again, or another main file. */
  load(file?: string): Parsed<Config>
  classOf(field: string): ChangeClass
  /** Called once, when a shutdown was asked for and every process is down. */
  closed(): void
}

/** Makes a daemon's head around its ports; nothing happens before `begin` and `run`. */
export function createControl(deps: ControlDeps): Control {
  const { clock, host, log } = deps
  const watchers = new Set<(key: ProcessKey | null) => void>()
  const subscribers = new Set<(notification: Notification) => void>()
  let state: SupervisorState = 'RUNNING'
  let closed = false

  const notify = (notification: Notification) => {
    eventListeners.notify(notification)
    for (const subscriber of subscribers) subscriber(notification)
  }
  const changed = (key: ProcessKey | null) => {
    if (key === null) eventListeners.groupsChanged()
    for (const watcher of watchers) watcher(key)
  }

  const acceptance = createAcceptance({ initial: deps.initial, load: deps.load, wallMs: () => clock.wallMs() })
  const runtime = createRuntime({
    clock,
    host,
    log,
    context: deps.context,
    needsRestart: (from, to) => needsRestart(from, to, deps.classOf),
    changed,
    notify,
    afterTurn,
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
  })
  const phaseOf = (key: ProcessKey) => (runtime.store.table[key] ?? NEVER_SEEN).phase
  const stopReport = createStopReport(clock, log, phaseOf, (key) => runtime.spec(key).name)
  const claims = createClaims(clock)
  const pipeline = createPipeline({ acceptance, runtime, clock, log, claims, classOf: deps.classOf })

  function alive(): readonly ProcessKey[] {
    const keys = Object.keys(runtime.store.table) as ProcessKey[]
    return keys.filter((key) => !isStopped(phaseOf(key)))
  }

  function afterTurn(): void {
    if (state !== 'SHUTDOWN' || closed) return
    // The gatekeeper first: it looks at one group, while `alive` goes through the whole table.
    if (runtime.gatekeeper.done() && alive().length === 0) {
      closed = true
      stopReport.close()
      runtime.close()
      eventListeners.close()
      deps.closed()
      return
    }
    stopReport.closing(() => {
      const left = new Set(alive())
      const order = acceptance.accepted().flatMap(keysOf)
      return order.filter((key) => left.has(key)).map((key) => runtime.spec(key).name)
    })
  }

  function shutdown(): void {
    if (state === 'SHUTDOWN') return
    state = 'SHUTDOWN'
    notify({ type: 'supervisor-state', state: 'STOPPING' })
    runtime.gatekeeper.close(acceptance.accepted())
    runtime.loop.mark(Object.keys(runtime.store.table) as ProcessKey[])
    runtime.loop.mark(runtime.gatekeeper.advance())
    changed(null)
    runtime.loop.turn()
  }

  function reload(): void {
    if (state !== 'RUNNING') return
    const result = pipeline.apply({ groups: null, allowRemovals: false, releaseChanged: false })
    if (result.ok) {
      const { added, changed: touched, removed } = result.report.changes
      const counts = `${added.length} added, ${touched.length} changed, ${removed.length} removed`
      log.write('info', `reloaded the configuration: ${counts}; what did not change keeps running`)
      for (const field of result.report.daemonFields) {
        log.write('warn', `${field.field} has changed; it takes effect when the daemon itself is started again`)
      }
    } else if (result.reason === 'guard') {
      log.write('warn', `not reloaded: ${result.refusal.message}; to go on: ${result.refusal.command}`)
    } else if (result.reason === 'invalid') {
      log.write('error', `not reloaded, everything keeps running: ${result.classic}`)
    }
  }

  const operator = createOperator({
    pid: deps.pid,
    identifier: deps.initial.daemon.identifier,
    acceptance,
    pipeline,
    runtime,
    host,
    clock,
    log,
    stopReport,
    claims,
    state: () => state,
    shutdown,
    reload,
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
      runtime.setDesired(acceptance.accepted(), acceptance.revision())
    },
    run() {
      notify({ type: 'supervisor-state', state: 'RUNNING' })
      runtime.loop.turn()
    },
    filesChanged() {
      if (state === 'RUNNING') pipeline.converge()
    },
    reopenLogs() {
      for (const key of alive()) host.reopenLogs(key)
    },
    onNotification(listener) {
      subscribers.add(listener)
      return () => subscribers.delete(listener)
    },
  }
}
