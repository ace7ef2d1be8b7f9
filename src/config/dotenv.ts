import type { Position } from '../model/diagnostic.js'
import { decodeUtf8 } from './decode.js'

/** One variable of a file of variables. */
export interface Variable {
  readonly name: string
  readonly value: string
  /** Where the name stands. */
  readonly at: Position
}

/** What is odd about a file of variables. Values are secrets: neither the message nor the excerpt repeats one. */
export interface DotenvFault {
  readonly severity: 'error' | 'warning'
  readonly message: string
  readonly help: string
  readonly at: Position
  readonly excerpt: string | null
}

export interface Dotenv {
  /** In the order of the file; of two with one name the last counts. */
  readonly variables: readonly Variable[]
  readonly faults: readonly DotenvFault[]
}

/** What stands for a value in an excerpt. */
const HIDDEN = '<hidden>'

/**
 * Reads lines `KEY=VALUE` as the dotenv libraries do, but strictly: what is no such line is an error.
 *
 * `export` before the name and comments are skipped. `'…'` is verbatim; in `"…"` the escapes are `\n \r \t \" \\ \$`;
 * both may span lines. Without quotes the value ends at a blank before `#`. Nothing is run and nothing replaced: `$X`,
 * `$(…)` and `%` stay as they are.
 */
export function readDotenv(bytes: Uint8Array, file: string): Dotenv {
  const decoded = decodeUtf8(bytes)
  if (!decoded.ok) {
    const lines = decoded.before.split('\n')
    const at = { file, line: lines.length, column: (lines.at(-1) ?? '').length + 1 }
    const message = `Cannot read the file as UTF-8: byte ${decoded.offset} does not belong there`
    return { variables: [], faults: [{ severity: 'error', message, help: 'save it as UTF-8', at, excerpt: null }] }
  }
  return new DotenvReader(decoded.text.replace(/^\ufeff/, ''), file).read()
}

const ASSIGNMENT = /^[ \t]*(?:export[ \t]+)?([A-Za-z_][\w.-]*)[ \t]*=[ \t]*/
const SKIPPED = /^[ \t]*(?:#|$)/
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\', $: '$' }

class DotenvReader {
  readonly #lines: readonly string[]
  readonly #file: string
  readonly #variables: Variable[] = []
  readonly #faults: DotenvFault[] = []
  /** Line that is read, from 0. */
  #line = 0

  constructor(text: string, file: string) {
    this.#lines = text.split(/\r?\n/)
    this.#file = file
  }

  read(): Dotenv {
    for (; this.#line < this.#lines.length; this.#line++) {
      const line = this.#lines[this.#line] ?? ''
      if (!SKIPPED.test(line)) this.#readLine(line)
    }
    return { variables: this.#variables, faults: this.#faults }
  }

  #readLine(line: string): void {
    const [head, name] = ASSIGNMENT.exec(line) ?? []
    if (head === undefined || name === undefined) {
      const at = this.#at(line.search(/[^ \t]/))
      // The line may be the second one of a secret that lacks its quotes.
      this.#fault('Cannot read the line as KEY=VALUE', 'write KEY=VALUE; values of several lines need quotes', at, null)
      return
    }
    const first = this.#at(head.lastIndexOf(name))
    const at = { ...first, endColumn: first.column + name.length }
    const excerpt = line.slice(0, line.indexOf('=') + 1) + HIDDEN
    const value = this.#readValue(line, head.length, name, excerpt)
    if (value === null) return
    if (value.includes('\0'))
      this.#fault(`Cannot take the value of ${name}: it holds a zero byte`, 'take the zero byte out', at, excerpt)
    if (this.#variables.some((known) => known.name === name))
      this.#fault(`${name} is set twice; the last one counts`, 'keep one of them', at, excerpt, 'warning')
    this.#variables.push({ name, value, at })
  }

  /** @returns `null` after a mistake */
  #readValue(line: string, start: number, name: string, excerpt: string): string | null {
    const rest = line.slice(start)
    const quote = rest[0]
    if (quote === '`') {
      const help = 'put the value into single quotes; no command is run'
      this.#fault(`Cannot read the value of ${name}: it begins with a backquote`, help, this.#at(start), excerpt)
      return null
    }
    if (quote === '"' || quote === "'") return this.#readQuoted(quote, start, name, excerpt)
    const isComment = rest.startsWith('#') && /[ \t]$/.test(line.slice(0, start))
    return isComment ? '' : rest.replace(/[ \t]+#.*$/, '').replace(/[ \t]+$/, '')
  }

  #readQuoted(quote: string, start: number, name: string, excerpt: string): string | null {
    const opened = this.#at(start)
    let value = ''
    let column = start + 1
    for (let number = this.#line; number < this.#lines.length; number++) {
      const line = this.#lines[number] ?? ''
      for (; column < line.length; column++) {
        const char = line[column] ?? ''
        if (char === quote) {
          this.#line = number
          if (!/^[ \t]*$|^[ \t]+#/.test(line.slice(column + 1))) {
            const help = 'end the line after the closing quote; in double quotes a quote is written \\"'
            const shown = opened.line === number + 1 ? excerpt : null
            this.#fault(`Cannot read what follows the value of ${name}`, help, this.#at(column + 1), shown)
            return null
          }
          return value
        }
        const escaped = char === '\\' && quote === '"' ? ESCAPES[line[column + 1] ?? ''] : undefined
        value += escaped ?? char
        if (escaped !== undefined) column++
      }
      value += '\n'
      column = 0
    }
    this.#line = this.#lines.length
    this.#fault(`Cannot find the end of the value of ${name}`, `close it with ${quote}`, opened, excerpt)
    return null
  }

  /** @param index - in the line that is read, from 0 */
  #at(index: number): Position {
    return { file: this.#file, line: this.#line + 1, column: index + 1 }
  }

  #fault(
    message: string,
    help: string,
    at: Position,
    excerpt: string | null,
    severity: DotenvFault['severity'] = 'error',
  ): void {
    this.#faults.push({ severity, message, help, at, excerpt })
  }
}
