/** Removes terminal escape sequences from a stream of bytes, wherever the chunks are cut. */
export interface AnsiStripper {
  /** @returns what is left of `data`, possibly a view of it and possibly nothing */
  strip(data: Uint8Array): Uint8Array
  /** Where the stream stands. */
  state(): AnsiState
}

/** The middle of a sequence, or of none. */
export interface AnsiState {
  readonly in: State
  readonly stringBytes: number
}

const ESC = 0x1b
const BEL = 0x07
const LF = 0x0a
const CAN = 0x18
const SUB = 0x1a

/** A string sequence (OSC and its like) longer than this has lost its end: what follows is text again. */
const STRING_BYTES_MAX = 4096

/**
 * Where in a sequence the stream stands.
 * `escape`: after ESC. `intermediate`: ESC and bytes 20-2F, as in `ESC ( B`. `csi`: after `ESC [`.
 * `string`: inside OSC, DCS, SOS, PM or APC. `string-escape`: ESC inside one, perhaps of its end `ESC \`.
 */
type State = 'text' | 'escape' | 'intermediate' | 'csi' | 'string' | 'string-escape'

/**
 * A parser of the escape sequences of ECMA-48: CSI, OSC, DCS and the short ones.
 *
 * A sequence that breaks its own grammar ends there and the offending byte is text, so that output is never
 * swallowed up to some later letter; the original does that, and lets sequences cut by a read through.
 *
 * @see ECMA-48, 5.3 to 5.6
 */
export function createAnsiStripper(before: AnsiState = { in: 'text', stringBytes: 0 }): AnsiStripper {
  let state = before.in
  let { stringBytes } = before

  return {
    state: () => ({ in: state, stringBytes }),
    strip: (data) => {
      if (state === 'text' && !data.includes(ESC)) return data
      const out = new Uint8Array(data.length)
      let length = 0
      for (let at = 0; at < data.length; at++) {
        if (state === 'text') {
          const end = indexOfEscape(data, at)
          out.set(data.subarray(at, end), length)
          length += end - at
          at = end
          if (at === data.length) break
        }
        const byte = data[at] ?? 0
        const was = state
        state = next(was, byte)
        stringBytes = was === 'string' ? stringBytes + 1 : 0
        if (stringBytes > STRING_BYTES_MAX) state = 'text'
        if (state === 'text' && isText(was, byte)) out[length++] = byte
      }
      return out.subarray(0, length)
    },
  }
}

function indexOfEscape(data: Uint8Array, from: number): number {
  const at = data.indexOf(ESC, from)
  return at < 0 ? data.length : at
}

function next(state: State, byte: number): State {
  if (state === 'string') {
    if (byte === ESC) return 'string-escape'
    // None of the strings has lines: one that lost its end costs the rest of a line, not of the log.
    return byte === BEL || byte === LF || byte === CAN || byte === SUB ? 'text' : 'string'
  }
  if (byte === ESC) return 'escape'
  if (byte === CAN || byte === SUB) return 'text'
  switch (state) {
    case 'text':
      return 'text'
    case 'escape':
      return afterEscape(byte)
    case 'string-escape':
      return byte === 0x5c ? 'text' : afterEscape(byte)
    case 'intermediate':
      return isBetween(byte, 0x20, 0x2f) ? 'intermediate' : 'text'
    case 'csi':
      return isBetween(byte, 0x20, 0x3f) ? 'csi' : 'text'
  }
}

function afterEscape(byte: number): State {
  if (byte === 0x5b) return 'csi'
  if (byte === 0x5d || byte === 0x50 || byte === 0x58 || byte === 0x5e || byte === 0x5f) return 'string'
  return isBetween(byte, 0x20, 0x2f) ? 'intermediate' : 'text'
}

/** Whether the byte that ended a sequence is not part of it: a line end, or a byte no sequence has. */
function isText(state: State, byte: number): boolean {
  if (state === 'text') return true
  if (byte === CAN || byte === SUB) return false
  switch (state) {
    case 'escape':
    case 'intermediate':
    case 'string-escape':
      return !isBetween(byte, 0x30, 0x7e)
    case 'csi':
      return !isBetween(byte, 0x40, 0x7e)
    case 'string':
      return byte !== BEL
  }
}

function isBetween(byte: number, low: number, high: number): boolean {
  return byte >= low && byte <= high
}
