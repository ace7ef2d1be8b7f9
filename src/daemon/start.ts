import { tmpdir } from 'node:os'
import { openServers } from '../api/servers.js'
import { createControl } from '../control/control.js'
import { changeClassOfField } from '../desired/classes.js'
import { createConfinement } from '../host/cgroups.js'
import { createClock } from '../host/clock.js'
import { reportReady } from '../host/daemonize.js'
import { lackOfDescriptors } from '../host/descriptors.js'
import { startedAt } from '../host/foreign.js'
import { markOf } from '../host/guard-table.js'
import { createInspector } from '../host/inspect.js'
import { childFileLimit, inheritedFileLimit, passFileLimit, raiseLimits } from '../host/limits.js'
import { removeAutoLogs } from '../host/logs/auto.js'
import { takeOnLogs } from '../host/logs/handed-on.js'
import { currentLosses, onLosses, takeOnLosses } from '../host/logs/losses.js'
import { trimMemory } from '../host/native/posix.js'
import { keepCompiled } from '../host/own-code.js'
import { gzipPacking } from '../host/packing.js'
import { hostPermissions } from '../host/permissions.js'
import { dropPrivileges } from '../host/privileges.js'
import { createHost } from '../host/processes.js'
import { openOwnFiles } from '../host/replace.js'
import { findServiceManager, variablesForUs } from '../host/service-manager.js'
import { openStateDirectory } from '../host/state-directory.js'
import { createSyslog } from '../host/syslog.js'
import type { HostUsers } from '../host/users.js'
import { invariant } from '../model/assert.js'
import type { Config, LogNote } from '../model/config.js'
import { SIGKILL } from '../model/signals.js'
import { NO_UPGRADE } from '../model/upgrade.js'
import { enterBackground } from './background.js'
import { createLocate, type Load, ownEnvironment } from './configuration.js'
import { surviveBugs } from './crash.js'
import { checkSocketOf } from './fastcgi.js'
import type { KeptRollback } from './kept-rollback.js'
import type { LastGood } from './last-good.js'
import { findLeft, writeLeft } from './left.js'
import { killLeftBehind, tellLeftovers } from './left-behind.js'
import { openMainLog, remarksOn, writeNotes } from './main-log.js'
import { writePidFile } from './pidfile.js'
import { createPluginEvents } from './plugin-events.js'
import { reportToServiceManager } from './service-reports.js'
import type { SignalTarget } from './signals.js'
import { makeStateDirectory, type StatePlace, tidyLater } from './state.js'
import { outcomeOf, settle, type Taken } from './taken.js'
import { createUpgrader } from './upgrade.js'
import { every, watchFiles } from './watching.js'

/** A daemon about to start. */
export interface StartRequest {
  readonly config: Config
  readonly load: Load
  readonly users: HostUsers
  hearSignals(target: SignalTarget): void
  readonly statePlace: StatePlace
  /** Set when `config` is not the file's, but that of the last good revision. */
  readonly lastGood?: LastGood
  /** Set when its groups are those of a rollback that goes on. */
  readonly rollback?: KeptRollback
  /** Started by `daemonize`: no terminal, and a command waits to hear how it went. */
  readonly background: boolean
  /** The folder the daemon was started in. */
  readonly directory: string
  /** Path of the bundle, to open before it can be replaced. */
  readonly program: string
  /** Set when we take the place of another version instead of starting anew. */
  readonly taken?: Taken
}

/** How a start came out. */
export type Started =
  | { readonly ok: true }
  | { readonly ok: false; readonly error: string; readonly detail?: string; readonly crash?: boolean }

/**
 * Brings the daemon up, in the original's order; returns once it is, and the event loop does the rest.
 *
 * @returns `error` is the original's sentence to end with, status 2; `detail` what it leaves out; `crash` where the
 *   original ends with a traceback and status 1
 * @see spec/processes.md section 11
 */
