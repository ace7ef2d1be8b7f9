import type { LogRecord } from '../../api/log-lines.js'
import type { Channel } from '../../model/event.js'

/** One whole line of a log. */
export interface LogLine {
  /** Of the process, as people type it. */
  readonly name: string
  readonly channel: Channel
  /** Without its line end. */
  readonly line: string
}

/** Longest line that is waited for; longer ones come in pieces. */
const LINE_CHARS_MAX = 64 * 1024

/**
 * Turns pieces of a stream of log records into whole lines, in the order in which their ends come.
 *
 * @param on.note - what is not text
 */
export function createLogLines(on: {
  line(line: LogLine): void
  note(record: Exclude<LogRecord, { readonly text: string }>): void
}): { readonly push: (text: string) => void; readonly end: () => void } {
  let held = ''
  /** Unfinished lines by process and channel. */
  const open = new Map<string, LogLine>()

  function take(record: LogRecord): void {
    if (!('text' in record)) {
      on.note(record)
      return
    }
    const { name, channel } = record
    const id = `${name} ${channel}`
    const pieces = ((open.get(id)?.line ?? '') + record.text).split('\n')
    const last = pieces.pop() ?? ''
    for (const line of pieces) on.line({ name, channel, line: line.replace(/\r$/, '') })
    if (last.length > LINE_CHARS_MAX) on.line({ name, channel, line: last })
    open.set(id, { name, channel, line: last.length > LINE_CHARS_MAX ? '' : last })
  }

  return {
    push: (text) => {
      const records = (held + text).split('\n')
      held = records.pop() ?? ''
      for (const record of records) take(JSON.parse(record) as LogRecord)
    },
    end: () => {
      for (const line of open.values()) if (line.line !== '') on.line(line)
      open.clear()
    },
  }
}
