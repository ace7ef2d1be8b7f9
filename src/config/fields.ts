import type { ChangeClass } from '../model/spec.js'
import { INCLUDE, SUPERVISORD } from './fields/daemon.js'
import { EVENTLISTENER, FCGI_PROGRAM, GROUP_SECTION, PROGRAM, PROGRAM_DEFAULT, TEMPLATE } from './fields/program.js'
import type { Field, FieldTable } from './fields/row.js'
import { CTLPLUGIN, INET_HTTP_SERVER, RPCINTERFACE, SUPERVISORCTL, UNIX_HTTP_SERVER } from './fields/servers.js'

/**
 * The one table of options. Reading, schemas, "did you mean", the sample file and the classes of changes are made from
 * it; adding an option is one row and the place that uses it.
 *
 * @see Supervisor docs/configuration.rst
 */
export const FIELDS = {
  supervisord: SUPERVISORD,
  unix_http_server: UNIX_HTTP_SERVER,
  inet_http_server: INET_HTTP_SERVER,
  supervisorctl: SUPERVISORCTL,
  rpcinterface: RPCINTERFACE,
  ctlplugin: CTLPLUGIN,
  program: PROGRAM,
  eventlistener: EVENTLISTENER,
  'fcgi-program': FCGI_PROGRAM,
  group: GROUP_SECTION,
  'program-default': PROGRAM_DEFAULT,
  template: TEMPLATE,
  include: INCLUDE,
} as const satisfies Readonly<Record<string, FieldTable>>

/** What a section is, by the first part of its name. */
export type SectionKind = keyof typeof FIELDS

/** Name of an option that sections of kind `K` have. */
export type FieldName<K extends SectionKind> = keyof (typeof FIELDS)[K] & string

/** How the name of a section continues after its kind. */
export type SectionNaming = 'alone' | 'named' | 'either'

/** One sentence on each kind, and whether `:name` follows it. */
export const SECTIONS = {
  supervisord: { naming: 'alone', doc: 'The daemon itself' },
  unix_http_server: { naming: 'either', doc: 'A unix socket that clients talk to' },
  inet_http_server: { naming: 'either', doc: 'A TCP address that clients talk to' },
  supervisorctl: { naming: 'alone', doc: 'What the clients use' },
  rpcinterface: { naming: 'named', doc: 'A namespace of XML-RPC methods; the one named supervisor is needed' },
  ctlplugin: { naming: 'named', doc: 'Further actions of supervisorctl' },
  program: { naming: 'named', doc: 'A program to keep running' },
  eventlistener: { naming: 'named', doc: 'A program that is told of events on its standard input' },
  'fcgi-program': { naming: 'named', doc: 'A program whose processes share a listening socket' },
  group: { naming: 'named', doc: 'Programs that are named, added and removed as one' },
  'program-default': { naming: 'alone', doc: 'Options that programs have where they say nothing else' },
  template: { naming: 'named', doc: 'Options for programs that extend it; it never runs itself' },
  include: { naming: 'alone', doc: 'Further files, read as if they stood in this one' },
} as const satisfies Record<SectionKind, { readonly naming: SectionNaming; readonly doc: string }>

/** Every kind, in the order a file usually has them. */
export const SECTION_KINDS = Object.keys(FIELDS) as readonly SectionKind[]

/** Kinds whose options beyond the table belong to someone else and are passed on. */
export function isOpenEnded(kind: SectionKind): boolean {
  return kind === 'rpcinterface' || kind === 'ctlplugin'
}

/**
 * What a section is.
 *
 * @param name - as written between the brackets, case kept
 * @returns `null` for a section that nobody reads
 * @see Supervisor options.py: server sections are known by how their name starts, with or without a colon
 */
export function sectionKind(name: string): SectionKind | null {
  for (const kind of SECTION_KINDS) {
    const { naming } = SECTIONS[kind]
    if (naming === 'alone' ? name === kind : name.startsWith(naming === 'named' ? `${kind}:` : kind)) return kind
  }
  return null
}

/** @returns the row of option `name` (lower case), `null` when sections of this kind have none */
export function fieldOf(kind: SectionKind, name: string): Field | null {
  const table: FieldTable = FIELDS[kind]
  return Object.hasOwn(table, name) ? (table[name] ?? null) : null
}

/** @returns names of all options of a kind, in the order of the table */
export function fieldNames(kind: SectionKind): readonly string[] {
  return Object.keys(FIELDS[kind])
}

const CLASS_OF_SPEC_FIELD: ReadonlyMap<string, ChangeClass> = new Map(
  // The last row of a spec field wins, so the plain program, whose rows the others repeat, comes last.
  [FCGI_PROGRAM, EVENTLISTENER, PROGRAM].flatMap((table: FieldTable) =>
    Object.values(table).flatMap((field) => (field.fills === null ? [] : [[field.fills, field.change] as const])),
  ),
)

/**
 * What a change of one field of a process's spec disturbs.
 *
 * @param specField - as in `Field.fills`: `startSecs`, `stdout.logBytesMax`, `pool.events`
 * @returns `null` when no option fills that field
 */
export function changeClassOf(specField: string): ChangeClass | null {
  return CLASS_OF_SPEC_FIELD.get(specField) ?? null
}
