import type { Document, Section } from '../config/document.js'
import { closest } from '../config/suggest.js'
import type { GroupSpec, ProcessSpec } from '../model/spec.js'
import { readPool } from './pools.js'
import { placeOfSection } from './problem.js'
import { compareText, type ProgramContext, readName, readProcesses } from './programs.js'
import { programScopes } from './scopes.js'
import { readSection } from './section.js'
import { readSocket } from './sockets.js'

/** A group with the section that declares it. */
interface Declared {
  readonly spec: GroupSpec
  readonly section: Section
}

/**
 * Reads every group, those of `[group:x]` and the implied ones, by ascending (priority, name).
 *
 * Groups, programs that are in none, listeners, FastCGI programs: Supervisor's order, since the first mistake is the one
 * it reports.
 *
 * @see Supervisor options.py, process_groups_from_parser
 */
export function readGroups(document: Document, context: ProgramContext): readonly GroupSpec[] {
  const members = new Set<Section>()
  const ofKind = (prefix: string) => document.sections.filter(({ name }) => name.startsWith(prefix))
  const free = (prefix: string) => ofKind(prefix).filter((section) => !members.has(section))
  const declared: Declared[] = []
  const add = (section: Section, spec: GroupSpec | null) => spec !== null && declared.push({ section, spec })
  for (const section of ofKind('group:')) add(section, readGroup(section, document, context, members))
  const { recall = (section, around, make) => make(section, around) } = context
  for (const section of free('program:')) add(section, recall(section, context, readProgram))
  for (const section of ofKind('eventlistener:')) add(section, readListeners(section, context))
  for (const section of free('fcgi-program:')) add(section, readFastCgi(section, context))
  declared.sort((a, b) => a.spec.priority - b.spec.priority || compareText(a.spec.name, b.spec.name))
  return withoutDoubles(declared, context)
}

function readGroup(
  section: Section,
  document: Document,
  context: ProgramContext,
  members: Set<Section>,
): GroupSpec | null {
  const name = readName(section, context.reading)
  if (name === null) return null
  const reader = readSection('group', section, { ...context, suffix: '' })
  const programs = reader.value('programs') ?? []
  const priority = reader.value('priority')
  const processes: ProcessSpec[] = []
  for (const program of programs) {
    const find = (prefix: string) => document.sections.find((other) => other.name === prefix + program) ?? null
    const [plain, fastCgi] = [find('program:'), find('fcgi-program:')]
    const member = plain ?? fastCgi
    if (plain !== null && fastCgi !== null)
      reader.error('programs', {
        code: 'CONFIG_AMBIGUOUS_PROGRAM',
        message: `[${section.name}] names ${program}, which is both [${plain.name}] and [${fastCgi.name}]`,
        help: 'rename one of the two sections',
        classic: `[${section.name}] name ${program} is ambiguous (exists as program and fcgi-program)`,
      })
    if (member === null) {
      const known = document.sections.flatMap((other) => /^(?:fcgi-)?program:(.*)$/s.exec(other.name)?.[1] ?? [])
      const near = closest(program, known)
      reader.error('programs', {
        code: 'CONFIG_UNKNOWN_PROGRAM',
        message: `[${section.name}] names a program that does not exist: ${JSON.stringify(program)}`,
        help: near === null ? `add a section [program:${program}], or take the name out` : `did you mean ${near}`,
        classic: `[${section.name}] names unknown program or fcgi-program ${program}`,
      })
      continue
    }
    members.add(member)
    if (plain !== null) members.add(plain)
    if (fastCgi !== null) members.add(fastCgi)
    processes.push(...readMember(member, name, context))
  }
  return {
    name,
    priority,
    kind: 'group',
    processes: lastOfEachName(processes, section, context),
    pool: null,
    socket: null,
  }
}

/** FastCGI programs keep their socket in a group; Supervisor forgets it there. */
function readMember(section: Section, group: string, context: ProgramContext): readonly ProcessSpec[] {
  if (section.name.startsWith('program:'))
    return readProcesses(section, { group, kind: 'program', socket: null }, context)
  const program = section.name.slice(section.name.indexOf(':') + 1)
  const scopes = programScopes(context.scopes, program.trim(), group)
  const kind = 'fcgi-program'
  // Processes first: the original never gets to the socket, so its complaints are the ones about the processes.
  const specs = readProcesses(section, { group, kind, socket: null }, context)
  const socket = readSocket(readSection(kind, section, { ...context, scopes, suffix: '' }))
  return socket === null ? specs : specs.map((spec) => ({ ...spec, socket }))
}

function readProgram(section: Section, context: ProgramContext): GroupSpec | null {
  const name = readName(section, context.reading)
  if (name === null) return null
  const kind = 'program'
  const priority = readSection(kind, section, { ...context, suffix: '' }).value('priority')
  const processes = readProcesses(section, { group: name, kind, socket: null }, context)
  return { name, priority, kind, processes: lastOfEachName(processes, section, context), pool: null, socket: null }
}

function readListeners(section: Section, context: ProgramContext): GroupSpec | null {
  const kind = 'eventlistener'
  const name = readName(section, context.reading, '')
  if (name === null) return null
  const reader = readSection(kind, section, { ...context, suffix: '' })
  const priority = reader.value('priority')
  const pool = readPool(reader)
  const processes = readProcesses(section, { group: name, kind, socket: null }, context)
  return { name, priority, kind, processes: lastOfEachName(processes, section, context), pool, socket: null }
}

function readFastCgi(section: Section, context: ProgramContext): GroupSpec | null {
  const kind = 'fcgi-program'
  const name = readName(section, context.reading)
  if (name === null) return null
  const scopes = programScopes(context.scopes, name, name)
  const reader = readSection(kind, section, { ...context, scopes, suffix: '' })
  const priority = reader.value('priority')
  reader.value('user')
  const socket = readSocket(reader)
  const processes = readProcesses(section, { group: name, kind, socket }, context)
  return { name, priority, kind, processes: lastOfEachName(processes, section, context), pool: null, socket }
}

/** Of processes with one name the last counts, in the place of the first, as in the original. */
function lastOfEachName(
  processes: readonly ProcessSpec[],
  section: Section,
  { reading }: ProgramContext,
): readonly ProcessSpec[] {
  const byName = new Map<string, ProcessSpec>()
  for (const spec of processes) {
    if (byName.has(spec.name))
      reading.warn(placeOfSection(section), {
        code: 'CONFIG_DUPLICATE_PROCESS',
        message: `[${section.name}] declares a process ${spec.name} more than once; the last one counts`,
        help: 'give each process a name of its own with process_name',
      })
    byName.set(spec.name, spec)
  }
  return [...byName.values()]
}

/** Of groups with one name the first in the order counts, as in the original, which says nothing. */
function withoutDoubles(declared: readonly Declared[], { reading }: ProgramContext): readonly GroupSpec[] {
  const byName = new Map<string, Declared>()
  for (const one of declared) {
    const first = byName.get(one.spec.name)
    if (first === undefined) byName.set(one.spec.name, one)
    else
      reading.warn(placeOfSection(one.section), {
        code: 'CONFIG_DUPLICATE_GROUP',
        message: `[${one.section.name}] has no effect: [${first.section.name}] already makes a group named ${one.spec.name}`,
        help: 'rename one of the two',
      })
  }
  return [...byName.values()].map(({ spec }) => spec)
}
