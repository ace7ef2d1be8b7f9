import { type CAC, cac } from 'cac'
import { closest } from '../../config/suggest.js'
import {
  COMMANDS,
  type CommandName,
  type CommandRow,
  EXIT_TEXT,
  type FlagRow,
  GLOBAL_FLAGS,
  globalFlags,
  HEADINGS,
  type OutputFormat,
} from './commands.js'
import { createFlags, type Flags, wrongFlag } from './flags.js'
import { ANSWER_MS, ANSWERING, CHANGE_ANSWER_MS } from './rows/answering.js'
import { type FlagValue, flagShape, readTokens } from './tokens.js'

/** Values of all flags; a command's own are set only for it. */
export interface Options {
  readonly server: string | null
  readonly username: string | null
  readonly password: string | null
  readonly clientConfig: string | null
  readonly caFile: string | null
  readonly output: OutputFormat
  readonly color: 'auto' | 'always' | 'never'
  /** How long the daemon may take for one answer, ms. */
  readonly answerMs: number
  /** The command's own flags. */
  readonly flags: Flags
}

/** What the arguments ask for. */
export type Arguments =
  | {
      readonly kind: 'run'
      readonly command: CommandName
      readonly names: readonly string[]
      readonly options: Options
    }
  /** `show` prints the help to standard output. */
  | { readonly kind: 'help'; readonly show: () => void }
  /** The arguments are wrong: `message` says how, `help` is the command to read on with. */
  | { readonly kind: 'usage'; readonly message: string; readonly help: string }

const HELP_FLAG: FlagRow = { flags: '-h, --help', text: 'Show this help' }
const VERSION_FLAG: FlagRow = { flags: '-V, --version', text: 'Show the version' }

/**
 * Reads the arguments of svctl.
 *
 * `cac` holds the commands and writes the help. It does not read the values: it would turn the name `007` into the
 * number 7, take a name for the value of a flag that has none, and accept what nobody declared.
 *
 * @param argv - without `node` and the script
 */
export function parseArguments(argv: readonly string[]): Arguments {
  const word = commandWord(argv)
  if (word === null) return withoutCommand(argv)
  if (word === 'help') return helpCommand(argv)
  if (!isCommand(word)) {
    const near = closest(word, [...Object.keys(COMMANDS), 'help'])
    const hint = near === null ? '' : `; did you mean ${near}?`
    return usage(`unknown command ${JSON.stringify(word)}${hint}`)
  }
  const row: CommandRow = COMMANDS[word]
  const tokens = readTokens(argv, [...globalFlags(row), ...row.flags, HELP_FLAG].map(flagShape))
  if (!tokens.ok) return usage(tokens.message, word)
  if (tokens.flags.has('--help')) return { kind: 'help', show: () => showHelp(word) }
  const [, ...names] = tokens.positional
  const wrong = wrongNames(row, names)
  if (wrong !== null) return usage(wrong, word)
  const options = readOptions(tokens.flags, row)
  return typeof options === 'string' ? usage(options, word) : { kind: 'run', command: word, names, options }
}

/** The first word that is neither a flag nor the value of one. Flags have the same shape in all commands. */
function commandWord(argv: readonly string[]): string | null {
  const rows: readonly CommandRow[] = Object.values(COMMANDS)
  const valued = [...GLOBAL_FLAGS, ...rows.flatMap(({ flags }) => flags)]
    .map(flagShape)
    .filter(({ takesValue }) => takesValue)
    .flatMap(({ names }) => names)
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i] ?? ''
    if (word === '--') return argv[i + 1] ?? null
    if (!word.startsWith('-') || word === '-') return word
    if (valued.includes(word)) i++
  }
  return null
}

function withoutCommand(argv: readonly string[]): Arguments {
  const tokens = readTokens(argv, [...GLOBAL_FLAGS, HELP_FLAG, VERSION_FLAG].map(flagShape))
  if (!tokens.ok) return usage(tokens.message)
  if (tokens.flags.has('--help')) return { kind: 'help', show: () => showHelp(null) }
  if (!tokens.flags.has('--version')) return usage('no command given')
  const options = readOptions(tokens.flags, COMMANDS.version)
  return typeof options === 'string' ? usage(options) : { kind: 'run', command: 'version', names: [], options }
}

function helpCommand(argv: readonly string[]): Arguments {
  const tokens = readTokens(argv, [...GLOBAL_FLAGS, HELP_FLAG].map(flagShape))
  if (!tokens.ok) return usage(tokens.message)
  const [, topic, ...more] = tokens.positional
  if (more.length > 0) return usage(`help takes one command, got ${JSON.stringify([topic, ...more].join(' '))}`)
  if (topic === undefined || topic === 'help') return { kind: 'help', show: () => showHelp(null) }
  if (isCommand(topic)) return { kind: 'help', show: () => showHelp(topic) }
  return usage(`there is no command ${JSON.stringify(topic)} to help with`)
}

function wrongNames(row: CommandRow, names: readonly string[]): string | null {
  if (names.some((name) => name === '')) return 'a name is empty'
  if (names.some((name) => name.includes('\0') || name.includes('\n'))) return 'a name contains a line end'
  if (row.names === 'none' && names.length > 0) return `takes no names, got ${JSON.stringify(names.join(' '))}`
  if (row.names === 'some' && names.length === 0) return `needs at least one ${argumentOf(row)}`
  if (row.names === 'one' && names.length !== 1) return `needs one ${row.label ?? 'NAME'}, got ${names.length}`
  if (row.names === 'maybe' && names.length > 1) return `takes one ${row.label ?? 'NAME'}, got ${names.length}`
  return null
}

