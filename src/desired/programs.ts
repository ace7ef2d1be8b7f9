import type { Section } from '../config/document.js'
import { expand } from '../config/expand.js'
import { processOrGroupName } from '../config/values.js'
import type { DaemonLines, ProgramCount } from '../model/config.js'
import type { FastCgiSocketSpec, ProcessSpec, ProgramKind, Scale } from '../model/spec.js'
import { readEnvFiles } from './env-files.js'
import { reachOf, readIsolation } from './isolation.js'
import type { ReadProgram } from './known-programs.js'
import { readProcessLines } from './lines.js'
import { readListen } from './listen.js'
import { placeOfSection } from './problem.js'
import type { Reading } from './reading.js'
import { processScopes, programScopes, type Scopes, withOwnEnvironment } from './scopes.js'
import { readSection, type SectionReader } from './section.js'
import { readStream, redirected } from './streams.js'

/** What the processes of a section get from outside of it. */
export interface ProgramContext {
  readonly reading: Reading
  /** Scopes outside of programs. */
  readonly scopes: Scopes
  /** `[supervisord] environment`. */
  readonly environment: Readonly<Record<string, string>>
  /** How `[supervisord]` wants lines to be written. */
  readonly lines: DaemonLines
  /** What `[supervisord]` says of `on_daemon_death`. */
  readonly onDaemonDeath: 'kill' | 'keep'
  /** What AUTO stands for in `serverurl`. */
  readonly serverUrl: string | null
  /** Reads what the last read does not know; absent: everything. */
  readonly recall?: ReadProgram
  /** Takes note of how many processes a section declares in one group. */
  readonly counted: (program: string, count: Omit<ProgramCount, 'groups'>, group: string) => void
}

/** Which group the processes are for, and what they share there. */
export interface Membership {
  readonly group: string
  readonly kind: ProgramKind
  readonly socket: FastCgiSocketSpec | null
}

/** More processes than this from one section are a slip of the pen that would take the machine down. */
export const NUMPROCS_MAX = 100_000

/**
 * Reads a program-like section into the specs of its processes, by ascending (priority, name).
 *
 * Options that are the same for all processes come first, then each process in turn: Supervisor's order, since the first
 * mistake is the one it reports.
 *
 * @see Supervisor options.py, processes_from_section
 */
export function readProcesses(
  section: Section,
  { group, kind, socket }: Membership,
  context: ProgramContext,
): readonly ProcessSpec[] {
  const { reading } = context
  const suffix = ` in section '${section.name}' (file: '${shownFile(section, reading)}')`
  const program = readName(section, reading, suffix)
  if (program === null) return []
  const scopes = programScopes(context.scopes, program, group)
  const reader = readSection('program', section, { reading, scopes, suffix })
  const shared = readShared(reader, program, { group, kind }, context)
  const { count, first, processName, essential, ...common } = shared
  const specs: ProcessSpec[] = []
  for (let number = first; number < first + count; number++) {
    const numbered = processScopes(scopes, number, count)
    const outer = reader.within(numbered)
    const fromFiles = readEnvFiles(outer, reading)
    const written = outer.within(withOwnEnvironment(numbered, fromFiles)).environment('environment')
    const own = { ...fromFiles, ...written }
    const known = withOwnEnvironment(numbered, own)
    const inner = outer.within(known)
    const directory = inner.value('directory')
    const stdout = readStream(inner, 'stdout', common.stdout, reading)
    const stderr = readStream(inner, 'stderr', common.stderr, reading)
    const command = inner.value('command')
    if (inner.entry('command') === null) missingCommand(reader)
    // Most processes are named after their program.
    const name = processName === '%(program_name)s' ? program : expandName(reader, processName, known)
    specs.push({
      group,
      name,
      program,
      kind,
      ...common,
      command: command ?? '',
      directory,
      environment: { ...context.environment, ...own },
      stdout,
      stderr: common.redirectStderr ? redirected(inner, stderr, reading) : stderr,
      ...readProcessLines(inner, { group, name }, context.lines),
      ...(essential ? { essential } : {}),
      ...(socket === null ? {} : { socket }),
      ...readListen(inner),
    })
  }
  return specs.sort((a, b) => compareText(a.name, b.name))
}

