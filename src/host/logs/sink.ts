import type { LineRequest } from '../../model/ports.js'
import { createLines, createTurn, type Lines, type Turn } from './lines.js'
import { type LogFile, openLogFile } from './logfile.js'
import { createStyledLines, isStyled } from './style.js'
import { createSyslogLines } from './syslog.js'

/** Where the bytes of one stream end: a rotating file, syslog, both or nothing. No call throws. */
export interface Sink {
  /** Writes now, all of it; `data` is not kept. What cannot be written is counted and told of once. */
  write(data: Uint8Array): void
  /** Takes on other limits and another style of lines from the next write on. Bytes; 0 or less never rotates, 0 backups truncate. */
  configure(limits: { readonly logBytesMax: number; readonly logBackups: number; readonly lines?: LineRequest }): void
  /** Opens the path anew, for rotation from outside. Devices and pipes stay as they are. */
  reopen(): void
  /** Removes the file and starts an empty one. Rotated files stay; devices and pipes are left alone. */
  clear(): { readonly ok: true } | { readonly ok: false; readonly error: string }
  /** The beginning of a line that waits for its end. */
  held(): Uint8Array
  /** Whether the beginning of its line has been written already. */
  begun(): boolean
  /** Takes on such a beginning. */
  hold(data: Uint8Array, begun: boolean): void
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
  /** How lines are written to the file, and whose they are; absent: the bytes as they come. */
  readonly lines?: LineRequest
}

/**
 * Opens the log of one stream, in append mode, creating it when missing.
 *
 * `/dev/stdout`, `/dev/stderr` and `/dev/fd/N` mean the descriptor we inherited. Two sinks of one path share one
 * open file, so that rotation never pulls it from under the other. What is no regular file gets whole lines, so that
 * those of one sink never stand inside those of another.
 *
 * @returns `errno` is a code such as `EACCES`
 * @throws never
 */
export function openSink(
  request: SinkRequest,
  deps: SinkDeps,
): { readonly ok: true; readonly sink: Sink } | { readonly ok: false; readonly errno: string } {
  const syslog = request.syslog ? createSyslogLines(request.processName, deps.syslog) : null
  if (request.path === null) return { ok: true, sink: withoutFile(syslog) }

  const opened = openLogFile(request.path, request, deps.notice)
  if (!opened.ok) return opened
  const file = opened.file
  let style = request.lines
  const turn = file.stream === null ? null : createTurn(file.stream, file.write)
  let lines = linesTo(file, turn, style)
  let open = true
  return {
    ok: true,
    sink: {
      write: (data) => {
        if (!open) return
        if (lines === null) file.write(data)
        else lines.push(data)
        syslog?.write(data)
      },
      configure: (next) => {
        file.configure(next)
        if (JSON.stringify(next.lines) === JSON.stringify(style)) return
        lines?.end()
        style = next.lines
        lines = linesTo(file, turn, style)
      },
      reopen: () => {
        if (open) file.reopen()
      },
      clear: () => (open ? file.clear() : { ok: true }),
      held: () => lines?.held() ?? NOTHING,
      begun: () => turn?.begun() === true,
      hold: (data, begun) => {
        if (begun) turn?.begin()
        lines?.push(data)
      },
      close: () => {
        if (!open) return
        open = false
        lines?.end()
        file.release()
        syslog?.end()
      },
    },
  }
}

/** What stands between the bytes and the file; `null` when they go there as they come. */
function linesTo(file: LogFile, turn: Turn | null, style: LineRequest | undefined): Lines | null {
  const { write } = turn ?? file
  if (style !== undefined && isStyled(style)) return createStyledLines(style, write)
  return turn === null ? null : createLines({ lines: write, piece: write })
}

const NOTHING = new Uint8Array(0)

/** A sink that writes no file. */
export function withoutFile(lines: ReturnType<typeof createSyslogLines> | null): Sink {
  return {
    write: (data) => lines?.write(data),
    configure: () => undefined,
    reopen: () => undefined,
    clear: () => ({ ok: true }),
    held: () => NOTHING,
    begun: () => false,
    hold: () => undefined,
    close: () => lines?.end(),
  }
}