export async function startDaemon(request: StartRequest): Promise<Started> {
  const { config, users, taken } = request
  const { daemon } = config
  const before = taken?.handover

  makeStateDirectory(request.statePlace, daemon.user, users)
  const privileges = dropPrivileges(daemon.user, users)
  if (!privileges.ok) return { ok: false, error: privileges.error }
  const inheritedFiles = inheritedFileLimit(process.env)
  const environment = { ...process.env, ...passFileLimit(process.env) }
  const limits = raiseLimits(daemon.minfds, daemon.minprocs, inheritedFiles)
  if (!limits.ok) return limits

  const files = openOwnFiles(process.argv[1] ?? '')
  if (before) {
    takeOnLogs(before.host.logs)
    takeOnLosses(before.host.losses ?? [])
  }
  const clock = createClock(undefined, before?.frozenMs)
  // In the background we are not the process that was started; who that was has ended once we are up.
  const pids = before?.pids ?? (request.background ? [process.pid, process.ppid] : [process.pid])
  const syslog = createSyslog('supervisord')
  const opened = openMainLog(daemon, clock, syslog)
  if (!opened.ok) return opened
  const { log } = opened
  if (!before) {
    surviveBugs(log)
    const infos = limits.infos.map((text): LogNote => ({ level: 'info', text }))
    writeNotes(log, [...(privileges.note ? [privileges.note] : []), ...infos, ...config.notes, ...remarksOn(config)])
  }

  for (const line of request.lastGood?.banner ?? []) log.write('critical', line)
  const pinned = request.rollback?.pinned ?? request.lastGood?.pinned
  if (request.rollback)
    log.write(
      'warn',
      `a rollback to revision ${request.rollback.pinned.to} goes on: ${config.file} has not changed since`,
    )

  const state = openStateDirectory(request.statePlace.directory, config.file)
  const left = before ? null : findLeft(state)

  const directory = daemon.childlogdir ?? tmpdir()
  const fileLimit = childFileLimit(daemon.minfds, inheritedFiles)
  const host = createHost(
    {
      users,
      syslog,
      childFileLimit: fileLimit,
      deathSignal: SIGKILL,
      // Nothing outlives the first process of a pid namespace.
      guard: process.pid === 1 ? null : files.guard,
      // To the letter also in what programs find in their environment.
      mark: daemon.converge.mode === 'manual' ? null : markOf(process.pid, startedAt(process.pid) ?? ''),
      tell: (text) => log.write('info', text),
      autoLogs: () => ({ directory, identifier: daemon.identifier }),
    },
    before?.host ?? left?.processes?.host,
  )
  for (const group of before ? [] : config.groups) {
    const error = checkSocketOf(host, group)
    if (error === null) continue
    log.write('critical', error)
    return { ok: false, error, crash: true }
  }
  const upgrader = createUpgrader(taken ? outcomeOf(taken, clock) : NO_UPGRADE, () => {
    invariant(bound.ok, 'nobody asks before there are servers')
    return {
      clock,
      log,
      host,
      control,
      servers: bound.servers,
      files,
      start: { program: request.program, argv: process.argv.slice(2), environment },
      directory: request.directory,
      background: request.background,
      pids,
      statePlace: request.statePlace,
    }
  })
  const inspector = createInspector(fileLimit, host.isGuard)
  const control = createControl({
    pid: process.pid,
    clock,
    host,
    inspector,
    confinement: createConfinement(daemon.cgroup ?? 'auto'),
    permissions: hostPermissions,
    log,
    initial: config,
    context: {
      environment: childrenEnvironment(pids),
      stripAnsi: daemon.stripAnsi,
      tapAll: log.enabled('debug'),
    },
    state,
    stateNamed: !request.statePlace.isDefault,
    packing: gzipPacking,
    ...(request.lastGood ? { lastGood: request.lastGood.boot } : {}),
    ...(pinned ? { pinned } : {}),
    load: request.load,
    classOf: changeClassOfField,
    locate: createLocate(),
    closed: (exitCode) => void close(exitCode),
    upgrader,
    ...(before ? { before: before.control } : {}),
    ...(left?.processes ? { left: left.processes.runtime } : {}),
  })

  const pluginEvents = createPluginEvents(control, clock)
  const manager = findServiceManager(process.env, pids)
  const reports =
    manager &&
    reportToServiceManager({
      manager,
      control,
      clock,
      monotonicUsec: () => process.hrtime.bigint() / 1000n,
      mainPid: request.background ? process.pid : null,
    })
  const operator = reports?.operator ?? control.operator
  const bound = await openServers(config.servers, operator, log, pluginEvents, undefined, before?.servers)
  if (!bound.ok) return { ok: false, error: bound.classic, ...(bound.detail ? { detail: bound.detail } : {}) }
  // Only now is it certain that no other instance uses this configuration, and with it these files.
  if (!daemon.nocleanup && !before) {
    for (const text of removeAutoLogs(directory, daemon.identifier, left?.logs)) log.write('warn', text)
  }
  control.begin()
  control.onNotification((notification) => {
    if (notification.type !== 'group' || notification.change !== 'added') return
    const { groups } = control.operator.config()
    const error = checkSocketOf(
      host,
      groups.find(({ name }) => name === notification.group),
    )
    if (error !== null) log.write('warn', error)
  })

  if (request.background && !before) enterBackground(daemon, log)
  const pidFile = writePidFile(daemon.pidfile, log, daemon.converge.mode === 'auto')
  if (!before) log.write('info', `supervisord started with pid ${process.pid}`)
  const tellLosses = () => control.logsLosing(currentLosses())
  onLosses(tellLosses)
  tellLosses()
  const stopWatching = watchFiles(config, control, clock)
  const stopTidying = tidyLater(request.statePlace, clock)
  const stopRepairing = every(CHECK_MS, clock, () => {
    control.descriptorsLacking(lackOfDescriptors())
    void bound.servers.repair()
    pidFile.repair()
  })

  async function close(exitCode: number): Promise<void> {
    stopWatching()
    stopRepairing()
    stopTidying()
    reports?.close()
    leftWriter.close()
    await control.stored()
    if (bound.ok) await bound.servers.close()
    host.close()
    pidFile.remove()
    log.close()
    keepCompiled()
    process.exit(exitCode)
  }

  for (const text of left?.notes ?? []) log.write('warn', text)
  if (left?.died) killLeftBehind({ died: left.died, left, config, inspector, log })
  if (before || left?.processes) host.begin()
  control.run()
  const leftWriter = writeLeft({ state, control, host, clock })
  const unkept = !before && request.statePlace.isDefault && daemon.converge.mode === 'auto' ? state.problem() : null
  if (unkept !== null) log.write('info', `history and holds end with this daemon: ${unkept}`)
  if (left?.died) clock.wakeAt(clock.monotonicMs() + SWEEP_DELAY_MS, () => void tellLeftovers(control, log))
  clock.wakeAt(clock.monotonicMs() + KEEP_DELAY_MS, keepCompiled)
  for (const delayMs of TRIM_DELAYS_MS) clock.wakeAt(clock.monotonicMs() + delayMs, trimMemory)
  request.hearSignals({
    operator,
    log,
    hurry: control.hurry,
    reopenLogs() {
      log.write('info', 'supervisord logreopen')
      log.reopen()
      control.reopenLogs()
    },
  })
  reports?.ready()
  if (taken) settle(taken, log, upgrader.view())
  else if (request.background) reportReady()
  return { ok: true }
}

/** The programs are started first, ms. */
const SWEEP_DELAY_MS = 1_000

/** A boot of thousands is over, and what it ran is what the next one will run, ms. */
const KEEP_DELAY_MS = 10_000

/**
 * When memory that only the start needed is given back, ms: a small boot is over at once, one of thousands on a busy
 * machine after many seconds, and V8 tidies up for a minute. 30 of the 52 MiB of a daemon without programs.
 */
const TRIM_DELAYS_MS = [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000] as const

/** @param pids - see `variablesForUs` */
function childrenEnvironment(pids: readonly number[]): Readonly<Record<string, string>> {
  const ours = variablesForUs(process.env, pids)
  return Object.fromEntries(Object.entries(ownEnvironment()).filter(([name]) => !ours.has(name)))
}

/** How often the socket files, the pid file and free descriptors are looked for, ms. */
const CHECK_MS = 10_000
