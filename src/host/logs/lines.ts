/** Takes a stream of bytes, gives out lines. */
export interface Lines {
  /** One read. `data` is not kept. */
  push(data: Uint8Array): void
  /** The stream is over: a line without its end goes out. */
  end(): void
  /** What is held back. */
  held(): Uint8Array
}

/** Where the lines go. The bytes are valid during the call only. */
export interface LineOutput {
  /** One line or more, each with its end. */
  lines(data: Uint8Array): void
  /** A piece of a line that cannot wait for its end; the rest of the line follows. */
  piece(data: Uint8Array): void
}

/** A line that is longer goes out in pieces. */
export const LINE_BYTES_MAX = 64 * 1024

/** How long the beginning of a line waits for its end: a prompt or a row of dots is to be seen, too. */
export const HOLD_MS = 1000

const LF = 0x0a

/** Holds back the beginning of a line until its end has come, for a second and 64 KiB at most. */
export function createLines(on: LineOutput): Lines {
  let held: Uint8Array[] = []
  let heldBytes = 0
  let timer: NodeJS.Timeout | null = null

  function push(data: Uint8Array): void {
    const end = data.lastIndexOf(LF) + 1
    if (end > 0) on.lines(heldBytes === 0 ? data.subarray(0, end) : take(data.subarray(0, end)))
    if (end < data.length) hold(data.subarray(end))
  }

  function hold(data: Uint8Array): void {
    held.push(new Uint8Array(data)) // A copy; `slice` of a Buffer is a view.
    heldBytes += data.length
    if (heldBytes >= LINE_BYTES_MAX) release()
    else if (timer === null) timer = setTimeout(release, HOLD_MS).unref() // end() comes before the program ends.
  }

  function release(): void {
    const data = take(new Uint8Array(0))
    const whole = data.length - cutCharacter(data)
    if (whole > 0) on.piece(data.subarray(0, whole))
    if (whole < data.length) hold(data.subarray(whole))
  }

  function take(last: Uint8Array): Uint8Array {
    const all = Buffer.concat([...held, last])
    held = []
    heldBytes = 0
    if (timer !== null) clearTimeout(timer)
    timer = null
    return all
  }

  return {
    push,
    end: () => {
      if (heldBytes > 0) on.piece(take(new Uint8Array(0)))
    },
    held: () => Buffer.concat(held),
  }
}

/** A place that several programs write to at the same time. */
export interface SharedStream {
  /** Who has begun a line and not ended it. */
  middleOf: object | null
}

/** One of those who write to such a place. */
export interface Turn {
  write(data: Uint8Array): void
  /** Whether the line that is begun there is ours. */
  begun(): boolean
  /** It was ours in another program. */
  begin(): void
}

/** Writes to such a place so that no line has the text of two: one that somebody else has begun is ended first. */
export function createTurn(stream: SharedStream, write: (data: Uint8Array) => void): Turn {
  const me = {}
  return {
    write(data) {
      if (stream.middleOf !== null && stream.middleOf !== me) write(NEWLINE)
      write(data)
      stream.middleOf = data.at(-1) === LF ? null : me
    },
    begun: () => stream.middleOf === me,
    begin() {
      stream.middleOf = me
    },
  }
}

const NEWLINE = Uint8Array.of(LF)

/** @returns how many bytes at the end are the beginning of a character of UTF-8 that is not complete */
function cutCharacter(data: Uint8Array): number {
  for (let back = 1; back <= 3 && back < data.length; back++) {
    const byte = data[data.length - back] ?? 0
    if (byte < 0x80) return 0
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? back : 0
  }
  return 0
}
