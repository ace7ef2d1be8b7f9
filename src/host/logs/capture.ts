const BEGIN = new TextEncoder().encode('<!--XSUPERVISOR:BEGIN-->')
const END = new TextEncoder().encode('<!--XSUPERVISOR:END-->')

/** How long a short piece of output may wait for more. */
const HOLD_MS = 1000

/** Tells a stream's ordinary output from what stands between the capture tokens. */
export interface Capture {
  push(data: Uint8Array): void
  /** Takes another bound from now on. */
  configure(captureBytesMax: number): void
  /** Forgets what was captured so far. */
  clear(): void
  /** The stream is over: what was held back goes out; a capture without its end is dropped. */
  end(): void
  state(): CaptureState
}

/** The middle of a stream; bytes are base64. */
export interface CaptureState {
  readonly inside: boolean
  readonly held: string
  readonly captured: string
}

/** Where the pieces go. The bytes are valid during the call only, except those of `captured`. */
export interface CaptureOutput {
  /** Ordinary output: for the log. */
  text(data: Uint8Array): void
  /** Between the tokens, as it comes: not for the log. */
  inside(data: Uint8Array): void
  /** A whole capture, when its end has come. */
  captured(data: Uint8Array): void
}

/**
 * Finds `<!--XSUPERVISOR:BEGIN-->` and `<!--XSUPERVISOR:END-->` wherever reads cut them.
 *
 * Output no longer than the token waits for more, as in the original, whose listeners see the same pieces so; but for
 * one second at most and never beyond the end, where the original loses it. Of a capture the last `captureBytesMax`
 * bytes are kept, or its last piece when that alone is longer: what the original does with a single long write.
 *
 * @see Supervisor dispatchers.py, POutputDispatcher.record_output
 */
export function createCapture(
  initialBytesMax: number,
  on: CaptureOutput,
  before: CaptureState = { inside: false, held: '', captured: '' },
): Capture {
  let bytesMax = initialBytesMax
  let { inside } = before
  let held: Uint8Array = new Uint8Array(0)
  const captured = createTailBuffer()
  let timer: NodeJS.Timeout | null = null
  const taken = Buffer.from(before.captured, 'base64')
  captured.append(taken, Math.max(bytesMax, taken.length))
  hold(Buffer.from(before.held, 'base64'))

  function push(data: Uint8Array): void {
    stopTimer()
    let rest = held.length === 0 ? data : concat(held, data)
    held = new Uint8Array(0)
    for (;;) {
      const token = inside ? END : BEGIN
      if (rest.length <= token.length && !isSame(rest, token)) break
      const at = Buffer.from(rest.buffer, rest.byteOffset, rest.length).indexOf(token)
      if (at < 0) {
        const keep = tokenStartAtEnd(rest, token)
        give(rest.subarray(0, rest.length - keep))
        rest = rest.subarray(rest.length - keep)
        break
      }
      give(rest.subarray(0, at))
      toggle()
      rest = rest.subarray(at + token.length)
    }
    hold(rest)
  }

  function hold(rest: Uint8Array): void {
    if (rest.length === 0) return
    held = new Uint8Array(rest) // A copy; `slice` of a Buffer is a view.
    timer = setTimeout(release, HOLD_MS)
    timer.unref() // end() comes before the program ends.
  }

  /** Lets go of everything that cannot be part of a token. */
  function release(): void {
    const keep = tokenStartAtEnd(held, inside ? END : BEGIN)
    const out = held.subarray(0, held.length - keep)
    held = held.subarray(held.length - keep)
    give(out)
  }

  function give(data: Uint8Array): void {
    if (data.length === 0) return
    if (inside) captured.append(data, Math.max(bytesMax, data.length))
    if (inside) on.inside(data)
    else on.text(data)
  }

  function toggle(): void {
    inside = !inside
    if (!inside) on.captured(captured.take())
  }

  function stopTimer(): void {
    if (timer !== null) clearTimeout(timer)
    timer = null
  }

  return {
    push,
    configure: (next) => {
      bytesMax = next
    },
    clear: () => {
      captured.take()
    },
    end: () => {
      stopTimer()
      give(held)
      held = new Uint8Array(0)
      captured.take()
    },
    state: () => ({ inside, held: base64(held), captured: base64(captured.kept()) }),
  }
}

function base64(data: Uint8Array): string {
  return Buffer.from(data).toString('base64')
}

/** Keeps the last bytes of what is appended; appending costs the same however much is kept. */
function createTailBuffer() {
  let store: Uint8Array = new Uint8Array(0)
  let length = 0
  let bytesMax = 0
  const trim = () => {
    if (length <= bytesMax) return
    store.copyWithin(0, length - bytesMax, length)
    length = bytesMax
  }
  return {
    append: (data: Uint8Array, keepBytes: number) => {
      bytesMax = keepBytes
      if (length > 2 * bytesMax) trim()
      if (length + data.length > store.length) {
        const larger = new Uint8Array(Math.max(1024, 2 * (length + data.length)))
        larger.set(store.subarray(0, length))
        store = larger
      }
      store.set(data, length)
      length += data.length
    },
    kept: (): Uint8Array => {
      trim()
      return store.subarray(0, length)
    },
    take: (): Uint8Array => {
      trim()
      const taken = store.slice(0, length)
      store = new Uint8Array(0)
      length = 0
      return taken
    },
  }
}

/** @returns how many bytes at the end of `data` could be the start of `token` */
function tokenStartAtEnd(data: Uint8Array, token: Uint8Array): number {
  for (let length = Math.min(data.length, token.length - 1); length > 0; length--) {
    if (isSame(data.subarray(data.length - length), token.subarray(0, length))) return length
  }
  return 0
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array {
  const all = new Uint8Array(a.length + b.length)
  all.set(a)
  all.set(b, a.length)
  return all
}
