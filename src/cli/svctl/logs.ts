import type { LogRecord } from '../../api/log-lines.js'
import { type Context, expect, report } from './context.js'
import { EXIT, type ExitCode } from './exit.js'
import { createLogLines, type LogLine } from './log-lines.js'
import { printable } from './paint.js'
import { pad, width } from './table.js'

/** `svctl.logline/v1`: one line of `svctl logs -o json`. */
export interface LogLineDocument extends LogLine {
  readonly schema: 'svctl.logline/v1'
}

/** `svctl logs`: the logs of many programs, whole lines in the order in which they come. */
export async function logs(context: Context): Promise<ExitCode> {
  const { client, names, options, terminal } = context
  const show = options.output === 'json' ? jsonLines(context) : textLines(context)
  const lines = createLogLines({ line: show, note: (record) => terminal.err(noteLine(context, record)) })
  const answer = await client.stream(`logs?${queryOf(context, names)}`, lines.push)
  lines.end()
  if (terminal.interrupted.aborted) return EXIT.interrupted
  if (answer === null) return EXIT.yes
  const got = await expect(context, 'svctl.error/v1', answer)
  return got.ok ? report(context, got.document) : got.exit
}

function queryOf({ options: { flags } }: Context, names: readonly string[]): string {
  const one = flags.has('--stdout') !== flags.has('--stderr')
  const lines = flags.number('--lines')
  const given: readonly (readonly [string, string])[] = [
    ...names.map((name) => ['name', name] as const),
    ...(one ? [['channel', flags.has('--stdout') ? 'stdout' : 'stderr'] as const] : []),
    ...(lines === null ? [] : [['lines', String(lines)] as const]),
    ...(flags.has('--since') ? [['since', String(flags.ms('--since', 0))] as const] : []),
    ...(flags.has('--follow') ? [['follow', '1'] as const] : []),
  ]
  return new URLSearchParams(given.map(([key, value]): [string, string] => [key, value])).toString()
}

function jsonLines({ terminal }: Context): (line: LogLine) => void {
  return (line) => {
    const document: LogLineDocument = { schema: 'svctl.logline/v1', ...line }
    terminal.out(`${JSON.stringify(document)}\n`)
  }
}

/** `web:0 | line`, `web:0 ! line` for standard error; prefixes grow to the longest name seen so far. */
function textLines({ terminal, paint, options }: Context): (line: LogLine) => void {
  const raw = options.flags.has('--raw')
  const colours = new Map<string, (text: string) => string>()
  let columns = 0
  return ({ name, channel, line }) => {
    columns = Math.max(columns, width(name))
    const colour = colours.get(name) ?? paint.nth(colours.size)
    colours.set(name, colour)
    const bar = channel === 'stdout' ? '|' : '!'
    terminal.out(`${colour(`${pad(printable(name), columns)} ${bar}`)} ${raw ? line : printableLine(line)}\n`)
  }
}

/** Tabs are left: they do no harm, and tables of programs have them. */
function printableLine(line: string): string {
  return line.split('\t').map(printable).join('\t')
}

function noteLine({ errPaint }: Context, record: Exclude<LogRecord, { readonly text: string }>): string {
  return `${errPaint.yellow('note:')} ${printable(record.name)}: ${noteText(record)}\n`
}

function noteText(record: Exclude<LogRecord, { readonly text: string }>): string {
  switch (record.note) {
    case 'unmatched':
      return 'no process has this name yet; it is shown as soon as there is one'
    case 'no-log':
      return `keeps no log of its ${record.channel} that could be shown`
    case 'lost':
      return `the log of its ${record.channel} was cut before all of it was read`
    case 'since-unknown':
      return `it is not known exactly where that time begins in its ${record.channel}: more may be of it`
  }
}
