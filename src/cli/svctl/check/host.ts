import { dirname, resolve } from 'node:path'
import type { CheckCode } from '../../../desired/checks/codes.js'
import {
  type Checked,
  type Declared,
  declaredProcesses,
  type Finding,
  finding,
  onceEach,
  type Said,
  sectionNamed,
} from '../../../desired/checks/finding.js'
import { optionOf } from '../../../desired/checks/sharing.js'
import type { HostUsers } from '../../../host/users.js'
import { parseSocketUrl, type SocketAddress } from '../../../model/socket-url.js'
import { splitWords } from '../../../model/words.js'
import { certificateFindings } from './certificates.js'
import { commandProblem } from './commands.js'
import { type Identities, identitiesOf } from './identities.js'
import { type PortAnswer, runningDaemon, tryPort } from './ports.js'
import type { Identity, Rights } from './rights.js'

/** Of a daemon without PATH. @see Supervisor options.py, get_path */
const DEFAULT_PATH = '/bin:/usr/bin:/usr/local/bin'

/** Of a unix socket. @see unix(7), sun_path */
const SOCKET_PATH_BYTES_MAX = 107

/** What the checks of this machine share. */
interface World extends Checked {
  readonly rights: Rights
  readonly identities: Identities
  /** Folder of the daemon; programs without `directory` start there. */
  readonly base: string
}

/** Whether this machine has what the configuration needs, by the rights of the users who will need it. */
export async function checkHost(checked: Checked, users: HostUsers, rights: Rights): Promise<readonly Finding[]> {
  const { config, request } = checked
  const identities = identitiesOf(config, users)
  const base = resolve(request.cwd, config.daemon.directory ?? '.')
  const world: World = { ...checked, rights, identities, base }
  const guess =
    identities.guess === null
      ? []
      : [finding('HOST_UNKNOWN', { section: sectionNamed(checked, 'supervisord'), message: identities.guess })]
  return onceEach([
    ...guess,
    ...declaredProcesses(checked).flatMap((declared) => programFindings(declared, world)),
    ...daemonFiles(world),
    ...certificateFindings(world, rights),
    ...(await addressFindings(world)),
  ])
}

function programFindings(declared: Declared, world: World): readonly Finding[] {
  const { spec, section } = declared
  const { identities, rights, base, request } = world
  const user = identities.of(spec)
  const found: Finding[] = []
  if (identities.daemon.uid !== 0 && user.uid !== identities.daemon.uid)
    found.push(
      finding('HOST_CANNOT_SWITCH', {
        section,
        option: 'user',
        message: `Cannot run ${spec.program} as ${user.name}: the daemon runs as ${identities.daemon.name}, not as root`,
        help: 'remove user= here or in [supervisord]',
      }),
    )
  const directory = resolve(base, spec.directory ?? '.')
  if (spec.directory !== null) found.push(...directoryFindings(directory, user, declared, rights))
  const split = splitWords(spec.command)
  if (split.ok && split.words.length > 0) {
    const searchPath = spec.environment.PATH ?? request.environment.PATH ?? DEFAULT_PATH
    const wrong = commandProblem({ argv: split.words, searchPath, directory, daemon: identities.daemon, user }, rights)
    if (wrong !== null) found.push(finding(wrong.code, { ...wrong, section, option: 'command' }))
  }
  for (const channel of ['stdout', 'stderr'] as const) {
    const { logfile } = spec[channel]
    if (logfile.kind === 'file')
      found.push(...writable(resolve(base, logfile.path), { section, option: `${channel}_logfile` }, world))
  }
  return found
}

function directoryFindings(path: string, user: Identity, { section }: Declared, rights: Rights): readonly Finding[] {
  const say = (code: CheckCode, message: string, help: string) => [
    finding(code, { section, option: 'directory', message, help }),
  ]
  const seen = rights.look(path)
  if (seen.kind === 'there' && !seen.stats.isDirectory())
    return say('HOST_NO_DIRECTORY', `${path} is not a folder`, 'name a folder')
  const answer = rights.may(user, path, 'execute')
  switch (answer.kind) {
    case 'missing':
      return say('HOST_NO_DIRECTORY', `There is no folder ${path}`, `run mkdir -p ${path}, or correct directory=`)
    case 'no':
      return say(
        'HOST_NO_DIRECTORY',
        `User ${user.name} cannot start in ${path}: ${answer.why}`,
        'give the user the right to enter it',
      )
    case 'unknown':
      return say(
        'HOST_UNKNOWN',
        `Cannot tell whether user ${user.name} can start in ${path}: ${answer.why}`,
        'run the check as root',
      )
    default:
      return []
  }
}

