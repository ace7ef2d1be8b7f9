import { pino } from 'pino'
import { openSink, type Sink, type SinkDeps } from './host/logs/sink.js'
import { timeOf } from './host/logs/style.js'
import type { LogLevel } from './model/config.js'
import type { Clock, Log } from './model/ports.js'
import type { LineStyle } from './model/spec.js'

/** The activity log with what its owner, the daemon, may do to it. */
export interface ActivityLog extends Log {
  /**
   * Writes one message. `fields` follow it as ` name=value`; names that tell of a secret are censored.
   * Never throws, whatever became of file and terminal.
   */
  write(level: LogLevel, text: string, fields?: Readonly<Record<string, unknown>>): void
  setLevel(level: LogLevel): void
  /** Takes on other limits of the file, bytes. */
  configure(limits: { readonly logBytesMax: number; readonly logBackups: number }): void
  /** Opens the file anew, for rotation from outside. */
  reopen(): void
  /** Removes the file and starts an empty one. */
  clear(): { readonly ok: true } | { readonly ok: false; readonly error: string }
  close(): void
}

/** Where messages go. Sizes are bytes. */
export interface ActivityLogRequest {
  /** `null` for none. */
  readonly file: string | null
  readonly syslog: boolean
  readonly level: LogLevel
  readonly logBytesMax: number
  readonly logBackups: number
  /** Also to our own standard output: in the foreground and not silent. */
  readonly stdout: boolean
  /** How lines are written; absent: as Supervisor does. */
  readonly lines?: LineStyle
  readonly clock: Pick<Clock, 'wallMs'>
  readonly deps: Pick<SinkDeps, 'syslog'>
}

const LEVELS = {
  critical: 50,
  error: 40,
  warn: 30,
  info: 20,
  debug: 10,
  trace: 5,
  blather: 3,
} as const satisfies Record<LogLevel, number>

const CODES: Readonly<Record<LogLevel, string>> = {
  critical: 'CRIT',
  error: 'ERRO',
  warn: 'WARN',
  info: 'INFO',
  debug: 'DEBG',
  trace: 'TRAC',
  blather: 'BLAT',
}

const SECRETS = ['password', 'credentials', 'authorization', 'environment', 'env', 'token', 'secret']

/** syslog(3) LOG_INFO: the original sends every level with it. */
const SYSLOG_INFO = 6

/**
 * Opens the activity log: `YYYY-MM-DD HH:MM:SS,mmm LEVEL message`, local time, as Supervisor writes it.
 *
 * The only importer of pino, which decides on levels, stamps the time and censors fields. It stands above host/, since it
 * rotates as the logs of programs do.
 *
 * @returns `errno` when the file cannot be opened; a standard output that is closed is done without
 * @throws never
 */
export function createActivityLog(
  request: ActivityLogRequest,
): { readonly ok: true; readonly log: ActivityLog } | { readonly ok: false; readonly errno: string } {
  const deps: SinkDeps = {
    syslog: request.deps.syslog,
    // Told once per failure, before which the failing sink has marked itself: this cannot go round in circles.
    notice: (level, text) => write(level, text),
  }
  const { lines: style = {} } = request
  let file: Sink | null = null
  let stdout: Sink | null = null

  const logger = pino(
    {
      level: request.level,
      customLevels: LEVELS,
      useOnlyCustomLevels: true,
      base: null,
      timestamp: () => `,"time":${request.clock.wallMs()}`,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: SECRETS.flatMap((name) => [`fields.${name}`, `fields.*.${name}`]), censor: '[redacted]' },
    },
    { write: (json: string) => emit(JSON.parse(json)) },
  )

  const sinkOf = (path: string, logBytesMax: number, logBackups: number) =>
    openSink({ path, logBytesMax, logBackups, syslog: false, processName: '' }, deps)

  if (request.file !== null) {
    const opened = sinkOf(request.file, request.logBytesMax, request.logBackups)
    if (!opened.ok) return opened
    file = opened.sink
  }
  if (request.stdout) {
    const opened = sinkOf('/dev/stdout', 0, 0)
    stdout = opened.ok ? opened.sink : null
  }

  function write(level: LogLevel, text: string, fields?: Readonly<Record<string, unknown>>): void {
    if (fields !== undefined) logger[level]({ fields }, text)
    // Nothing to censor: the way through JSON and back takes twice as long as writing the line.
    else if (logger.isLevelEnabled(level)) emit({ level, time: request.clock.wallMs(), msg: text })
  }

  function emit(entry: Entry): void {
    const text = entry.msg + renderFields(entry.fields)
    const head = headOf(entry, style)
    const line = Buffer.from(
      style.format === 'json' ? `${JSON.stringify(objectOf(entry, style))}\n` : `${head}${text}\n`,
    )
    file?.write(line)
    stdout?.write(line)
    if (request.syslog) sendLines(head, text)
  }

  function sendLines(head: string, text: string): void {
    for (const part of text.replace(/\n+$/, '').split('\n')) request.deps.syslog(SYSLOG_INFO, head + part)
  }

  return {
    ok: true,
    log: {
      write,
      enabled: (level) => logger.isLevelEnabled(level),
      setLevel: (level) => {
        logger.level = level
      },
      configure: (limits) => file?.configure(limits),
      reopen: () => file?.reopen(),
      clear: () => file?.clear() ?? { ok: true },
      close: () => {
        file?.close()
        stdout?.close()
      },
    },
  }
}

/** What pino hands on, as JSON. */
interface Entry {
  readonly level: LogLevel
  readonly time: number
  readonly msg: string
  readonly fields?: Readonly<Record<string, unknown>>
}

/** What stands before the text of a line. */
function headOf({ time, level }: Entry, { timestamps = 'local', prefix }: LineStyle): string {
  return `${timeOf(timestamps, time)} ${prefix === undefined ? '' : `${prefix} `}${CODES[level]} `
}

/** A line as JSON: what lines of programs have, too, and the level. */
function objectOf({ time, level, msg, fields }: Entry, { timestamps = 'iso' }: LineStyle): object {
  return { time: timeOf(timestamps, time), level, name: DAEMON_NAME, msg, ...(fields ? { fields } : {}) }
}

/** Who speaks in lines of our own. */
export const DAEMON_NAME = 'supervisord'

function renderFields(fields: Readonly<Record<string, unknown>> = {}): string {
  return Object.entries(fields)
    .map(([name, value]) => ` ${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join('')
}
