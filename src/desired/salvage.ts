import type { Document } from '../config/document.js'
import { isYaml, readDocument } from '../config/read.js'
import { expandHome } from '../config/values.js'
import type { ClientConfig } from '../model/config.js'
import type { FileRead, Files, Users } from '../model/ports.js'
import { interpretForClient } from './client.js'
import { absolutePath, directoryOf } from './paths.js'
import { type LoadRequest, startReading } from './reading.js'
import { baseScopes } from './scopes.js'
import { readSection } from './section.js'
import { readServers, serverUrlOf } from './servers.js'

/** What the readable sections of a broken file tell of where its daemon is. */
export interface Salvaged {
  /** `[supervisorctl]`; `null` when it is missing or broken itself. */
  readonly client: ClientConfig | null
  /** `state_directory`: absolute, or `none`. */
  readonly stateDirectory: string | null
  /** The first server that `[unix_http_server]` and `[inet_http_server]` name. */
  readonly serverUrl: string | null
}

const NOTHING: Salvaged = { client: null, stateDirectory: null, serverUrl: null }

/** Nobody is looked up: who owns a socket does not matter to who connects to it. */
const NOBODY: Users = { user: () => null, group: () => null }

/**
 * Reads a file that cannot be read as a whole, section by section: a mistake in one does not hide the others.
 *
 * @throws never
 */
export function salvage(request: LoadRequest, files: Files): Salvaged {
  const file = absolutePath(request.file, request.cwd)
  const place = { ...request, file, shownAs: request.file }
  const lenient = { ...files, read: (path: string) => readableSections(path, files.read(path)) }
  const whole = readDocument(place, lenient)
  const read = whole.ok ? whole : readDocument({ ...place, withoutIncludes: true }, lenient)
  if (!read.ok) return NOTHING
  const client = interpretForClient(read.value, request, files)
  return { client: client.ok ? client.value : null, ...readPlaces(read.value, request, files) }
}

function readPlaces(document: Document, request: LoadRequest, files: Files): Omit<Salvaged, 'client'> {
  const here = directoryOf(document.file)
  const reading = startReading({ request, files, users: NOBODY, mainFile: document.file, here })
  const { environment, hostName } = request
  const scopes = baseScopes({ environment, hostName, here })
  const section = document.sections.find(({ name }) => name === 'supervisord')
  const text = section && readSection('supervisord', section, { reading, scopes, suffix: '' }).text('state_directory')
  const absolute = (path: string) => absolutePath(expandHome(path, request.home), request.cwd)
  return {
    stateDirectory: !text || text === 'none' ? (text ?? null) : absolute(text),
    serverUrl: serverUrlOf(readServers(document, reading, scopes).servers),
  }
}

/** The file without the sections that cannot be read, each taken alone. */
function readableSections(path: string, read: FileRead): FileRead {
  if (!read.ok) return read
  const { bytes } = read
  // One character for each byte: what is no UTF-8 spoils its own section only.
  const text = new TextDecoder('latin1').decode(bytes)
  const starts = [...text.matchAll(isYaml(path) ? /^[^\s#]/gm : /^\[/gm)].map(({ index }) => index)
  const sections = starts.map((start, i) => bytes.subarray(start, starts[i + 1]))
  const good = sections.filter((section) => readDocument({ ...ALONE, file: path }, oneFile(section)).ok)
  return { ok: true, bytes: Uint8Array.from(good.flatMap((section) => [...section])) }
}

const ALONE = { environment: {}, hostName: '', withoutIncludes: true } as const

function oneFile(bytes: Uint8Array): Files {
  return { read: () => ({ ok: true, bytes }), kind: () => 'file', glob: () => [] }
}
