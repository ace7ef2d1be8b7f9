import type { LineRequest } from '../../model/ports.js'
import type { LineStyle } from '../../model/spec.js'
import { createLines, type Lines } from './lines.js'

const LF = 0x0a
const CR = 0x0d

/**
 * Writes every line as `style` wants it: with time and prefix before it, or as an object of JSON.
 *
 * A piece of a line becomes a line of its own, marked `"partial":true` in JSON.
 *
 * @param write - gets whole lines
 */
export function createStyledLines(
  { group, name, stream, ...style }: LineRequest,
  write: (data: Uint8Array) => void,
): Lines {
  /** What was written last is the beginning of the line that goes on now. */
  let begun = false

  const text = (data: Uint8Array) => {
    const head = Buffer.from(textHead(style, Date.now()))
    const parts: Uint8Array[] = []
    for (let at = 0; at < data.length; ) {
      const end = data.indexOf(LF, at) + 1 || data.length
      // The end of a line that was written already.
      if (!(begun && end === at + 1 && data[at] === LF)) parts.push(head, data.subarray(at, end))
      begun = false
      at = end
    }
    return parts
  }
  const json = (data: Uint8Array, partial: boolean) => {
    const time = timeOf(style.timestamps ?? 'iso', Date.now())
    const parts: Uint8Array[] = []
    for (let at = 0; at < data.length; ) {
      const end = data.indexOf(LF, at) + 1 || data.length
      const msg = Buffer.from(data.subarray(at, lineEnd(data, at, end))).toString('utf8')
      const entry = { time, group, name, stream, msg, ...(partial ? { partial } : {}) }
      if (!(begun && msg === '')) parts.push(Buffer.from(`${JSON.stringify(entry)}\n`))
      begun = false
      at = end
    }
    return parts
  }
  const give = (parts: readonly Uint8Array[]) => {
    if (parts.length > 0) write(Buffer.concat(parts))
  }

  return createLines({
    lines: (data) => give(style.format === 'json' ? json(data, false) : text(data)),
    piece: (data) => {
      give(style.format === 'json' ? json(data, true) : [...text(data), NEWLINE])
      begun = true
    },
  })
}

const NEWLINE = Uint8Array.of(LF)

/** Whether anything is to be done to lines at all. */
export function isStyled({ prefix, timestamps, format }: LineStyle): boolean {
  return prefix !== undefined || timestamps !== undefined || format !== undefined
}

/** What stands before a line of text. */
function textHead({ prefix, timestamps }: LineStyle, wallMs: number): string {
  const time = timestamps === undefined ? '' : `${timeOf(timestamps, wallMs)} `
  return `${time}${prefix === undefined ? '' : `${prefix} `}`
}

/** @returns `2026-11-22T15:17:39.042Z`, `2026-11-22 15:17:39,042` in local time, or seconds since 1970 */
export function timeOf(form: NonNullable<LineStyle['timestamps']>, wallMs: number): string {
  switch (form) {
    case 'iso':
      return new Date(wallMs).toISOString()
    case 'local':
      return formatTime(wallMs)
    case 'unix':
      return (wallMs / 1000).toFixed(3)
  }
}

/** @returns local time as Python's logging has it: `2026-11-22 15:17:39,042` */
export function formatTime(wallMs: number): string {
  const at = new Date(wallMs)
  const two = (n: number) => String(n).padStart(2, '0')
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
  const clock = `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`
  return `${day} ${clock},${String(at.getMilliseconds()).padStart(3, '0')}`
}

/** Where a line ends without its LF or CR LF. */
function lineEnd(data: Uint8Array, from: number, to: number): number {
  const end = data[to - 1] === LF ? to - 1 : to
  return end > from && end < to && data[end - 1] === CR ? end - 1 : end
}
