/** Where a listener stands in the protocol; UNKNOWN is final until the process starts anew. */
export type ListenerState = 'ACKNOWLEDGED' | 'READY' | 'BUSY' | 'UNKNOWN'

/** What a piece of a listener's stdout came to. */
export type ProtocolStep =
  /** Out of BUSY: a `result` or `bad-result-line` comes first and says why. */
  | { readonly type: 'state'; readonly from: ListenerState; readonly to: ListenerState }
  /** The answer to the event it was busy with. */
  | { readonly type: 'result'; readonly data: Buffer }
  | { readonly type: 'bad-result-line'; readonly line: Buffer }

/** One listener's half of the conversation. */
export interface Protocol {
  state(): ListenerState
  /** Reads the next piece of its stdout, however it was cut. `data` may be kept. */
  feed(data: Uint8Array): readonly ProtocolStep[]
  /** It was sent an event: from READY to BUSY. */
  sent(): void
  snapshot(): ProtocolState
}

/** A conversation as it is handed on; `unread` is base64 of bytes that mean nothing yet. */
export interface ProtocolState {
  readonly state: ListenerState
  readonly unread: string
  readonly resultLength: number | null
}

const READY_TOKEN = Buffer.from('READY\n')
/** `RESULT ` or any other seven characters: the original does not look at the word. */
const RESULT_PREFIX_LENGTH = 7
/** A result line longer than this is no result line: a listener that floods must not cost memory. */
const LINE_BYTES_MAX = 1024
/** The longest result that is waited for, bytes. */
const RESULT_BYTES_MAX = 16 * 1024 * 1024

const NOTHING = Buffer.alloc(0)

/**
 * Begins a conversation, in which the listener is expected to say `READY`, or takes one up.
 *
 * @see spec/events.md section 4; Supervisor dispatchers.py, PEventListenerDispatcher
 */
export function createProtocol(
  before: ProtocolState = { state: 'ACKNOWLEDGED', unread: '', resultLength: null },
): Protocol {
  let state = before.state
  let buffer: Buffer = Buffer.from(before.unread, 'base64')
  /** Pieces of a long result that still lacks some; joined once, when it is whole. */
  let pieces: Uint8Array[] = []
  let missing = 0
  /** Length of the result that is being read; `null` while its line has not come. */
  let resultLength = before.resultLength

  function move(to: ListenerState): ProtocolStep {
    const from = state
    state = to
    if (to === 'UNKNOWN') buffer = NOTHING
    return { type: 'state', from, to }
  }

  /** @returns the steps that the buffer allows, or `null` when it takes more bytes */
  function next(): readonly ProtocolStep[] | null {
    if (buffer.length === 0) return null
    switch (state) {
      case 'ACKNOWLEDGED': {
        if (buffer.length < READY_TOKEN.length) return null
        if (!buffer.subarray(0, READY_TOKEN.length).equals(READY_TOKEN)) return [move('UNKNOWN')]
        buffer = buffer.subarray(READY_TOKEN.length)
        return [move('READY')]
      }
      case 'READY':
        return [move('UNKNOWN')]
      case 'BUSY':
        return resultLength === null ? resultLine() : result(resultLength)
      case 'UNKNOWN':
        buffer = NOTHING
        return null
    }
  }

  function resultLine(): readonly ProtocolStep[] | null {
    const end = buffer.indexOf('\n')
    const tooLong = end < 0 ? buffer.length > LINE_BYTES_MAX : end > LINE_BYTES_MAX
    if (end < 0 && !tooLong) return null
    const line = buffer.subarray(0, tooLong ? LINE_BYTES_MAX : end)
    const digits = line.subarray(RESULT_PREFIX_LENGTH).toString('latin1').trim()
    const length = /^\+?\d+$/.test(digits) ? Number(digits) : Number.NaN
    if (tooLong || !(length <= RESULT_BYTES_MAX)) {
      return [{ type: 'bad-result-line', line: Buffer.from(line) }, move('UNKNOWN')]
    }
    buffer = buffer.subarray(end + 1)
    resultLength = length
    return []
  }

  function result(length: number): readonly ProtocolStep[] | null {
    if (buffer.length < length) {
      missing = length - buffer.length
      pieces = [buffer]
      buffer = NOTHING
      return null
    }
    const data = Buffer.from(buffer.subarray(0, length))
    buffer = buffer.subarray(length)
    resultLength = null
    return [{ type: 'result', data }, move('ACKNOWLEDGED')]
  }

  return {
    state: () => state,
    feed(data) {
      if (state === 'UNKNOWN' || data.length === 0) return []
      if (missing > 0) {
        pieces.push(data)
        missing -= data.length
        if (missing > 0) return []
        buffer = Buffer.concat(pieces)
        pieces = []
        missing = 0
      } else {
        buffer = buffer.length === 0 ? Buffer.from(data) : Buffer.concat([buffer, data])
      }
      const steps: ProtocolStep[] = []
      for (let made = next(); made !== null; made = next()) steps.push(...made)
      return steps
    },
    sent() {
      state = 'BUSY'
    },
    snapshot: () => ({ state, unread: Buffer.concat([...pieces, buffer]).toString('base64'), resultLength }),
  }
}
