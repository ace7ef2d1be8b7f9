import { existsSync } from 'node:fs'
import type { MainLog } from '../control/operator.js'
import { namePrefix } from '../desired/lines.js'
import { inheritedDescriptor } from '../host/logs/target.js'
import type { SendSyslog } from '../host/syslog.js'
import { type ActivityLog, createActivityLog, DAEMON_NAME } from '../log.js'
import type { Config, DaemonLines, DaemonSpec, LogNote } from '../model/config.js'
import type { Clock, Log } from '../model/ports.js'
import { reprString } from '../model/python.js'
import type { LineStyle } from '../model/spec.js'

/**
 * Opens the activity log as `[supervisord]` says.
 *
 * @returns `error` is a sentence to end with
 */
export function openMainLog(
  daemon: DaemonSpec,
  clock: Clock,
  syslog: SendSyslog,
): { readonly ok: true; readonly log: ActivityLog & MainLog } | { readonly ok: false; readonly error: string } {
  const path = daemon.logfile === 'syslog' ? null : daemon.logfile
  const request = {
    file: path,
    syslog: path === null,
    level: daemon.logLevel,
    logBytesMax: daemon.logBytesMax,
    logBackups: daemon.logBackups,
    stdout: daemon.nodaemon && !daemon.silent && !isOwnStream(daemon),
    lines: ownStyle(daemon.lines),
    clock,
    deps: { syslog },
  }
  const wanted = createActivityLog(request)
  const opened = wanted.ok || !isOptional(daemon) ? wanted : createActivityLog({ ...request, file: null })
  if (!opened.ok)
    return { ok: false, error: `cannot open the activity log ${reprString(daemon.logfile)}: ${opened.errno}` }
  const file = wanted.ok ? path : null
  if (!wanted.ok)
    opened.log.write(
      'warn',
      `no activity log but this one: cannot open ${reprString(daemon.logfile)} (${wanted.errno}), and nothing names another`,
    )
  return { ok: true, log: { ...opened.log, path: () => file, exists: () => file !== null && existsSync(file) } }
}

/** Who names one of our own streams wants each line there, once; the original writes it to standard output, too. */
function isOwnStream({ logfile, converge }: DaemonSpec): boolean {
  const descriptor = inheritedDescriptor(logfile)
  return converge.mode === 'auto' && (descriptor === 1 || descriptor === 2)
}

/** A log that nobody asked for is not worth a daemon that does not start, as long as its lines are seen elsewhere. */
function isOptional({ logfileIsDefault = false, nodaemon, silent, converge }: DaemonSpec): boolean {
  return logfileIsDefault && nodaemon && !silent && converge.mode === 'auto'
}

/** The style that `[supervisord]` asks for, for lines of the daemon itself. */
function ownStyle({ prefix, ...style }: DaemonLines = {}): LineStyle {
  return prefix === undefined ? style : { ...style, prefix: prefix === true ? namePrefix(DAEMON_NAME) : prefix }
}

/** Criticals first, then warnings, then infos: the order in which the original lets go of what it held back. */
export function writeNotes(log: Log, notes: readonly LogNote[]): void {
  for (const level of ['critical', 'warn', 'info'] as const) {
    for (const note of notes) if (note.level === level) log.write(level, note.text)
  }
}

/**
 * What we say about a configuration and the original does not. In manual mode, which is the original to the letter,
 * only a person asking (`svctl diff`, a terminal at start) is told.
 */
export function remarksOn({ warnings, notes, daemon }: Config): readonly LogNote[] {
  if (daemon.converge.mode === 'manual') return []
  const said = new Set(notes.map(({ text }) => text))
  const remarks = warnings.filter(({ classic }) => classic === null || !said.has(classic))
  return remarks.map(({ at, message }) => {
    const place = at ? `${at.file}:${at.line}:${at.column}: ` : ''
    return { level: 'warn', text: `${place}${message}` }
  })
}