/**
 * Reads the name part of a section.
 *
 * @param suffix - what Supervisor adds to its text there
 * @returns `null` after a mistake
 */
export function readName(section: Section, reading: Reading, suffix = ''): string | null {
  const written = section.name.slice(section.name.indexOf(':') + 1)
  const name = processOrGroupName(written)
  if (name.ok && name.value !== '') return name.value
  reading.error(placeOfSection(section), {
    code: 'CONFIG_BAD_NAME',
    message: `Cannot use ${JSON.stringify(written)} as a name in [${section.name}]`,
    help: name.ok ? 'write a name after the colon' : `write ${name.wanted}`,
    classic: name.ok ? null : name.classic + suffix,
  })
  return null
}

/** Order of code points, as Python sorts text. */
export function compareText(a: string, b: string): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const difference = rankOf(a.charCodeAt(i)) - rankOf(b.charCodeAt(i))
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

/** A half of a character beyond U+FFFF comes after all characters that are one unit of UTF-16. */
function rankOf(unit: number): number {
  return unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit
}

/** The file that first had the section, as Supervisor names it. */
function shownFile(section: Section, { request, mainFile }: Reading): string {
  return section.file === mainFile ? request.file : section.file
}

function readShared(
  reader: SectionReader<'program'>,
  program: string,
  { group, kind }: Pick<Membership, 'group' | 'kind'>,
  context: ProgramContext,
) {
  const priority = reader.value('priority')
  const autostart = reader.value('autostart')
  const autorestart = reader.value('autorestart')
  const startSecs = reader.value('startsecs')
  const startRetries = reader.value('startretries')
  const stopSignal = reader.value('stopsignal')
  const stopWaitSecs = reader.value('stopwaitsecs')
  const asGroup = reader.value('stopasgroup')
  const written = { stopAsGroup: asGroup, killAsGroup: reader.value('killasgroup') ?? asGroup }
  const exitCodes = reader.value('exitcodes')
  const redirectStderr = reader.value('redirect_stderr')
  const numprocs = readCount(reader)
  const first = reader.value('numprocs_start')
  const stdout = {
    captureBytesMax: reader.value('stdout_capture_maxbytes'),
    eventsEnabled: reader.value('stdout_events_enabled'),
  }
  const stderr = {
    captureBytesMax: reader.value('stderr_capture_maxbytes'),
    eventsEnabled: reader.value('stderr_events_enabled'),
  }
  const serverUrl = serverUrlFor(reader.text('serverurl'), context.serverUrl)
  const uid = reader.value('user')?.uid ?? null
  const umask = reader.value('umask')
  const essential = reader.value('essential')
  const processName = readProcessName(reader, program, numprocs)
  const said = { written: numprocs, numbered: processName.includes('%(process_num)') }
  const scale = kind === 'eventlistener' ? undefined : context.reading.request.scales?.[program]
  const count = scale !== undefined && isInForce(scale, said) ? scale.numprocs : numprocs
  if (kind !== 'eventlistener') context.counted(program, said, group)
  if (written.stopAsGroup && !written.killAsGroup)
    reader.error('killasgroup', {
      code: 'CONFIG_CONTRADICTION',
      message: 'Cannot stop a process group as a whole and then kill only part of it',
      help: 'remove killasgroup=false, or set stopasgroup=false',
      classic: 'Cannot set stopasgroup=true and killasgroup=false',
    })
  return {
    priority,
    autostart,
    autorestart,
    startSecs,
    startRetries,
    stopSignal,
    stopWaitSecs,
    ...reachOf(reader, written),
    exitCodes,
    redirectStderr,
    count,
    first,
    stdout,
    stderr,
    serverUrl,
    uid,
    umask,
    ...readIsolation(reader, context.onDaemonDeath),
    essential,
    processName,
  }
}

