import type { ServerSpec } from '../../model/config.js'
import { displayName } from '../../model/names.js'
import { parseSocketUrl, type SocketAddress } from '../../model/socket-url.js'
import { absolutePath } from '../paths.js'
import { type Checked, type Declared, declaredProcesses, type Finding, finding, sectionNamed } from './finding.js'

/** More names than this are only counted. */
const SHOWN_MAX = 4

interface Writer extends Declared {
  readonly option: string
  readonly label: string
  readonly rotates: boolean
}

/** Log files that several outputs are written to: whoever rotates first takes the file away from the others. */
export function checkLogs(checked: Checked): readonly Finding[] {
  const writers = new Map<string, Writer[]>()
  for (const { spec, section } of declaredProcesses(checked)) {
    for (const channel of ['stdout', 'stderr'] as const) {
      const { logfile, logBytesMax } = spec[channel]
      if (logfile.kind !== 'file') continue
      const path = absolutePath(logfile.path, checked.request.cwd)
      if (/^\/(?:dev|proc)\//.test(path)) continue
      const label = `${displayName(spec.group, spec.name)} ${channel}`
      const writer = { spec, section, option: `${channel}_logfile`, label, rotates: logBytesMax > 0 }
      writers.set(path, [...(writers.get(path) ?? []), writer])
    }
  }
  return [...writers].flatMap(([path, all]) => {
    const [first, second] = all
    if (first === undefined || second === undefined) return []
    const alone = all.every(({ spec }) => spec === first.spec)
    const rotates = all.some((writer) => writer.rotates)
    return finding('CHECK_SHARED_LOG', {
      section: second.section,
      option: second.option,
      message: `${all.length} outputs are written to ${path}: ${listed(all.map(({ label }) => label))}`,
      help: alone
        ? 'write redirect_stderr=true instead of naming the file twice'
        : 'give each its own file, for example with %(process_num)s or %(program_name)s in the name',
      severity: rotates ? 'warning' : 'note',
    })
  })
}

interface Listener {
  readonly address: SocketAddress
  readonly sectionName: string
  readonly option: string
}

/** Sections that would listen where another one does. */
export function checkAddresses(checked: Checked): readonly Finding[] {
  const listeners = [...checked.config.servers.map(serverListener), ...socketListeners(checked)]
  return listeners.flatMap((listener, i) => {
    const first = listeners.slice(0, i).find((other) => clash(other.address, listener.address))
    if (first === undefined) return []
    return finding('CHECK_SHARED_ADDRESS', {
      section: sectionNamed(checked, listener.sectionName),
      option: listener.option,
      message: `[${listener.sectionName}] listens at ${addressText(listener.address)}, as [${first.sectionName}] does`,
      help: 'give each its own address: only the first one gets it',
    })
  })
}

function serverListener(server: ServerSpec): Listener {
  return server.kind === 'unix'
    ? { address: { kind: 'unix', path: server.path }, sectionName: server.section, option: optionOf(server) }
    : { address: { kind: 'tcp', host: server.host, port: server.port }, sectionName: server.section, option: 'port' }
}

/** One for each address and group that a section is in: processes share their sockets there. */
function socketListeners(checked: Checked): readonly Listener[] {
  const listeners = new Map<string, Listener>()
  for (const { spec, section } of declaredProcesses(checked)) {
    if (section === null) continue
    const add = (option: 'socket' | 'listen', address: SocketAddress | null) =>
      address !== null &&
      listeners.set(JSON.stringify([option, spec.group, section.name, address]), {
        address,
        sectionName: section.name,
        option,
      })
    if (spec.socket !== undefined) add('socket', spec.socket.address)
    for (const url of spec.listen?.addresses ?? []) add('listen', parseSocketUrl(url))
  }
  return [...listeners.values()]
}

/** The option that names a unix socket. */
export function optionOf({ readOnly }: Extract<ServerSpec, { kind: 'unix' }>): string {
  return readOnly ? 'readonly_socket' : 'file'
}

function clash(a: Listener['address'], b: Listener['address']): boolean {
  if (a.kind === 'unix' || b.kind === 'unix') return a.kind === 'unix' && b.kind === 'unix' && a.path === b.path
  if (a.port !== b.port || a.port === 0) return false
  const [left, right] = [plainHost(a.host), plainHost(b.host)]
  const everywhere = (host: string, other: string) => host === '0.0.0.0' && !other.includes(':')
  return left === right || everywhere(left, right) || everywhere(right, left)
}

function plainHost(host: string): string {
  if (host === '') return '0.0.0.0'
  return host === 'localhost' ? '127.0.0.1' : host
}

function addressText(address: Listener['address']): string {
  return address.kind === 'unix' ? address.path : `${address.host || '*'}:${address.port}`
}

/** @returns names joined for a sentence, the rest counted */
export function listed(names: readonly string[]): string {
  const rest = names.length - SHOWN_MAX
  return rest <= 1 ? names.join(', ') : `${names.slice(0, SHOWN_MAX).join(', ')} and ${rest} more`
}
