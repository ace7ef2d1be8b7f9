import { inetAddress } from '../config/values.js'
import { parseSocketUrl, type SocketAddress, socketUrl } from '../model/socket-url.js'
import type { ListenSpec } from '../model/spec.js'
import { absolutePath } from './paths.js'
import type { SectionReader } from './section.js'
import { BACKLOG_MAX } from './sockets.js'

/** A child is set up with 64 descriptors at most, and has three without any socket. */
const ADDRESSES_MAX = 61

/**
 * The listening sockets that a process inherits; none for most.
 *
 * @returns what to spread into its spec
 */
export function readListen(reader: SectionReader<'program'>): { readonly listen?: ListenSpec } {
  const texts = reader.value('listen')?.filter((text) => text !== '') ?? []
  if (texts.length === 0) {
    warnOfUnused(reader)
    return {}
  }
  const addresses = texts.map((text) => readAddress(reader, text))
  const names = reader.value('listen_names') ?? []
  checkCounts(reader, addresses, names)
  return {
    listen: {
      addresses,
      names,
      backlog: readBacklog(reader),
      owner: reader.value('listen_owner'),
      mode: reader.value('listen_mode'),
    },
  }
}

/** What the section itself says about sockets that it does not have; what it inherits may be meant for others. */
function warnOfUnused(reader: SectionReader<'program'>): void {
  for (const name of ['listen_names', 'listen_backlog', 'listen_owner', 'listen_mode'] as const) {
    const entry = reader.entry(name)
    if (entry === null || entry.from !== undefined) continue
    reader.warn(name, {
      code: 'CONFIG_NO_EFFECT',
      message: `${name} has no effect without listen`,
      help: 'set listen, for example listen=127.0.0.1:8080',
    })
  }
}

/** One form for each address, so that another way to write it restarts nothing. */
function readAddress(reader: SectionReader<'program'>, text: string): string {
  const address = addressOf(text)
  if (address !== null) return socketUrl(address)
  reader.error('listen', {
    code: 'CONFIG_BAD_SOCKET',
    message: `Cannot listen at ${JSON.stringify(text)}`,
    help: 'write a port, host:port, [ipv6]:port or unix:///path',
  })
  return text
}

function addressOf(text: string): SocketAddress | null {
  if (text.startsWith('unix://')) {
    const found = parseSocketUrl(text)
    return found?.kind === 'unix' ? { kind: 'unix', path: absolutePath(found.path, '/') } : null
  }
  const found = inetAddress(text.replace(/^tcp:\/\//, ''))
  return found.ok && !/[\s/]/.test(found.value.host) ? { kind: 'tcp', ...found.value } : null
}

function checkCounts(reader: SectionReader<'program'>, addresses: readonly string[], names: readonly string[]): void {
  const twice = addresses.find((address, i) => addresses.indexOf(address) < i)
  if (twice !== undefined)
    reader.error('listen', {
      code: 'CONFIG_CONTRADICTION',
      message: `Cannot listen twice at ${twice}`,
      help: 'name each address once; all processes of the program share its socket',
    })
  if (addresses.length > ADDRESSES_MAX)
    reader.error('listen', {
      code: 'CONFIG_OUT_OF_RANGE',
      message: `Cannot listen at ${addresses.length} addresses for one program`,
      help: `write at most ${ADDRESSES_MAX}`,
    })
  if (names.length > 0 && names.length !== addresses.length)
    reader.error('listen_names', {
      code: 'CONFIG_CONTRADICTION',
      message: `listen_names has ${countOf(names, 'name')} for ${countOf(addresses, 'socket')}`,
      help: 'write one name for each address of listen, in the same order',
    })
  const bad = names.find((name) => !/^[\x21-\x39\x3b-\x7e]{1,255}$/.test(name))
  if (bad !== undefined)
    reader.error('listen_names', {
      code: 'CONFIG_BAD_NAME',
      message: `Cannot use ${JSON.stringify(bad)} as the name of a socket`,
      help: 'write 1 to 255 letters, digits and signs of ASCII, without ":" and blanks',
    })
}

function countOf(things: readonly string[], noun: string): string {
  return `${things.length} ${noun}${things.length === 1 ? '' : 's'}`
}

function readBacklog(reader: SectionReader<'program'>): number | null {
  const backlog = reader.value('listen_backlog')
  if (backlog === null || (backlog >= 1 && backlog <= BACKLOG_MAX)) return backlog
  reader.error('listen_backlog', {
    code: 'CONFIG_OUT_OF_RANGE',
    message: `Cannot use ${backlog} as the backlog of a socket`,
    help: `write a number from 1 to ${BACKLOG_MAX}`,
  })
  return null
}
