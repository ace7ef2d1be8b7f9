import { createInterface } from 'node:readline'
import type { LineRead, LineRequest } from './ctl/terminal-port.js'
import { HISTORY_LINES_MAX, type History } from './history.js'

/** Lines that were pasted together with an earlier one, and what was typed behind the last of them. */
const pasted: string[] = []
let typedAhead = ''

/**
 * Reads one line from the terminal with readline. The terminal is in raw mode only meanwhile, so that Ctrl-C reaches
 * a running command as a signal.
 */
export async function readEdited(request: LineRequest, history: History): Promise<LineRead> {
  const waiting = pasted.shift()
  if (waiting !== undefined) {
    process.stdout.write(`${request.prompt}${waiting}\n`)
    return { kind: 'line', text: waiting }
  }
  const keep = request.history === true
  const editor = createInterface({
    input: process.stdin,
    output: process.stdout,
    terminal: true,
    prompt: request.prompt,
    historySize: keep ? HISTORY_LINES_MAX : 0,
    ...(keep ? { history: [...history.lines] } : {}),
    ...(request.complete === undefined ? {} : { completer: completerOf(request.complete) }),
  })
  return new Promise((resolve) => {
    let read: LineRead | null = null
    editor.on('history', (lines: string[]) => {
      if (keep) history.replace(lines)
    })
    editor.on('line', (text) => {
      if (read !== null) return void pasted.push(text)
      read = { kind: 'line', text }
      // Lines of the same paste come before the next turn.
      setImmediate(() => {
        typedAhead = editor.line
        editor.close()
      })
    })
    editor.on('SIGINT', () => {
      read = { kind: 'interrupt' }
      editor.close()
    })
    editor.on('close', () => resolve(read ?? { kind: 'end' }))
    editor.prompt()
    if (typedAhead !== '') editor.write(typedAhead)
    typedAhead = ''
  })
}

/** Reads a line from a terminal without showing it. Ctrl-U starts anew, Backspace takes back. */
export function readHidden(input: NodeJS.ReadStream): Promise<LineRead> {
  return new Promise((resolve) => {
    let text = ''
    const settle = (read: LineRead): void => {
      input.off('data', onData)
      input.setRawMode(false)
      input.pause()
      resolve(read)
    }
    /** @returns what was read, `null` when there is more to come */
    const type = (char: string): LineRead | null => {
      if (char === '\r' || char === '\n') return { kind: 'line', text }
      if (char === '\u0003') return { kind: 'interrupt' }
      if (char === '\u0004' && text === '') return { kind: 'end' }
      if (char === '\u007f' || char === '\b') text = [...text].slice(0, -1).join('')
      else if (char === '\u0015') text = ''
      else if (char >= ' ') text += char
      return null
    }
    const onData = (chunk: Buffer): void => {
      for (const char of chunk.toString('utf8')) {
        const read = type(char)
        if (read !== null) {
          settle(read)
          return
        }
      }
    }
    input.setRawMode(true)
    input.on('data', onData)
    input.resume()
  })
}

type Completer = (line: string, done: (error: Error | null, result: [string[], string]) => void) => void

/** Candidates that cannot be had, since the server is away, are none. */
function completerOf(complete: (line: string) => Promise<readonly [readonly string[], string]>): Completer {
  return (line, done) => {
    complete(line).then(
      ([candidates, fragment]) => done(null, [[...candidates], fragment]),
      () => done(null, [[], line]),
    )
  }
}