/** Whether a wish for another number of processes still stands against what the file says. */
export function isInForce(scale: Scale, said: Omit<ProgramCount, 'groups'> | undefined): boolean {
  return said?.numbered === true && said.written === scale.fileNumprocs
}

function readCount(reader: SectionReader<'program'>): number {
  const count = reader.value('numprocs')
  if (count <= 0)
    reader.warn('numprocs', {
      code: 'CONFIG_NO_EFFECT',
      message: `numprocs=${count} declares no process at all`,
      help: 'write 1 or more, or remove the section',
    })
  if (count <= NUMPROCS_MAX) return Math.max(0, count)
  reader.error('numprocs', {
    code: 'CONFIG_OUT_OF_RANGE',
    message: `Cannot run ${count} processes from one section`,
    help: `write at most ${NUMPROCS_MAX}`,
  })
  return 1
}

/** The name as written: Supervisor checks it before it is expanded. */
function readProcessName(reader: SectionReader<'program'>, program: string, count: number): string {
  if (!reader.fits('process_name')) return '%(program_name)s'
  const entry = reader.entry('process_name')
  const written = entry === null ? '%(program_name)s' : entry.text
  const name = processOrGroupName(written)
  if (!name.ok) {
    reader.error('process_name', {
      code: 'CONFIG_BAD_NAME',
      message: `Cannot use ${JSON.stringify(written)} as the name of a process`,
      help: `write ${name.wanted}`,
      classic: name.classic,
    })
    return '%(program_name)s'
  }
  if (count > 1 && !name.value.includes('%(process_num)'))
    reader.error(entry === null ? 'numprocs' : 'process_name', {
      code: 'CONFIG_CONTRADICTION',
      message: `Cannot give ${count} processes of ${program} one name`,
      help: 'set process_name=%(program_name)s_%(process_num)02d',
      classic: '%(process_num) must be present within process_name when numprocs > 1',
    })
  return name.value
}

/**
 * The name of one process. Variables may not bring in what would break names either; the original looks only at what is
 * written. Blanks that come from a width (`%(process_num)3d`) stay, since files with them run today.
 */
function expandName(reader: SectionReader<'program'>, template: string, scopes: Scopes): string {
  const result = expand(template, scopes('process'), 'process_name')
  if (!result.ok) {
    const { message, help, classic } = result
    reader.error('process_name', { code: 'CONFIG_BAD_EXPANSION', message, help, classic })
    return template
  }
  const name = processOrGroupName(result.text.replaceAll(' ', '_'))
  const origin = result.text === template ? '' : `, which is what ${template} comes to`
  if (!name.ok || name.value === '')
    reader.error('process_name', {
      code: 'CONFIG_BAD_NAME',
      message: `Cannot use ${JSON.stringify(result.text)} as the name of a process${origin}`,
      help: 'write a process_name that is not empty and whose variables bring in no ":" and no "/"',
      classic: name.ok ? null : name.classic,
    })
  else if (result.text.includes(' '))
    reader.warn('process_name', {
      code: 'CONFIG_BAD_NAME',
      message: `A process is named ${JSON.stringify(result.text)}, with blanks that no command line can name`,
      help: 'fill numbers with zeros: %(process_num)02d',
    })
  return result.text
}

function missingCommand(reader: SectionReader<'program'>): void {
  const { name } = reader.section
  reader.error(null, {
    code: 'CONFIG_NO_OPTION',
    message: `[${name}] has no command`,
    help: 'add command=… with the program to run',
    classic: `program section ${name} does not specify a command`,
  })
}

function serverUrlFor(text: string | null, auto: string | null): string | null {
  if (text === null || text.trim().toUpperCase() === 'AUTO') return auto
  return text === '' ? null : text
}
