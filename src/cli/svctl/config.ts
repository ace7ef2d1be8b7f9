import { HIDDEN } from '../../api/json/secrets.js'
import { nativeValue, type YamlValue } from '../../config/native.js'
import { closest } from '../../config/suggest.js'
import { createOwners } from '../../desired/checks/owners.js'
import { type EffectiveOption, type EffectiveSection, effectiveSections } from '../../desired/effective.js'
import { directoryOf } from '../../desired/paths.js'
import { startReading } from '../../desired/reading.js'
import { findConfig } from '../../desired/search.js'
import { hostFiles } from '../../host/files.js'
import { createUsers } from '../../host/users.js'
import type { Position } from '../../model/diagnostic.js'
import { soundsSecret } from '../../model/secret.js'
import { load } from './check/load.js'
import { type Context, emit, isStructured, report } from './context.js'
import { EXIT, type ExitCode } from './exit.js'
import { failure } from './locate.js'
import { renderConfig } from './render-config.js'

/** `svctl.config/v1`: what a configuration comes to. */
export interface ConfigDocument {
  readonly schema: 'svctl.config/v1'
  readonly file: string
  /** Every file that was read, the main file first. */
  readonly files: readonly string[]
  /** Whether defaults are there, too. */
  readonly effective: boolean
  readonly sections: readonly ConfigSection[]
}

/** One section. */
export interface ConfigSection {
  /** As written between the brackets. */
  readonly section: string
  /** Where it begins. */
  readonly at: Place
  /** Names of the processes it declares. */
  readonly processes: readonly string[]
  readonly options: readonly ConfigOption[]
}

/** One option. */
export interface ConfigOption {
  /** A variable of `environment` is an option of its own: `environment.PATH`. */
  readonly option: string
  /** With variables filled in; `null` for nothing set, and where processes differ. */
  readonly value: YamlValue | null
  /** By process, where they differ; `null` where they do not. */
  readonly perProcess: Readonly<Record<string, string>> | null
  /** `null` for a default. */
  readonly at: Place | null
  /** The section that says it, when it is inherited; `null` for what the section itself says and for defaults. */
  readonly from: string | null
  /** What the default depends on; '' for nothing. */
  readonly note: string
}

export interface Place {
  readonly file: string
  readonly line: number
  readonly column: number
}

/** `svctl config`: what a configuration says once includes, variables, inheritance and defaults are in. Asks no daemon. */
export async function config(context: Context): Promise<ExitCode> {
  const { options, terminal, names } = context
  const { flags } = options
  const found = findConfig({ argv0: process.argv[1] ?? 'svctl', exists: (path) => hostFiles.kind(path) !== null })
  const named = flags.text('--file') ?? options.clientConfig ?? (terminal.env.SVCTL_CONFIG || null)
  const file = named ?? (found.ok ? found.file : null)
  if (file === null)
    return report(
      context,
      failure('BAD_REQUEST', 'config: no configuration file in its usual places; name one with -c'),
    )
  const users = createUsers()
  const { files, findings, checked } = load(file, false, terminal, users)
  if (checked === null)
    return report(
      context,
      failure(
        'CONFIG_INVALID',
        `Cannot use ${file}`,
        findings.filter(({ severity }) => severity === 'error'),
      ),
    )
  const mainFile = checked.written.file
  const world = { request: checked.request, files: checked.files, users, mainFile, here: directoryOf(mainFile) }
  const all = flags.has('--effective')
  const every = effectiveSections({
    document: checked.document,
    config: checked.config,
    reading: startReading(world),
    all,
  })
  const unknown = names.find((name) => !every.some((section) => isNamed(section, name)))
  if (unknown !== undefined) return report(context, failure('UNKNOWN_NAME', unknownText(unknown, every)))
  const chosen = names.length === 0 ? every : every.filter((section) => names.some((name) => isNamed(section, name)))
  const owners = createOwners(checked.written)
  const secrets = flags.has('--show-secrets')
  const document: ConfigDocument = {
    schema: 'svctl.config/v1',
    file: mainFile,
    files,
    effective: all,
    sections: chosen.map(({ name, at, processes, options: rows }) => ({
      section: name,
      at: placeOf(at),
      processes,
      options: rows.map((row) => optionOf(row, name, (position) => owners(position)?.section ?? null, secrets)),
    })),
  }
  if (isStructured(context)) await emit(context, document)
  else terminal.out(renderConfig(document, chosen, flags.has('--show-origin'), terminal.directory))
  return EXIT.yes
}

function optionOf(
  row: EffectiveOption,
  section: string,
  ownerOf: (at: Position) => string | null,
  secrets: boolean,
): ConfigOption {
  const { option, field, value, perProcess, at } = row
  const isVariable = option.startsWith('environment.')
  const hidden = !secrets && value !== null && value !== '' && (isVariable || soundsSecret(option))
  const owner = at === null ? null : ownerOf(at)
  const shown = value === null || typeof value !== 'string' || isVariable ? value : nativeValue(field.type, value)
  return {
    option,
    value: hidden ? HIDDEN : shown,
    perProcess: perProcess !== null && isVariable && !secrets ? hideAll(perProcess) : perProcess,
    at: at && placeOf(at),
    from: owner === section ? null : owner,
    note: at === null ? (field.defaultNote ?? '') : '',
  }
}

function hideAll(values: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.keys(values).map((name) => [name, HIDDEN]))
}

/** Whether a name is that of a section, with its kind or without, of a group or of a process. */
function isNamed({ name, processes }: EffectiveSection, wanted: string): boolean {
  const own = name.slice(name.indexOf(':') + 1).trim()
  const group = wanted.replace(/:\*?$/, '')
  return (
    [name, own].includes(wanted) || processes.some((process) => process === wanted || process.startsWith(`${group}:`))
  )
}

function unknownText(wanted: string, sections: readonly EffectiveSection[]): string {
  const known = sections.flatMap(({ name, processes }) => [name, name.slice(name.indexOf(':') + 1), ...processes])
  const near = closest(wanted, [...new Set(known)])
  return `config: no section, group or process is named ${JSON.stringify(wanted)}${near === null ? '' : `; did you mean ${near}?`}`
}

function placeOf({ file, line, column }: Position): Place {
  return { file, line, column }
}
