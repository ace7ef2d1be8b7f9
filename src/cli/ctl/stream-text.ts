import { reprBytes } from '../../model/python.js'

/** Turns the chunks of a log stream into what is printed. */
export interface StreamText {
  push(chunk: Uint8Array): string
  /** What was held back for a character that never became whole. */
  end(): string
}

/** The server starts a stream with this many bytes, or fewer when the log is shorter. */
const FIRST_BYTES = 1024

/**
 * A chunk that is not UTF-8 is printed as the original prints it: `Undecodable: b'...'`.
 *
 * Unlike the original a character that two chunks share is put together, and one that the start of the stream cut in
 * two does not make the first kilobyte undecodable: what is left of it is dropped.
 */
export function streamText(): StreamText {
  const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  let held: Uint8Array = new Uint8Array()
  let first = true
  const decode = (bytes: Uint8Array): string => {
    try {
      return utf8.decode(bytes)
    } catch {
      return `Undecodable: ${reprBytes(bytes)}`
    }
  }
  return {
    push(chunk) {
      let bytes = held.length === 0 ? chunk : Buffer.concat([held, chunk])
      if (first && bytes.length >= FIRST_BYTES) bytes = bytes.subarray(countContinuations(bytes))
      first = false
      const whole = bytes.length - lengthOfCutCharacter(bytes)
      held = bytes.subarray(whole)
      return whole === 0 ? '' : decode(bytes.subarray(0, whole))
    },
    end() {
      const rest = held
      held = new Uint8Array()
      return rest.length === 0 ? '' : decode(rest)
    },
  }
}

/** @returns how many bytes at the start, 3 at most, go on with a character */
function countContinuations(bytes: Uint8Array): number {
  let count = 0
  while (count < 3 && isContinuation(bytes[count])) count++
  return count
}

/** @returns how many bytes at the end begin a character without ending it */
function lengthOfCutCharacter(bytes: Uint8Array): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back] ?? 0
    if (isContinuation(byte)) continue
    const wanted = byte >= 0xf0 && byte < 0xf8 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc2 ? 2 : 1
    return byte < 0xf8 && wanted > back ? back : 0
  }
  return 0
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80
}
