import type { Diagnostic } from '../model/diagnostic.js'
import { diagnostic } from './codes.js'

/** Text of a file, or where its first byte that is not UTF-8 is. */
export type Decoded =
  | { readonly ok: true; readonly text: string }
  | {
      readonly ok: false
      /** The file up to the fault, and where the fault is in it, in bytes from 0. */
      readonly before: string
      readonly offset: number
      readonly classic: string
    }

/**
 * Reads bytes as UTF-8. A byte order mark stays in the text, as in Python.
 *
 * @see Python's UnicodeDecodeError for `classic`; it counts from the start of the 8 KiB block it read last
 */
export function decodeUtf8(bytes: Uint8Array): Decoded {
  try {
    return { ok: true, text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) }
  } catch {
    // The decoder does not say where it failed; the scan below does.
    return locate(bytes)
  }
}

/** What to say about a file that is not UTF-8, with the place of the first byte at fault. */
export function badEncoding(decoded: Decoded & { readonly ok: false }, file: string): Diagnostic {
  const lines = decoded.before.split(/\r\n|\r|\n/)
  const last = lines.at(-1) ?? ''
  return diagnostic({
    code: 'CONFIG_BAD_ENCODING',
    message: `Cannot read the file as UTF-8: byte ${decoded.offset} does not belong there`,
    at: { file, line: lines.length, column: last.length + 1 },
    excerpt: last,
    help: 'save the file as UTF-8',
    classic: decoded.classic,
  })
}

function locate(bytes: Uint8Array): Decoded {
  let blockStart = 0
  let at = 0
  while (at < bytes.length) {
    const sequence = sequenceAt(bytes, at)
    if (sequence.fault !== null) {
      const before = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(0, at))
      // What is missing its end is all that is left for the last block.
      const shown = sequence.fault === 'unexpected end of data' ? 0 : at - blockStart
      return { ok: false, before, offset: at, classic: classicText(bytes, shown, at, sequence) }
    }
    // A sequence that a block cuts in two moves into the next block as a whole.
    const nextBlock = (Math.floor(at / BLOCK_BYTES) + 1) * BLOCK_BYTES
    at += sequence.length
    if (at >= nextBlock) blockStart = at === nextBlock ? at : at - sequence.length
  }
  return { ok: true, text: new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes) }
}

const BLOCK_BYTES = 8192

interface Sequence {
  /** Bytes of the sequence, or of the part before the fault. */
  readonly length: number
  readonly fault: 'invalid start byte' | 'invalid continuation byte' | 'unexpected end of data' | null
}

function sequenceAt(bytes: Uint8Array, at: number): Sequence {
  const first = bytes[at] ?? 0
  if (first < 0x80) return { length: 1, fault: null }
  if (first < 0xc2 || first > 0xf4) return { length: 1, fault: 'invalid start byte' }
  const length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4
  for (let i = 1; i < length; i++) {
    const byte = bytes[at + i]
    if (byte === undefined) return { length: i, fault: 'unexpected end of data' }
    const [low, high] = i === 1 ? secondByteRange(first) : [0x80, 0xbf]
    if (byte < low || byte > high) return { length: i, fault: 'invalid continuation byte' }
  }
  return { length, fault: null }
}

/** The Unicode Standard, table 3-7: no overlong forms, no surrogates, nothing above U+10FFFF. */
function secondByteRange(first: number): readonly [number, number] {
  if (first === 0xe0) return [0xa0, 0xbf]
  if (first === 0xed) return [0x80, 0x9f]
  if (first === 0xf0) return [0x90, 0xbf]
  if (first === 0xf4) return [0x80, 0x8f]
  return [0x80, 0xbf]
}

function classicText(bytes: Uint8Array, shown: number, at: number, { length, fault }: Sequence): string {
  const what =
    length === 1
      ? `byte 0x${(bytes[at] ?? 0).toString(16).padStart(2, '0')} in position ${shown}`
      : `bytes in position ${shown}-${shown + length - 1}`
  return `'utf-8' codec can't decode ${what}: ${fault}`
}