/** Files that the daemon itself writes: logs, the pid file, logs of its own naming. */
function daemonFiles(world: World): readonly Finding[] {
  const { daemon } = world.config
  const section = sectionNamed(world, 'supervisord')
  const files = [
    ...(daemon.logfile === 'syslog' ? [] : [{ path: daemon.logfile, option: 'logfile' }]),
    { path: daemon.pidfile, option: 'pidfile' },
    ...(daemon.childlogdir === null
      ? []
      : [{ path: resolve(world.base, daemon.childlogdir, 'log'), option: 'childlogdir' }]),
  ]
  return files.flatMap(({ path, option }) => writable(path, { section, option }, world))
}

/**
 * Whether the daemon can write a file, or make it. Devices and pipes are what they are.
 *
 * @param kept - `replaced` when it is made anew even if it is there
 */
function writable(
  path: string,
  where: Pick<Said, 'section' | 'option'>,
  world: World,
  kept: 'kept' | 'replaced' = 'kept',
): readonly Finding[] {
  if (/^\/(?:dev|proc)\//.test(path)) return []
  const { rights, identities } = world
  const { daemon } = identities
  const seen = rights.look(path)
  const target = seen.kind === 'missing' || kept === 'replaced' ? dirname(path) : path
  const answer = rights.may(daemon, target, 'write')
  if (answer.kind === 'yes') return []
  const why = answer.kind === 'missing' ? `there is no folder ${target}` : answer.why
  if (answer.kind === 'unknown')
    return [
      finding('HOST_UNKNOWN', {
        ...where,
        message: `Cannot tell whether ${path} can be written: ${why}`,
        help: 'run the check as root',
      }),
    ]
  const help =
    answer.kind === 'missing' ? `run mkdir -p ${target}` : `let user ${daemon.name}, who runs the daemon, write there`
  return [finding('HOST_NOT_WRITABLE', { ...where, message: `The daemon cannot write ${path}: ${why}`, help })]
}

interface Address {
  readonly where: Pick<Said, 'section' | 'option'>
  readonly target: SocketAddress
}

/** Addresses that the daemon will listen at. */
async function addressFindings(world: World): Promise<readonly Finding[]> {
  const servers = world.config.servers.map((server): Address => {
    const section = sectionNamed(world, server.section)
    return server.kind === 'unix'
      ? { where: { section, option: optionOf(server) }, target: { kind: 'unix', path: server.path } }
      : { where: { section, option: 'port' }, target: { kind: 'tcp', host: server.host, port: server.port } }
  })
  const shared = declaredProcesses(world).flatMap(({ spec, section }): readonly Address[] =>
    [
      ...(spec.socket === undefined ? [] : [['socket', spec.socket.address] as const]),
      ...(spec.listen?.addresses ?? []).map((url) => ['listen', parseSocketUrl(url)] as const),
    ].flatMap(([option, target]) => (target === null ? [] : [{ where: { section, option }, target }])),
  )
  const once = new Map([...servers, ...shared].map((address) => [JSON.stringify(address.target), address]))
  const found: Finding[] = []
  for (const { where, target } of once.values())
    found.push(
      ...(target.kind === 'unix'
        ? socketFindings(target.path, where, world)
        : await portFindings(target, where, world)),
    )
  return found
}

function socketFindings(path: string, where: Address['where'], world: World): readonly Finding[] {
  const bad = (message: string, help: string) => [finding('HOST_BAD_SOCKET', { ...where, message, help })]
  if (Buffer.byteLength(path) > SOCKET_PATH_BYTES_MAX)
    return bad(`The path of a unix socket has at most ${SOCKET_PATH_BYTES_MAX} bytes: ${path}`, 'use a shorter path')
  const seen = world.rights.look(path)
  if (seen.kind === 'there' && !seen.stats.isSocket())
    return bad(`Cannot make the socket ${path}: something else is there`, 'remove it, or use another path')
  return writable(path, where, world, 'replaced')
}

async function portFindings(
  { host, port }: { readonly host: string; readonly port: number },
  where: Address['where'],
  world: World,
): Promise<readonly Finding[]> {
  const at = `${host || '*'}:${port}`
  const pid = runningDaemon(world.config)
  const answer: PortAnswer = await tryPort(host, port)
  switch (answer) {
    case 'taken':
      return pid === null
        ? [
            finding('HOST_PORT_TAKEN', {
              ...where,
              message: `Cannot listen at ${at}: something else does`,
              help: 'stop it, or use another port',
            }),
          ]
        : [
            finding('HOST_PORT_OWN', {
              ...where,
              message: `${at} is in use, as it should be when the daemon of this file runs (pid ${pid})`,
            }),
          ]
    case 'no-permission':
      // A port that only root may have: for us the answer stays open, for the daemon it is yes.
      return world.identities.daemon.uid === 0
        ? []
        : [
            finding('HOST_PORT_REFUSED', {
              ...where,
              message: `User ${world.identities.daemon.name} may not listen at ${at}`,
              help: 'use a port from 1024 on',
            }),
          ]
    case 'no-address':
      return [
        finding('HOST_PORT_REFUSED', {
          ...where,
          message: `Cannot listen at ${at}: this machine does not have the address`,
          help: 'name an address of this machine',
        }),
      ]
    default:
      return []
  }
}
