import type { Document, Section } from '../config/document.js'
import { readDocument } from '../config/read.js'
import type { Config, ProgramCount } from '../model/config.js'
import type { Parsed } from '../model/diagnostic.js'
import type { Files, Users } from '../model/ports.js'
import { checkDaemonUser, readDaemon } from './daemon.js'
import { readGroups } from './groups.js'
import type { KnownPrograms } from './known-programs.js'
import { absolutePath, directoryOf } from './paths.js'
import { readRpcInterfaces } from './plugins.js'
import { type LoadRequest, startReading } from './reading.js'
import { resolveDocument } from './resolve.js'
import { baseScopes } from './scopes.js'
import { readSection } from './section.js'
import { readServers, serverUrlOf } from './servers.js'
import { reportUnknown } from './unknown.js'

/**
 * Reads a configuration for the daemon: the main file, what it includes, all of it checked and normalised.
 *
 * Nothing is changed and nothing is looked at but files and users. Every mistake is collected; the first is the one that
 * Supervisor would report, with its text in `classic`.
 *
 * @param earlier - what earlier reads of the same file came to
 * @see Supervisor options.py, ServerOptions.read_config
 */
export function loadConfig(
  request: LoadRequest,
  files: Files,
  users: Users,
  earlier: KnownPrograms | null = null,
): Parsed<Config> {
  const file = absolutePath(request.file, request.cwd)
  const document = readDocument({ ...request, file, shownAs: request.file }, files)
  return document.ok ? interpret(document.value, request, files, users, earlier) : document
}

/** A document to the configuration it means. */
export function interpret(
  written: Document,
  request: LoadRequest,
  files: Files,
  users: Users,
  earlier: KnownPrograms | null = null,
): Parsed<Config> {
  const world = { request, files, users, mainFile: written.file, here: directoryOf(written.file) }
  const reading = startReading(world)
  const { environment, hostName } = request
  const early = { reading, scopes: baseScopes({ environment, hostName, here: world.here }), suffix: '' }
  const supervisord = readSection('supervisord', findMain(written, reading), early)
  const daemon = readDaemon(supervisord, reading)

  // From here on ENV_ names the variables of [supervisord] too.
  const known = { ...environment, ...daemon.environment }
  const scopes = baseScopes({ environment: known, hostName, here: world.here })
  const resolved = resolveDocument(written, scopes('here'))
  if (!resolved.ok) return { ...resolved, errors: [...reading.errors, ...resolved.errors] }
  const document = resolved.value
  // Programs need the address of a server, but mistakes in servers are told after those in programs.
  const serverReading = startReading(world)
  const { servers, exposed } = readServers(document, serverReading, scopes)

  const rpcInterfaces = readRpcInterfaces(document, reading, scopes)
  const serverUrl = serverUrlOf(servers)
  const counts = new Map<string, ProgramCount>()
  const groups = readGroups(document, {
    reading,
    scopes,
    environment: daemon.environment,
    lines: daemon.lines ?? {},
    onDaemonDeath: daemon.onDaemonDeath ?? 'kill',
    serverUrl,
    ...(earlier ? { recall: earlier.begin() } : {}),
    counted: (program, said, group) => {
      counts.set(program, { ...said, groups: [...(counts.get(program)?.groups ?? []), group] })
    },
  })
  reading.absorb(serverReading)
  checkDaemonUser(supervisord, daemon.user, reading)
  reportUnknown(written, reading)

  const warnings = [...document.warnings, ...resolved.warnings, ...reading.warnings]
  if (reading.errors.length > 0) return { ok: false, errors: reading.errors, warnings }
  const notes = [...document.notes, ...reading.notes]
  const { file, patterns } = document
  const included = patterns.length > 0 ? { patterns } : {}
  const envFiles = [...reading.envFiles.keys()]
  const found = envFiles.filter((path) => reading.envFiles.get(path) !== 'missing')
  const named = envFiles.length > 0 ? { envFiles } : {}
  const paths = [...new Set([...document.files, ...found])]
  const numprocs = Object.fromEntries(counts)
  const value: Config = {
    file,
    files: paths,
    ...named,
    ...included,
    daemon,
    servers,
    ...(exposed.length > 0 ? { exposed } : {}),
    rpcInterfaces,
    groups,
    numprocs,
    notes,
    warnings,
  }
  return { ok: true, value, warnings }
}

/** `[supervisord]`, or an empty one after saying that it is missing. */
function findMain(document: Document, reading: ReturnType<typeof startReading>): Section {
  const found = document.sections.find(({ name }) => name === 'supervisord')
  if (found !== undefined) return found
  const at = { file: document.file, line: 1, column: 1 }
  reading.error(
    { at, excerpt: null },
    {
      code: 'CONFIG_NO_SECTION',
      message: 'The file has no [supervisord] section',
      help:
        document.format === 'yaml'
          ? 'add a line supervisord: {}'
          : 'add a line [supervisord]; nothing needs to follow it',
      classic: '.ini file does not include supervisord section',
    },
  )
  return { name: 'supervisord', at, excerpt: '', file: document.file, entries: {} }
}
