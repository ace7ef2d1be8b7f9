/** The first lines of an answer. Header names are lower case; of a repeated one the last counts. */
export interface ResponseHead {
  readonly status: number
  readonly reason: string
  readonly headers: Readonly<Record<string, string>>
}

/** What a reader reports. A chunk is a whole chunk as the server sent it, unless that is a large one. */
export interface ResponseEvents {
  head(head: ResponseHead): void
  data(chunk: Buffer): void
  end(): void
}

/** Reads one answer from bytes as they come. */
export interface ResponseReader {
  /** @returns the reason when this is not HTTP/1.x; nothing may be pushed after that or after the end */
  push(bytes: Buffer): string | null
  /** The connection closed. @returns the reason when the answer was not complete, `null` when that ended it */
  close(): string | null
  /** Whether the connection may carry another request once this answer has ended. */
  reusable(): boolean
}

const HEAD_BYTES_MAX = 64 * 1024
const CHUNK_LINE_BYTES_MAX = 4096
/** Larger chunks are handed on in parts, so that none has to fit in memory. */
const WHOLE_CHUNK_BYTES_MAX = 64 * 1024

type State =
  | { readonly at: 'head' }
  | { readonly at: 'counted'; left: number }
  | { readonly at: 'until-close' }
  | { readonly at: 'chunk-size' }
  | { readonly at: 'chunk'; left: number }
  | { readonly at: 'chunk-end' }
  | { readonly at: 'trailer' }
  | { readonly at: 'done' }

/** @returns a reader for the answer to one request that is not HEAD; see RFC 9112 */
export function responseReader(events: ResponseEvents): ResponseReader {
  let pending: Buffer = Buffer.alloc(0)
  let state: State = { at: 'head' }
  let keepAlive = false

  /** Takes a line off `pending`. @returns null when it is not all here */
  const takeLine = (): string | null => {
    const end = pending.indexOf(0x0a)
    if (end < 0) return null
    const line = pending.toString('latin1', 0, end).replace(/\r$/, '')
    pending = pending.subarray(end + 1)
    return line
  }
  const take = (bytes: number): Buffer => {
    const part = pending.subarray(0, bytes)
    pending = pending.subarray(part.length)
    return part
  }
  const finish = (): null => {
    state = { at: 'done' }
    events.end()
    return null
  }

  const readHead = (): string | null | 'more' => {
    const end = endOfHead(pending)
    if (end < 0) return pending.length > HEAD_BYTES_MAX ? 'the head of the answer is too long' : 'more'
    const head = parseHead(take(end).toString('latin1'))
    if (head === null) return 'the answer is not HTTP'
    if (head.status >= 100 && head.status < 200) return null
    keepAlive = head.http11 && !/\bclose\b/i.test(head.headers.connection ?? '')
    events.head(head)
    const length = head.headers['content-length']
    if (head.status === 204 || head.status === 304) return finish()
    if (/\bchunked\b/i.test(head.headers['transfer-encoding'] ?? '')) state = { at: 'chunk-size' }
    else if (length === undefined) {
      state = { at: 'until-close' }
      keepAlive = false
    } else if (!/^\d+$/.test(length)) return 'the answer has a bad length'
    else if (Number(length) === 0) return finish()
    else state = { at: 'counted', left: Number(length) }
    return null
  }

  const readChunkSize = (): string | null | 'more' => {
    const line = takeLine()
    if (line === null) return pending.length > CHUNK_LINE_BYTES_MAX ? 'a chunk has no length' : 'more'
    const digits = /^\s*([0-9a-f]{1,12})\s*(?:;.*)?$/i.exec(line)?.[1]
    if (digits === undefined) return 'a chunk has no length'
    const left = Number.parseInt(digits, 16)
    state = left === 0 ? { at: 'trailer' } : { at: 'chunk', left }
    return null
  }

  /** One step forward. @returns 'more' when bytes are missing, another text when it is no HTTP */
  const step = (): string | null | 'more' => {
    switch (state.at) {
      case 'head':
        return readHead()
      case 'counted': {
        const part = take(state.left)
        state.left -= part.length
        events.data(part)
        return state.left === 0 ? finish() : null
      }
      case 'until-close':
        events.data(take(pending.length))
        return null
      case 'chunk-size':
        return readChunkSize()
      case 'chunk': {
        if (state.left > pending.length && state.left <= WHOLE_CHUNK_BYTES_MAX) return 'more'
        const part = take(state.left)
        state.left -= part.length
        if (state.left === 0) state = { at: 'chunk-end' }
        events.data(part)
        return null
      }
      case 'chunk-end': {
        const line = takeLine()
        if (line === null) return pending.length > 1 ? 'a chunk is longer than it said' : 'more'
        if (line !== '') return 'a chunk is longer than it said'
        state = { at: 'chunk-size' }
        return null
      }
      case 'trailer': {
        const line = takeLine()
        if (line === null) return pending.length > HEAD_BYTES_MAX ? 'the end of the answer is too long' : 'more'
        return line === '' ? finish() : null
      }
      case 'done':
        return 'more'
    }
  }

  return {
    push(bytes) {
      pending = pending.length === 0 ? bytes : Buffer.concat([pending, bytes])
      while (pending.length > 0) {
        const said = step()
        if (said === 'more') return null
        if (said !== null) return said
      }
      return null
    },
    close() {
      if (state.at === 'done') return null
      if (state.at === 'until-close') return finish()
      return state.at === 'head'
        ? 'the server closed the connection before it had answered'
        : 'the server closed the connection in the middle of its answer'
    },
    reusable: () => state.at === 'done' && keepAlive && pending.length === 0,
  }
}

/** @returns where the body starts, -1 when the empty line is not there yet */
function endOfHead(bytes: Buffer): number {
  const crlf = bytes.indexOf('\r\n\r\n')
  const lf = bytes.indexOf('\n\n')
  if (crlf >= 0 && (lf < 0 || crlf < lf)) return crlf + 4
  return lf < 0 ? -1 : lf + 2
}

function parseHead(text: string): (ResponseHead & { readonly http11: boolean }) | null {
  const [first = '', ...lines] = text.split(/\r?\n/)
  const [, minor, status, reason = ''] = /^HTTP\/1\.(\d) ([1-9]\d{2})(?: (.*))?$/.exec(first) ?? []
  if (status === undefined) return null
  const headers: Record<string, string> = Object.create(null)
  for (const line of lines) {
    const colon = line.indexOf(':')
    if (colon > 0) headers[line.slice(0, colon).trim().toLowerCase()] = line.slice(colon + 1).trim()
  }
  return { status: Number(status), reason, headers, http11: minor !== '0' }
}