function argumentOf({ label }: CommandRow): string {
  return label ?? 'name ("all" for everything)'
}

/** @returns the options, or what is wrong with them */
function readOptions(flags: ReadonlyMap<string, FlagValue>, row: CommandRow): Options | string {
  const text = (name: string) => {
    const value = flags.get(name)
    return typeof value === 'string' ? value : null
  }
  const wrong = wrongFlag([...globalFlags(row), ...row.flags], flags)
  if (wrong !== null) return wrong
  const output = text('--output') ?? 'text'
  if (!isOneOf(output, row.outputs))
    return `--output is one of ${row.outputs.join(', ')}, got ${JSON.stringify(output)}`
  const color = text('--color') ?? 'auto'
  if (!isOneOf(color, COLORS)) return `--color is one of ${COLORS.join(', ')}, got ${JSON.stringify(color)}`
  const own = createFlags(row, flags)
  return {
    server: text('--server'),
    username: text('--username'),
    password: text('--password'),
    // The file that an option is looked for in is that of the daemon, too, when a process is meant.
    clientConfig: text('--client-config') ?? (row === COMMANDS.explain ? text('--file') : null),
    caFile: text('--cafile'),
    output,
    color,
    answerMs: row.flags.includes(ANSWERING) ? own.ms('--timeout', ANSWER_MS) : CHANGE_ANSWER_MS,
    flags: own,
  }
}

const COLORS = ['auto', 'always', 'never'] as const

function isOneOf<T extends string>(value: string, allowed: readonly T[]): value is T {
  return (allowed as readonly string[]).includes(value)
}

function isCommand(word: string): word is CommandName {
  return Object.hasOwn(COMMANDS, word)
}

function usage(message: string, command: CommandName | null = null): Arguments {
  if (command === null) return { kind: 'usage', message, help: 'svctl --help' }
  return { kind: 'usage', message: `${command}: ${message}`, help: `svctl ${command} --help` }
}

/** Prints the help of one command, or of all. */
function showHelp(command: CommandName | null): void {
  const cli = declare(command)
  const argv = ['node', 'svctl', ...(command === null ? [] : [command]), '--help']
  cli.parse(argv, { run: false })
}

function declare(command: CommandName | null): CAC {
  const cli = cac('svctl')
  for (const [name, row] of Object.entries<CommandRow>(COMMANDS)) {
    const label = row.label ?? 'NAME'
    const names = {
      none: '',
      any: ` [${label}...]`,
      some: label.endsWith('...]') ? ` ${label}` : ` ${label}...`,
      one: ` ${label}`,
      maybe: ` [${label}]`,
    }[row.names]
    const declared = cli.command(`${name}${names}`, row.summary)
    if (row.names === 'some' || row.names === 'one') declared.name = name
    for (const { flags, text } of row.flags) {
      // The default is in the text; without this cac would print one of its own for `--no-…`.
      declared.option(flags, text, flags.startsWith('--no-') ? { default: undefined } : {})
    }
    for (const example of row.examples) declared.example(`  $ ${example}`)
  }
  for (const { flags, text } of command === null ? GLOBAL_FLAGS : globalFlags(COMMANDS[command])) {
    const formats = command !== null && flags.startsWith('-o,') ? COMMANDS[command].outputs : null
    cli.option(flags, formats === null ? text : `How to print the answer: ${formats.join(', ')}`)
  }
  cli.help((sections) => {
    const [, ...rest] = sections
    const kept = rest.filter(({ title }) => !title?.startsWith('For more info'))
    const shown = kept.map(({ title, body }) => ({
      ...(title === undefined ? {} : { title }),
      body: (title === 'Commands' ? withHeadings(body) : body).replace(/ +\(default: true\)/g, '').replace(/ +$/gm, ''),
    }))
    const row: CommandRow | null = command === null ? null : COMMANDS[command]
    return [
      ...(row === null ? [] : [{ body: row.summary }]),
      ...shown,
      { title: 'Exit status', body: exitLines(row?.exit ?? YES_AND_NO).join('\n') },
    ]
  })
  return cli
}

/** What 0 and 1 mean where no command is named. */
const YES_AND_NO = '0 yes: all is as it should be, or done; 1 no: something differs, or did not come up'

/** One line for each exit status; what a command says of one goes before what all say. */
function exitLines(own: string): readonly string[] {
  const split = (text: string) => (text === '' ? [] : text.split(/[,;] (?=\d)/))
  const codes = new Map([...split(EXIT_TEXT), ...split(own)].map((line) => [Number.parseInt(line, 10), line]))
  return [...codes].sort(([a], [b]) => a - b).map(([, line]) => `  ${line}`)
}

/** The list of commands in parts. */
function withHeadings(body: string): string {
  const lines = body.split('\n').map((line) => {
    const [name = ''] = line.trim().split(' ')
    const heading = isCommand(name) ? HEADINGS[name] : undefined
    return heading === undefined ? line : `\n ${heading}\n${line}`
  })
  return lines.join('\n').replace(/^\n/, '')
}
