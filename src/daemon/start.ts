import { tmpdir } from 'node:os'
import { openServers } from '../api/servers.js'
import { createControl } from '../control/control.js'
import { changeClassOfField } from '../desired/classes.js'
import { createConfinement } from '../host/cgroups.js'
import { createClock } from '../host/clock.js'
import { reportReady } from '../host/daemonize.js'
import { lackOfDescriptors } from '../host/descriptors.js'
import { createInspector } from '../host/inspect.js'
import { childFileLimit, inheritedFileLimit, raiseLimits } from '../host/limits.js'
import { removeAutoLogs } from '../host/logs/auto.js'
import { currentLosses, onLosses } from '../host/logs/losses.js'
import { gzipPacking } from '../host/packing.js'
import { hostPermissions } from '../host/permissions.js'
import { dropPrivileges } from '../host/privileges.js'
import { createHost } from '../host/processes.js'
import { findServiceManager, variablesForUs } from '../host/service-manager.js'
import { openStateDirectory } from '../host/state-directory.js'
import { createSyslog } from '../host/syslog.js'
import type { HostUsers } from '../host/users.js'
import type { Config, LogNote } from '../model/config.js'
import { SIGKILL } from '../model/signals.js'
import { enterBackground } from './background.js'
import { createLocate, type Load, ownEnvironment } from './configuration.js'
import { surviveBugs } from './crash.js'
import { checkSocketOf } from './fastcgi.js'
import type { LastGood } from './last-good.js'
import { openMainLog, remarksOn, writeNotes } from './main-log.js'
import { writePidFile } from './pidfile.js'
import { createPluginEvents } from './plugin-events.js'
import { reportToServiceManager } from './service-reports.js'
import type { SignalTarget } from './signals.js'
import { makeStateDirectory, type StatePlace, tidyLater } from './state.js'
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
  /** Started by `daemonize`: no terminal, and a command waits to hear how it went. */
  readonly background: boolean
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
  const { config, users } = request
  const { daemon } = config

  makeStateDirectory(request.statePlace, daemon.user, users)
  const privileges = dropPrivileges(daemon.user, users)
  if (!privileges.ok) return { ok: false, error: privileges.error }
  const inheritedFiles = inheritedFileLimit(process.env)
  const limits = raiseLimits(daemon.minfds, daemon.minprocs, inheritedFiles)
  if (!limits.ok) return limits

  const clock = createClock()
  // In the background we are not the process that was started.
  const pids = request.background ? [process.pid, process.ppid] : [process.pid]
  const syslog = createSyslog('supervisord')
  const opened = openMainLog(daemon, clock, syslog)
  if (!opened.ok) return opened
  const { log } = opened
  surviveBugs(log)
  const infos = limits.infos.map((text): LogNote => ({ level: 'info', text }))
  writeNotes(log, [...(privileges.note ? [privileges.note] : []), ...infos, ...config.notes, ...remarksOn(config)])

  for (const line of request.lastGood?.banner ?? []) log.write('critical', line)

  const directory = daemon.childlogdir ?? tmpdir()
  const files = childFileLimit(daemon.minfds, inheritedFiles)
  const host = createHost({
    users,
    syslog,
    childFileLimit: files,
    deathSignal: SIGKILL,
    tell: (text) => log.write('info', text),
    autoLogs: () => ({ directory, identifier: daemon.identifier }),
  })
  for (const group of config.groups) {
    const error = checkSocketOf(host, group)
    if (error === null) continue
    log.write('critical', error)
    return { ok: false, error, crash: true }
  }
  const control = createControl({
    pid: process.pid,
    clock,
    host,
    inspector: createInspector(files),
    confinement: createConfinement(daemon.cgroup ?? 'auto'),
    permissions: hostPermissions,
    log,
    initial: config,
    context: {
      environment: childrenEnvironment(pids),
      stripAnsi: daemon.stripAnsi,
      tapAll: log.enabled('debug'),
    },
    state: openStateDirectory(request.statePlace.directory, config.file),
    packing: gzipPacking,
    ...(request.lastGood ? { lastGood: request.lastGood.boot } : {}),
    load: request.load,
    classOf: changeClassOfField,
    locate: createLocate(),
    closed: (exitCode) => void close(exitCode),
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
  const bound = await openServers(config.servers, operator, log, pluginEvents)
  if (!bound.ok) return { ok: false, error: bound.classic, ...(bound.detail ? { detail: bound.detail } : {}) }
  // Only now is it certain that no other instance uses this configuration, and with it these files.
  if (!daemon.nocleanup) {
    for (const text of removeAutoLogs(directory, daemon.identifier)) log.write('warn', text)
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

  if (request.background) enterBackground(daemon, log)
  const pidFile = writePidFile(daemon.pidfile, log, daemon.converge.mode === 'auto')
  log.write('info', `supervisord started with pid ${process.pid}`)
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
    await control.stored()
    if (bound.ok) await bound.servers.close()
    host.close()
    pidFile.remove()
    log.close()
    process.exit(exitCode)
  }

  control.run()
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
  if (request.background) reportReady()
  return { ok: true }
}

/** @param pids - see `variablesForUs` */
function childrenEnvironment(pids: readonly number[]): Readonly<Record<string, string>> {
  const ours = variablesForUs(process.env, pids)
  return Object.fromEntries(Object.entries(ownEnvironment()).filter(([name]) => !ours.has(name)))
}

/** How often the socket files, the pid file and free descriptors are looked for, ms. */
const CHECK_MS = 10_000
