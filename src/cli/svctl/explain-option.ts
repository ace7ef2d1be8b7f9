import type { Expansion, Field } from '../../config/fields/row.js'
import { fieldNames, fieldOf, SECTION_KINDS, type SectionKind } from '../../config/fields.js'
import { closest } from '../../config/suggest.js'
import { sameJson } from '../../model/equal.js'
import type { ChangeClass } from '../../model/spec.js'
import { type Context, emit, isStructured, report } from './context.js'
import { EXIT, type ExitCode } from './exit.js'
import { type Places, placesOf } from './explain-places.js'
import { failure } from './locate.js'
import { printable } from './paint.js'
import { renderOption } from './render-option.js'

/** `svctl.option/v1`: what is known about one option, and where it is set. */
export interface OptionDocument extends Places {
  readonly schema: 'svctl.option/v1'
  readonly option: string
  /** Kinds of sections that have it: `program`. */
  readonly sections: readonly SectionKind[]
  readonly type: Field['type']
  readonly unit: string | null
  /** As it would be written; `null` for none. */
  readonly default: string | null
  /** Said in place of a default that depends on something else. */
  readonly defaultNote: string | null
  readonly required: boolean
  /** Allowed words; `null` when it is not one of a list. */
  readonly choices: readonly string[] | null
  /** Names that `%(name)s` may use. */
  readonly expansions: readonly string[]
  readonly changeClass: ChangeClass
  /** What a change of it disturbs. */
  readonly change: string
  readonly doc: string
  readonly note: string | null
}

/** One meaning of a name. */
interface Found {
  readonly name: string
  /** Kinds that share the row. */
  readonly kinds: readonly [SectionKind, ...SectionKind[]]
  readonly field: Field
}

/** Whether a text names an option: `startsecs`, `program.startsecs`. */
export function isOption(text: string): boolean {
  return findOptions(text).length > 0
}

/** @returns an option whose name is near, `null` for none */
export function nearestOption(text: string): string | null {
  return closest(text, [...new Set(SECTION_KINDS.flatMap(fieldNames))])
}

/** Explains an option from the table of options; needs no daemon. */
export async function explainOption(context: Context, text: string): Promise<ExitCode> {
  const found = findOptions(text)
  const [one, ...others] = found
  if (one === undefined) {
    const near = nearestOption(text)
    const hint = near === null ? '' : `; did you mean ${near}?`
    return report(context, failure('BAD_REQUEST', `No option is named ${JSON.stringify(text)}${hint}`))
  }
  if (others.length > 0) {
    for (const { name, kinds, field } of found) {
      context.terminal.err(`  ${kinds[0]}.${name}: ${printable(field.doc)}\n`)
    }
    const message = `${JSON.stringify(text)} is ${found.length} options; name one of them with its section`
    return report(context, failure('BAD_REQUEST', message))
  }
  const places = await placesOf(context, one.kinds, one.name)
  const document = documentOf(one, places)
  if (isStructured(context)) await emit(context, document)
  else context.terminal.out(renderOption(document, context.paint))
  return EXIT.yes
}

/** Sections that only repeat options of programs, for others to inherit: meant only when they are named. */
const HEIRLOOMS: readonly SectionKind[] = ['program-default', 'template']

/** Everything a text can mean; kinds whose rows are the same count as one. */
function findOptions(text: string): readonly Found[] {
  const dot = text.indexOf('.')
  const qualifier = dot < 0 ? null : text.slice(0, dot)
  const kinds = SECTION_KINDS.filter((kind) => (qualifier === null ? !HEIRLOOMS.includes(kind) : kind === qualifier))
  // Options of plugins have dots in their names.
  const whole = dot < 0 ? [] : foundIn(SECTION_KINDS, text.toLowerCase())
  return whole.length > 0 ? whole : foundIn(kinds, text.slice(dot + 1).toLowerCase())
}

function foundIn(kinds: readonly SectionKind[], name: string): readonly Found[] {
  const found: Found[] = []
  for (const kind of kinds) {
    const field = fieldOf(kind, name)
    if (field === null) continue
    const at = found.findIndex((one) => sameJson(one.field, field))
    const same = found[at]
    if (same === undefined) found.push({ name, kinds: [kind], field })
    else found[at] = { ...same, kinds: [...same.kinds, kind] }
  }
  return found
}

function documentOf({ name, kinds, field }: Found, places: Places): OptionDocument {
  return {
    schema: 'svctl.option/v1',
    option: name,
    sections: kinds,
    type: field.type,
    unit: field.unit ?? null,
    default: field.default,
    defaultNote: field.defaultNote ?? null,
    required: field.required === true,
    choices: field.choices ?? null,
    expansions: EXPANSIONS[field.expands],
    changeClass: field.change,
    change: changeText(kinds[0], field.change),
    doc: field.doc,
    note: field.note ?? null,
    ...places,
  }
}

const HERE = ['here', 'ENV_x']
const NODE = ['host_node_name', ...HERE]
const PROGRAM = ['program_name', 'group_name', ...NODE]
const EXPANSIONS: Readonly<Record<Expansion, readonly string[]>> = {
  none: [],
  env: ['ENV_x'],
  here: HERE,
  node: NODE,
  socket: ['program_name', ...HERE],
  program: PROGRAM,
  process: ['process_num', 'numprocs', ...PROGRAM],
}

const CHANGE_OF_PROGRAM = {
  live: 'running processes take it on at once; nothing is restarted',
  'next-start': 'it counts from the next start of a process on; nothing is restarted for it',
  restart: 'its processes are restarted',
  scale: 'processes that are new are started, those too many are stopped; the others are not touched',
  recreate: 'its processes are stopped and others, under the new names, are started',
} as const satisfies Record<ChangeClass, string>

/** What a change of an option disturbs, in words. */
function changeText(kind: SectionKind, change: ChangeClass): string {
  switch (kind) {
    case 'supervisorctl':
    case 'ctlplugin':
      return 'the next command of a client uses it; the daemon is not concerned'
    case 'supervisord':
    case 'unix_http_server':
    case 'inet_http_server':
    case 'rpcinterface':
      if (change === 'live' && kind === 'supervisord')
        return 'the daemon takes it on when it reads the file; nothing is restarted'
      return 'it takes effect when the daemon itself is started again; programs are not touched meanwhile'
    case 'include':
      return 'files that come in or go out add, change or remove the programs that they hold'
    default:
      return CHANGE_OF_PROGRAM[change]
  }
}
