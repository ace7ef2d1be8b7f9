import type { Document } from '../config/document.js'
import { sectionKind } from '../config/fields.js'
import { parseScrypt, SCRYPT_PREFIX } from '../config/scrypt-text.js'
import { expandHome } from '../config/values.js'
import type { AllowRule, Credentials, ServerSpec } from '../model/config.js'
import type { Diagnostic } from '../model/diagnostic.js'
import { isLoopback } from '../model/loopback.js'
import { readRule } from './allow.js'
import { absolutePath } from './paths.js'
import { placeOfSection, placeOfValue, problem } from './problem.js'
import type { Reading } from './reading.js'
import type { Scopes } from './scopes.js'
import { readSection, type SectionReader } from './section.js'

/** Servers, and those that other machines reach without a password. */
export interface ReadServers {
  readonly servers: readonly ServerSpec[]
  /** Each as the mistake it is where nobody asked for it. */
  readonly exposed: readonly Diagnostic[]
}

/** Reads every HTTP server: those on TCP first, then those on unix sockets, each in the order of the file. */
export function readServers(document: Document, reading: Reading, scopes: Scopes): ReadServers {
  const exposed: Diagnostic[] = []
  const context = { reading, scopes, suffix: '' }
  const inet = document.sections.filter(({ name }) => sectionKind(name) === 'inet_http_server')
  const unix = document.sections.filter(({ name }) => sectionKind(name) === 'unix_http_server')
  const servers = [
    ...inet.flatMap((section) => {
      const read = inetServer(readSection('inet_http_server', section, context), reading)
      if (read?.exposed) exposed.push(read.exposed)
      return read?.server ?? []
    }),
    ...unix.flatMap((section) => unixServers(readSection('unix_http_server', section, context), reading)),
  ]
  return { servers, exposed }
}

/**
 * What children find in SUPERVISOR_SERVER_URL: the first unix socket, else the last TCP server.
 *
 * @returns `null` when there is no server
 * @see Supervisor options.py, ServerOptions.realize
 */
export function serverUrlOf(servers: readonly ServerSpec[]): string | null {
  let url: string | null = null
  for (const server of servers) {
    if (server.kind === 'unix' && server.readOnly) continue
    if (server.kind === 'unix') return `unix://${server.path}`
    const host = server.host === '' ? 'localhost' : server.host
    url = `${server.tls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${server.port}`
  }
  return url
}

interface InetServer {
  readonly server: ServerSpec
  readonly exposed: Diagnostic | null
}

function inetServer(reader: SectionReader<'inet_http_server'>, { request }: Reading): InetServer | null {
  const section = reader.section.name
  const credentials = checkCredentials(reader, reader.value('username'), reader.value('password'))
  const absolute = (file: string) => absolutePath(expandHome(file.trim(), request.home), request.cwd)
  const certificate = reader.value('certfile')
  const key = reader.value('keyfile') ?? certificate
  if (key !== null && certificate === null)
    reader.error(null, {
      code: 'CONFIG_CONTRADICTION',
      message: `[${section}] has a keyfile but no certfile`,
      help: 'set certfile, too; without both the server speaks plain HTTP',
    })
  const insecure = reader.value('insecure')
  if (reader.entry('port') === null) {
    reader.error(null, {
      code: 'CONFIG_NO_OPTION',
      message: `[${section}] has no port`,
      help: 'add port=127.0.0.1:9001',
      classic: `section [${section}] has no port value`,
    })
    return null
  }
  const address = reader.value('port')
  if (address === null) return null
  const tls =
    certificate === null || key === null ? {} : { tls: { certFile: absolute(certificate), keyFile: absolute(key) } }
  const server = { kind: 'inet', section, ...address, credentials, ...(insecure ? { insecure } : {}), ...tls } as const
  const open = credentials === null && !insecure && !isLoopback(address.host)
  return { server, exposed: open ? exposure(reader, address.port) : null }
}

function exposure(reader: SectionReader<'inet_http_server'>, port: number): Diagnostic {
  const { section } = reader
  const entry = reader.entry('port')
  return problem('error', entry === null ? placeOfSection(section) : placeOfValue(entry), {
    code: 'CONFIG_EXPOSED',
    message: `[${section.name}] would let everyone who reaches this machine run programs: it listens for other machines and has no password`,
    help: `set username and password, write port=127.0.0.1:${port}, or say that it is meant with insecure=true (converge=manual starts without)`,
  })
}

function unixServers(reader: SectionReader<'unix_http_server'>, { request, users }: Reading): readonly ServerSpec[] {
  const section = reader.section.name
  const file = reader.value('file')
  if (reader.entry('file') === null)
    reader.error(null, {
      code: 'CONFIG_NO_OPTION',
      message: `[${section}] has no file`,
      help: 'add file=/var/run/supervisor.sock',
      classic: `section [${section}] has no file value`,
    })
  const credentials = checkCredentials(reader, reader.value('username'), reader.value('password'))
  const owner = reader.value('chown', (text) => `Invalid sockchown value ${text}`)
  const mode = reader.value('chmod', (text) => `Invalid chmod value ${text}`)
  const allow = reader.value('allow')?.flatMap((line): readonly AllowRule[] => {
    const read = readRule(line, users)
    if (read.ok) return [read.rule]
    reader.error('allow', read)
    return []
  })
  const absolute = (path: string) => absolutePath(expandHome(path.trim(), request.home), request.cwd)
  const readFile = reader.value('readonly_socket')
  const readMode = reader.value('readonly_chmod')
  const readOwner = reader.value('readonly_chown')
  if (file === null) return []
  const of = (socket: string, bits: number, whose: typeof owner) =>
    ({
      kind: 'unix',
      section,
      path: absolute(socket),
      mode: bits,
      uid: whose?.uid ?? -1,
      gid: whose?.gid ?? -1,
    }) as const
  const main = { ...of(file, mode, owner), credentials, ...(allow ? { allow } : {}) }
  if (readFile === null) return [main]
  if (absolute(readFile) === main.path)
    reader.error('readonly_socket', {
      code: 'CONFIG_CONTRADICTION',
      message: `[${section}] has one path for both of its sockets: ${JSON.stringify(main.path)}`,
      help: 'give readonly_socket a path of its own',
    })
  return [main, { ...of(readFile, readMode, readOwner), credentials: null, readOnly: true }]
}

type ServerReader = SectionReader<'inet_http_server'> | SectionReader<'unix_http_server'>

function checkCredentials(reader: ServerReader, username: string | null, password: string | null): Credentials | null {
  if (username !== null && password !== null) {
    if (password.startsWith(SCRYPT_PREFIX) && parseScrypt(password) === null)
      reader.error('password', {
        code: 'CONFIG_BAD_WORD',
        message: `Cannot read the ${SCRYPT_PREFIX} password of [${reader.section.name}]: nobody could ever log in`,
        help: 'write the line that svctl hash-password prints',
      })
    return { username, password }
  }
  const [hasName, hasPassword] = [reader.entry('username') !== null, reader.entry('password') !== null]
  if (hasName === hasPassword) return null
  const section = reader.section.name
  const [present, missing] = hasName ? ['username', 'password'] : ['password', 'username']
  reader.error(null, {
    code: 'CONFIG_HALF_CREDENTIALS',
    message: `[${section}] has no ${missing} to go with its ${present}`,
    help: 'set both username and password, or neither',
    classic: `Section [${section}] contains incomplete authentication: If a username or a password is specified, both the username and password must be specified`,
  })
  return null
}
