import { reprString } from '../model/python.js'
import { parseSocketUrl, type SocketAddress } from '../model/socket-url.js'
import type { FastCgiSocketSpec } from '../model/spec.js'
import { absolutePath } from './paths.js'
import type { SectionReader } from './section.js'

/** Largest backlog that the original takes. */
export const BACKLOG_MAX = 65_535

/**
 * The listening socket of an `[fcgi-program:x]`.
 *
 * @returns `null` after a mistake
 * @see Supervisor options.py, parse_fcgi_socket. IPv6 hosts in brackets are ours.
 */
export function readSocket(reader: SectionReader<'fcgi-program'>): FastCgiSocketSpec | null {
  const { name } = reader.section
  const backlog = reader.value('socket_backlog')
  if (backlog !== null && (backlog < 1 || backlog > BACKLOG_MAX))
    reader.error('socket_backlog', {
      code: 'CONFIG_OUT_OF_RANGE',
      message: `Cannot use ${backlog} as the backlog of a socket`,
      help: `write a number from 1 to ${BACKLOG_MAX}`,
      classic: `Invalid socket_backlog value ${backlog}`,
    })
  const owner = reader.value('socket_owner', (text) => `Invalid socket_owner value ${text}`)
  const mode = reader.value('socket_mode', (text) => `Invalid socket_mode value ${text}`)
  const url = reader.value('socket')
  if (url === null || url === '') {
    if (url === '' || reader.entry('socket') === null)
      reader.error(url === '' ? 'socket' : null, {
        code: 'CONFIG_NO_OPTION',
        message: `[${name}] names no socket`,
        help: 'add socket=unix:///path or socket=tcp://host:port',
        classic: `[${name}] section requires a "socket" line`,
      })
    return null
  }
  const address = readAddress(reader, url)
  return address && { url, address, backlog, owner, mode }
}

function readAddress(reader: SectionReader<'fcgi-program'>, url: string): SocketAddress | null {
  const { name } = reader.section
  if (url.startsWith('unix://')) {
    const path = url.slice('unix://'.length)
    if (path.startsWith('/')) return { kind: 'unix', path: absolutePath(path, '/') }
    reader.error('socket', {
      code: 'CONFIG_BAD_SOCKET',
      message: `Cannot use a relative path for the socket of [${name}]: ${JSON.stringify(path)}`,
      help: 'write unix:// and a path from the root, which makes three slashes',
      classic: `('Unix socket path %s is not an absolute path', ${reprString(path)}) in [${name}] socket`,
    })
    return null
  }
  if (reader.entry('socket_owner') !== null || reader.entry('socket_mode') !== null) {
    reader.error(reader.entry('socket_owner') === null ? 'socket_mode' : 'socket_owner', {
      code: 'CONFIG_CONTRADICTION',
      message: `The socket of [${name}] is no file that could have an owner or a mode`,
      help: 'remove socket_owner and socket_mode, or use unix:///path',
      classic: `socket_owner and socket_mode params should only be used with a Unix domain socket in [${name}] socket`,
    })
    return null
  }
  const address = parseSocketUrl(url)
  if (address !== null) return address
  reader.error('socket', {
    code: 'CONFIG_BAD_SOCKET',
    message: `Cannot read the socket of [${name}]: ${JSON.stringify(url)}`,
    help: 'write unix:///path or tcp://host:port',
    classic: `('Bad socket format %s', ${reprString(url)}) in [${name}] socket`,
  })
  return null
}
