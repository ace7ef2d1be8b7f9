import type { Document } from '../config/document.js'
import { sectionKind } from '../config/fields.js'
import { expandHome } from '../config/values.js'
import type { Credentials, ServerSpec } from '../model/config.js'
import { absolutePath } from './paths.js'
import type { Reading } from './reading.js'
import type { Scopes } from './scopes.js'
import { readSection, type SectionReader } from './section.js'

/** Reads every HTTP server: those on TCP first, then those on unix sockets, each in the order of the file. */
export function readServers(document: Document, reading: Reading, scopes: Scopes): readonly ServerSpec[] {
  const context = { reading, scopes, suffix: '' }
  const inet = document.sections.filter(({ name }) => sectionKind(name) === 'inet_http_server')
  const unix = document.sections.filter(({ name }) => sectionKind(name) === 'unix_http_server')
  return [
    ...inet.flatMap((section) => inetServer(readSection('inet_http_server', section, context)) ?? []),
    ...unix.flatMap((section) => unixServer(readSection('unix_http_server', section, context), reading) ?? []),
  ]
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
    if (server.kind === 'unix') return `unix://${server.path}`
    const host = server.host === '' ? 'localhost' : server.host
    url = `http://${host.includes(':') ? `[${host}]` : host}:${server.port}`
  }
  return url
}

function inetServer(reader: SectionReader<'inet_http_server'>): ServerSpec | null {
  const section = reader.section.name
  const credentials = checkCredentials(reader, reader.value('username'), reader.value('password'))
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
  return address && { kind: 'inet', section, ...address, credentials }
}

function unixServer(reader: SectionReader<'unix_http_server'>, { request }: Reading): ServerSpec | null {
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
  if (file === null) return null
  const path = absolutePath(expandHome(file.trim(), request.home), request.cwd)
  return { kind: 'unix', section, path, mode, uid: owner?.uid ?? -1, gid: owner?.gid ?? -1, credentials }
}

type ServerReader = SectionReader<'inet_http_server'> | SectionReader<'unix_http_server'>

function checkCredentials(reader: ServerReader, username: string | null, password: string | null): Credentials | null {
  if (username !== null && password !== null) return { username, password }
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
