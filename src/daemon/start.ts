import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { openServers } from '../api/servers.js'
import { type Control, createControl } from '../control/control.js'
import { changeClassOfField } from '../desired/classes.js'
import { createClock } from '../host/clock.js'
import { reportReady } from '../host/daemonize.js'
import { hostFiles } from '../host/files.js'
import { childFileLimit, inheritedFileLimit, raiseLimits } from '../host/limits.js'
import { removeAutoLogs } from '../host/logs/auto.js'
import { dropPrivileges } from '../host/privileges.js'
import { createHost } from '../host/processes.js'
import { createSyslog } from '../host/syslog.js'
import type { HostUsers } from '../host/users.js'
import { watchConfig } from '../host/watch.js'
import { type ActivityLog, createActivityLog } from '../log.js'
import type { Config, DaemonSpec, LogNote } from '../model/config.js'
import type { Clock, Log } from '../model/ports.js'
import { reprString } from '../model/python.js'
import { SIGKILL } from '../model/signals.js'
import { type Load, ownEnvironment } from './configuration.js'
import { surviveBugs } from './crash.js'
import { checkSocketOf } from './fastcgi.js'
import { writePidFile } from './pidfile.js'
import { createPluginEvents } from './plugin-events.js'
import type { SignalTarget } from './signals.js'

/** A daemon about to start. */
export interface StartRequest {
  readonly config: Config
  readonly load: Load
  readonly users: HostUsers
  hearSignals(target: SignalTarget): void
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

  const privileges = dropPrivileges(daemon.user, users)
  if (!privileges.ok) return { ok: false, error: privileges.error }
  const inheritedFiles = inheritedFileLimit(process.env)
  const limits = raiseLimits(daemon.minfds, daemon.minprocs, inheritedFiles)
  if (!limits.ok) return limits

  const clock = createClock()
  const syslog = createSyslog('supervisord')
  const logfile = daemon.logfile === 'syslog' ? null : daemon.logfile
  const opened = createActivityLog({
    file: logfile,
    syslog: daemon.logfile === 'syslog',
    level: daemon.logLevel,
    logBytesMax: daemon.logBytesMax,
    logBackups: daemon.logBackups,
    stdout: daemon.nodaemon && !daemon.silent,
    clock,
    deps: { syslog },
  })
  if (!opened.ok)
    return { ok: false, error: `cannot open the activity log ${reprString(daemon.logfile)}: ${opened.errno}` }
  const { log } = opened
  surviveBugs(log)
  const infos = limits.infos.map((text): LogNote => ({ level: 'info', text }))
  writeNotes(log, [...(privileges.note ? [privileges.note] : []), ...infos, ...config.notes, ...remarksOn(config)])

  const directory = daemon.childlogdir ?? tmpdir()
  const host = createHost({
    users,
    syslog,
    childFileLimit: childFileLimit(daemon.minfds, inheritedFiles),
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
    log: { ...log, path: () => logfile, exists: () => logfile !== null && existsSync(logfile) },
    initial: config,
    context: {
      environment: ownEnvironment(),
      stripAnsi: daemon.stripAnsi,
      tapAll: log.enabled('debug'),
    },
    load: request.load,
    classOf: changeClassOfField,
    closed: () => void close(),
  })

  const pluginEvents = createPluginEvents(control, clock)
  const bound = await openServers(config.servers, control.operator, log, pluginEvents)
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
  const removePidFile = writePidFile(daemon.pidfile, log)
  log.write('info', `supervisord started with pid ${process.pid}`)
  const stopWatching = watch(config, control, clock, log)
  const stopRepairing = every(SOCKET_CHECK_MS, clock, () => void bound.servers.repair())

  async function close(): Promise<void> {
    stopWatching()
    stopRepairing()
    if (bound.ok) await bound.servers.close()
    host.close()
    removePidFile()
    log.close()
    process.exit(0)
  }

  control.run()
  request.hearSignals({
    operator: control.operator,
    log,
    reopenLogs() {
      log.write('info', 'supervisord logreopen')
      log.reopen()
      control.reopenLogs()
    },
  })
  if (request.background) reportReady()
  return { ok: true }
}

/** How often the socket files are looked for, ms. */
const SOCKET_CHECK_MS = 10_000

/** @returns the cancel */
function every(periodMs: number, clock: Clock, what: () => void): () => void {
  let cancel = () => {}
  const again = () => {
    cancel = clock.wakeAt(clock.monotonicMs() + periodMs, () => {
      what()
      again()
    })
  }
  again()
  return () => cancel()
}

function watch(config: Config, control: Control, clock: Clock, log: Log): () => void {
  const { operator } = control
  const shape = () => JSON.stringify([operator.config().files, operator.config().patterns])
  const watcher = watchConfig({
    files: () => operator.config().files,
    patterns: () => operator.config().patterns ?? [],
    glob: hostFiles.glob,
    clock,
    settleMs: config.daemon.converge.settleMs,
    onSettled() {
      const before = shape()
      control.filesChanged()
      // Other folders may matter from now on.
      if (shape() !== before) watcher.refresh()
    },
    onDegraded: (text) => log.write('warn', text),
  })
  return watcher.close
}

function enterBackground(daemon: DaemonSpec, log: ActivityLog): void {
  log.write('info', 'daemonizing the supervisord process')
  if (daemon.directory !== null) {
    try {
      process.chdir(daemon.directory)
      log.write('info', `set current directory: ${reprString(daemon.directory)}`)
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error)
      log.write('critical', `can't chdir into ${reprString(daemon.directory)}: ${text}`)
    }
  }
  process.umask(daemon.umask)
}

/** Criticals first, then warnings, then infos: the order in which the original lets go of what it held back. */
function writeNotes(log: Log, notes: readonly LogNote[]): void {
  for (const level of ['critical', 'warn', 'info'] as const) {
    for (const note of notes) if (note.level === level) log.write(level, note.text)
  }
}

/**
 * What we say about a configuration and the original does not. In manual mode, which is the original to the letter,
 * only a person asking (`svctl diff`, a terminal at start) is told.
 */
function remarksOn({ warnings, daemon }: Config): readonly LogNote[] {
  if (daemon.converge.mode === 'manual') return []
  return warnings.map(({ at, message }) => {
    const place = at ? `${at.file}:${at.line}:${at.column}: ` : ''
    return { level: 'warn', text: `${place}${message}` }
  })
}
