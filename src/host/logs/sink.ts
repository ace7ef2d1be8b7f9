import { openLogFile } from './logfile.js'
import { createSyslogLines } from './syslog.js'

/** Where the bytes of one stream end: a rotating file, syslog, both or nothing. No call throws. */
export interface Sink {
  /** Writes now, all of it; `data` is not kept. What cannot be written is counted and told of once. */
  write(data: Uint8Array): void
  /** Takes on other limits from the next write on. Bytes; 0 or less never rotates, 0 backups truncate. */
  configure(limits: { readonly logBytesMax: number; readonly logBackups: number }): void
  /** Opens the path anew, for rotation from outside. Devices and pipes stay as they are. */
  reopen(): void
  /** Removes the file and starts an empty one. Rotated files stay; devices and pipes are left alone. */
  clear(): { readonly ok: true } | { readonly ok: false; readonly error: string }
  close(): void
}

/** What a sink needs from outside. Neither call may throw. */
export interface SinkDeps {
  /** One line to syslog; `priority` is the level alone (6 is INFO), the facility is the callee's. */
  syslog(priority: number, text: string): void
  /** Something a person should know about a log. */
  notice(level: 'error' | 'warn' | 'info' | 'debug', text: string): void
}

/** What to open. `path: null` without `syslog` drops everything. */
export interface SinkRequest {
  readonly path: string | null
  readonly logBytesMax: number
  readonly logBackups: number
  readonly syslog: boolean
  /** Put before each line sent to syslog. */
  readonly processName: string
}

/**
 * Opens the log of one stream, in append mode, creating it when missing.
 *
 * `/dev/stdout`, `/dev/stderr` and `/dev/fd/N` mean the descriptor we inherited. Two sinks of one path share one
 * open file, so that rotation never pulls it from under the other.
 *
 * @returns `errno` is a code such as `EACCES`
 * @throws never
 */
export function openSink(
  request: SinkRequest,
  deps: SinkDeps,
): { readonly ok: true; readonly sink: Sink } | { readonly ok: false; readonly errno: string } {
  const lines = request.syslog ? createSyslogLines(request.processName, deps.syslog) : null
  if (request.path === null) return { ok: true, sink: withoutFile(lines) }

  const opened = openLogFile(request.path, request, deps.notice)
  if (!opened.ok) return opened
  const file = opened.file
  let open = true
  return {
    ok: true,
    sink: {
      write: (data) => {
        if (!open) return
        file.write(data)
        lines?.write(data)
      },
      configure: (limits) => file.configure(limits),
      reopen: () => {
        if (open) file.reopen()
      },
      clear: () => (open ? file.clear() : { ok: true }),
      close: () => {
        if (!open) return
        open = false
        file.release()
        lines?.end()
      },
    },
  }
}

function withoutFile(lines: ReturnType<typeof createSyslogLines> | null): Sink {
  return {
    write: (data) => lines?.write(data),
    configure: () => undefined,
    reopen: () => undefined,
    clear: () => ({ ok: true }),
    close: () => lines?.end(),
  }
}
