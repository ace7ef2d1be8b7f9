import { reprString } from '../model/python.js'
import { conflictText, getopt, type OptionSpec } from './getopt.js'
import { looksLikeUrl } from './server-url.js'

/** What supervisorctl's command line asks for; `null` leaves it to the configuration. */
export interface SupervisorctlOptions {
  readonly config: string | null
  readonly help: boolean
  readonly interactive: boolean
  readonly serverUrl: string | null
  readonly username: string | null
  readonly password: string | null
  readonly historyFile: string | null
  /** The action and its arguments; empty for a shell. */
  readonly words: readonly string[]
}

/** The options, or Supervisor's text for what is wrong with them. */
export type ParsedSupervisorctlOptions =
  | { readonly ok: true; readonly options: SupervisorctlOptions }
  | { readonly ok: false; readonly classic: string }

const GETOPT_SPECS: readonly OptionSpec[] = [
  { name: 'config', short: 'c', long: 'configuration', argument: true },
  { name: 'help', short: 'h', long: 'help', argument: false },
  { name: 'help', short: '?', argument: false },
  { name: 'interactive', short: 'i', long: 'interactive', argument: false },
  { name: 'serverUrl', short: 's', long: 'serverurl', argument: true },
  { name: 'username', short: 'u', long: 'username', argument: true },
  { name: 'password', short: 'p', long: 'password', argument: true },
  { name: 'historyFile', short: 'r', long: 'history_file', argument: true },
]

/**
 * Reads supervisorctl's command line.
 *
 * @param argv - without the program's name
 * @see Supervisor options.py, ClientOptions
 */
export function parseSupervisorctlOptions(argv: readonly string[]): ParsedSupervisorctlOptions {
  const read = getopt(argv, GETOPT_SPECS)
  if (!read.ok) return read
  const values = new Map<string, string>()
  for (const { name, spelling, value } of read.given) {
    if (name === 'help') break
    if (name === 'serverUrl' && !looksLikeUrl(value)) {
      const quoted = reprString(value)
      return { ok: false, classic: `invalid value for ${spelling} ${quoted}: value ${quoted} is not a URL` }
    }
    if (values.has(name)) return { ok: false, classic: conflictText(spelling) }
    values.set(name, value)
  }
  return {
    ok: true,
    options: {
      config: values.get('config') ?? null,
      // Reached only when nothing before it was wrong: what follows -h is not looked at.
      help: read.given.some(({ name }) => name === 'help'),
      interactive: values.has('interactive'),
      serverUrl: values.get('serverUrl') ?? null,
      username: values.get('username') ?? null,
      password: values.get('password') ?? null,
      historyFile: values.get('historyFile') ?? null,
      words: read.rest,
    },
  }
}
