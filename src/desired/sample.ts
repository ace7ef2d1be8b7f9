import type { Field, FieldTable } from '../config/fields/row.js'
import { FIELDS, SECTION_KINDS, SECTIONS, type SectionKind } from '../config/fields.js'
import { isGroupDefault } from './group-defaults.js'

/** Sections a daemon and its client need to talk to each other; the rest is shown behind comment marks. */
const ACTIVE: Partial<Record<SectionKind, Readonly<Record<string, string>>>> = {
  supervisord: { logfile: '/tmp/supervisord.log', pidfile: '/tmp/supervisord.pid' },
  unix_http_server: { file: '/tmp/supervisor.sock' },
  supervisorctl: { serverurl: 'unix:///tmp/supervisor.sock' },
  rpcinterface: { 'supervisor.rpcinterface_factory': 'supervisor.rpcinterface:make_main_rpcinterface' },
}

/** Names that stand for the reader's own. */
const NAMES: Partial<Record<SectionKind, string>> = {
  rpcinterface: 'supervisor',
  ctlplugin: 'example',
  program: 'example',
  eventlistener: 'example-listener',
  'fcgi-program': 'example-fastcgi',
  group: 'example-group',
  template: 'example-template',
}

/** Kinds whose options are mostly shown in the section of a program, with what is to be said instead. */
const SHARED: Partial<Record<SectionKind, string>> = {
  eventlistener: 'every option of [program:x] as well',
  'fcgi-program': 'every option of [program:x] as well',
  group: 'with defaults=true every option of [program:x] but command, for its programs',
  'program-default': 'every option of [program:x] but command and extends',
  template: 'every option of the sections that extend it',
}

/** Column at which the remarks begin. */
const REMARKS = 44

/**
 * A configuration file that shows every option with its default and a sentence, made from the table of options.
 *
 * @returns INI text; it loads as it is and starts no program
 */
export function sampleConfig(): string {
  const head = [
    '; Sample supervisor config file',
    ';',
    '; Every option there is, with its default or an example. A line that begins with',
    '; a semicolon is not read; take the semicolon away and change what follows it.',
    '; In a value, a semicolon or # after a blank starts a remark, inside quotes too.',
    '; A percent sign in a value is written %%; %(here)s is the directory of this file,',
    '; %(ENV_HOME)s the variable HOME of the environment.',
  ]
  return `${[...head, ...SECTION_KINDS.flatMap(showSection)].join('\n')}\n`
}

function showSection(kind: SectionKind): readonly string[] {
  const table: FieldTable = FIELDS[kind]
  const active = ACTIVE[kind]
  const name = NAMES[kind]
  const header = `${active === undefined ? ';' : ''}[${kind}${name === undefined ? '' : `:${name}`}]`
  const shared = SHARED[kind]
  const rows = Object.entries(table).filter(([option, field]) => shared === undefined || isOwn(kind, option, field))
  const more = shared === undefined ? [] : [`; ${shared}`]
  return [
    '',
    `; ${SECTIONS[kind].doc}`,
    header,
    ...more,
    ...rows.map(([option, field]) => showOption(option, field, active)),
  ]
}

/** A listener needs a command too; the other options of a program are shown once. */
function isOwn(kind: SectionKind, option: string, field: Field): boolean {
  if (kind === 'template') return option === 'stopsignal'
  if (kind === 'group') return !isGroupDefault(option)
  const inProgram = (FIELDS.program as FieldTable)[option]
  return option === 'command' || inProgram === undefined || inProgram.default !== field.default
}

function showOption(option: string, field: Field, active: Readonly<Record<string, string>> | undefined): string {
  const set = active?.[option]
  const assignment = set === undefined ? `;${option}=${field.default || (field.example ?? '')}` : `${option}=${set}`
  return `${assignment.padEnd(REMARKS)} ; ${remark(field)}`
}

function remark({ doc, unit, required, default: byDefault, defaultNote, note }: Field): string {
  const facts = [
    unit === 'ms' || unit === 'seconds' || unit === 'percent' ? `in ${unit}` : '',
    required ? 'needed' : byDefault ? '' : `default: ${defaultNote ?? 'none'}`,
    note ?? '',
  ].filter((fact) => fact !== '')
  return facts.length === 0 ? doc : `${doc} (${facts.join('; ')})`
}
