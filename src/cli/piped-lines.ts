import { StringDecoder } from 'node:string_decoder'
import type { LineRead } from './ctl/terminal-port.js'

/** Lines of a stream, one at a time; the stream rests while none is wanted. */
export interface PipedLines {
  /** Must not be called again before it has settled, unless what it said no longer matters. Never rejects. */
  next(): Promise<LineRead>
}

/** @returns lines without their ends; a last line without one counts, an error is an end */
export function pipedLines(input: NodeJS.ReadableStream): PipedLines {
  const utf8 = new StringDecoder('utf8')
  let buffered = ''
  let ended = false
  let waiting: ((read: LineRead) => void) | null = null

  const take = (): LineRead | null => {
    const end = buffered.indexOf('\n')
    if (end >= 0) {
      const text = buffered.slice(0, end)
      buffered = buffered.slice(end + 1)
      return { kind: 'line', text }
    }
    if (!ended) return null
    if (buffered === '') return { kind: 'end' }
    const text = buffered
    buffered = ''
    return { kind: 'line', text }
  }
  const settle = (): void => {
    if (waiting === null) return
    const read = take()
    if (read === null) return
    const resolve = waiting
    waiting = null
    input.pause()
    resolve(read)
  }
  const end = (): void => {
    if (!ended) buffered += utf8.end()
    ended = true
    settle()
  }
  input.pause()
  input.on('data', (chunk: Buffer) => {
    buffered += utf8.write(chunk)
    settle()
  })
  input.on('end', end)
  input.on('error', end)
  // 'data' listeners start the flow; it is wanted only while somebody waits.
  input.pause()

  return {
    next: () =>
      new Promise((resolve) => {
        waiting = resolve
        settle()
        if (waiting !== null) input.resume()
      }),
  }
}
