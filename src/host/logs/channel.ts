import type { StreamRequest } from '../../model/ports.js'
import { type AnsiState, createAnsiStripper } from './ansi.js'
import { type CaptureState, createCapture } from './capture.js'
import type { Sink } from './sink.js'

/** The way of one output stream of one process instance: from reads to its log and to those who listen. */
export interface Channel {
  /** One read. `data` is not kept. */
  push(data: Uint8Array): void
  /** The stream is over: gives out what was held back. The sink stays open; who opened it closes it. */
  end(): void
  readonly sink: Sink
  /** Takes on limits and `tap`. A path, syslog, and capture mode as such last as long as the process. */
  configure(request: StreamRequest): void
  /** Empties the log and what was captured so far. */
  clear(): { readonly ok: true } | { readonly ok: false; readonly error: string }
  /** What another program needs to go on in the middle of the stream. */
  state(): ChannelState
}

/**
 * A stream as it is handed on: what it is made from, and where it stands. `line` is base64: the beginning of a line that
 * waits for its end; `begun` when such a beginning has been written to where others write, too.
 */
export interface ChannelState {
  readonly request: ChannelRequest
  readonly ansi: AnsiState | null
  readonly capture: CaptureState | null
  readonly line: string
  readonly begun?: boolean
}

/** What a channel is made from. */
export interface ChannelRequest extends StreamRequest {
  readonly processName: string
  readonly stripAnsi: boolean
}

/**
 * Connects reads to a sink: escape sequences are stripped, then captures are taken out, the rest is logged.
 *
 * @param on.output - each piece in order, captured text included as in the original; a copy the callee may keep.
 *   Only called while the request says `tap`
 * @param on.captured - what stood between two tokens; may be kept
 * @param before - where another program left the stream
 */
export function createChannel(
  request: ChannelRequest,
  sink: Sink,
  on: { output(data: Uint8Array): void; captured(data: Uint8Array): void },
  before?: ChannelState,
): Channel {
  let current = request
  let tap = request.tap
  const ansi = request.stripAnsi ? createAnsiStripper(before?.ansi ?? undefined) : null
  const tapRaw = request.tapRaw === true

  const tell = (data: Uint8Array) => {
    if (tap && !tapRaw) on.output(copy(data))
  }
  const log = (data: Uint8Array) => {
    sink.write(data)
    tell(data)
  }
  const capture =
    request.captureBytesMax > 0
      ? createCapture(
          request.captureBytesMax,
          { text: log, inside: tell, captured: on.captured },
          before?.capture ?? undefined,
        )
      : null
  if (before) sink.hold(Buffer.from(before.line, 'base64'), before.begun === true)

  return {
    sink,
    push: (data) => {
      if (tap && tapRaw && data.length > 0) on.output(copy(data))
      const text = ansi === null ? data : ansi.strip(data)
      if (text.length === 0) return
      if (capture === null) log(text)
      else capture.push(text)
    },
    end: () => capture?.end(),
    configure: (next) => {
      const { processName, stripAnsi, path, syslog } = request
      const captureBytesMax =
        capture !== null && next.captureBytesMax > 0 ? next.captureBytesMax : current.captureBytesMax
      current = { ...next, processName, stripAnsi, path, syslog, captureBytesMax }
      tap = next.tap
      sink.configure(next)
      if (next.captureBytesMax > 0) capture?.configure(next.captureBytesMax)
    },
    clear: () => {
      capture?.clear()
      return sink.clear()
    },
    state: () => ({
      request: current,
      ansi: ansi?.state() ?? null,
      capture: capture?.state() ?? null,
      line: Buffer.from(sink.held()).toString('base64'),
      ...(sink.begun() ? { begun: true } : {}),
    }),
  }
}

/** Not `data.slice()`, which for a Buffer is a view. */
function copy(data: Uint8Array): Uint8Array {
  return new Uint8Array(data)
}
