import { join } from 'node:path'
import type { Config } from '../../../model/config.js'
import { parseSocketUrl, socketUrl } from '../../../model/socket-url.js'
import type { FastCgiSocketSpec, GroupSpec, ListenSpec, ProcessSpec, StreamSpec } from '../../../model/spec.js'

/** Where a private daemon lives, as whom, and what it is to start. */
export interface Isolation {
  /** Absolute; takes everything the daemon writes. */
  readonly folder: string
  /** User of the one who tests. */
  readonly uid: number
  starts(spec: ProcessSpec): boolean
}

/** The socket of a private daemon. */
export function socketIn(folder: string): string {
  return join(folder, 's.sock')
}

/**
 * The same configuration for a private daemon: what its processes are given stays, what they and the daemon would touch
 * outside is moved into `folder`.
 *
 * - Sockets, pid file and logs are in the folder; nothing goes to syslog; no TCP server. Sockets of FastCGI programs on
 *   TCP stay where they are; what programs listen at is moved to some free port of the loopback.
 * - A process that ends stays down, so that its end is seen whatever it would have been restarted for.
 * - Only root can change users: for others everything runs as themselves.
 */
export function isolate(config: Config, isolation: Isolation): Config {
  const { folder, uid } = isolation
  const { daemon } = config
  const logs = logFiles(folder)
  const sockets = socketMover(folder, uid)
  const listen = listenMover(folder, uid)
  return {
    ...config,
    files: [],
    patterns: [],
    envFiles: [],
    daemon: {
      ...daemon,
      logfile: join(folder, 'supervisord.log'),
      pidfile: join(folder, 'supervisord.pid'),
      childlogdir: folder,
      user: uid === 0 ? daemon.user : null,
      silent: true,
      nocleanup: true,
      cgroup: 'none',
      converge: { ...daemon.converge, mode: 'manual' },
      // The trial looks at every program, whatever one of them comes to.
      exitOn: [],
      state: { ...daemon.state, directory: 'none', bootLastGood: false, rememberHolds: 'never' },
    },
    servers: [
      {
        kind: 'unix',
        section: 'unix_http_server',
        path: socketIn(folder),
        mode: 0o600,
        uid: -1,
        gid: -1,
        credentials: null,
      },
    ],
    groups: config.groups.map(
      (group): GroupSpec => ({
        ...group,
        socket: group.socket && sockets(group.socket),
        processes: group.processes.map(
          (spec): ProcessSpec => ({
            ...spec,
            autostart: isolation.starts(spec),
            autorestart: 'never',
            uid: uid === 0 ? spec.uid : null,
            // Whoever it names: a process under test has no business with a daemon that is at work.
            serverUrl: spec.serverUrl && `unix://${socketIn(folder)}`,
            stdout: logs(spec.stdout),
            stderr: logs(spec.stderr),
            ...(spec.socket ? { socket: sockets(spec.socket) } : {}),
            ...(spec.listen ? { listen: listen(spec.listen) } : {}),
          }),
        ),
      }),
    ),
  }
}

/** Largest log of one stream: enough for its end to be seen, and not to fill a disk. */
const LOG_BYTES_MAX = 4 * 1024 * 1024

function logFiles(folder: string): (stream: StreamSpec) => StreamSpec {
  let count = 0
  return (stream) => ({
    ...stream,
    logfile: { kind: 'file', path: join(folder, `${count++}.log`) },
    logBytesMax: LOG_BYTES_MAX,
    logBackups: 1,
    syslog: false,
  })
}

/** Equal paths stay equal, since they are shared. */
function socketMover(folder: string, uid: number): (socket: FastCgiSocketSpec) => FastCgiSocketSpec {
  const paths: string[] = []
  return (socket) => {
    if (socket.address.kind === 'tcp') return socket
    if (!paths.includes(socket.address.path)) paths.push(socket.address.path)
    const path = join(folder, `${paths.indexOf(socket.address.path)}.sock`)
    const owner = uid === 0 ? socket.owner : null
    return { ...socket, url: `unix://${path}`, address: { kind: 'unix', path }, owner }
  }
}

/** Equal addresses stay equal. Port 0 is any free one, and a machine has 16 million loopback addresses to tell them apart. */
function listenMover(folder: string, uid: number): (listen: ListenSpec) => ListenSpec {
  const moved: string[] = []
  const numberOf = (url: string) => (moved.includes(url) ? moved.indexOf(url) : moved.push(url) - 1)
  return (listen) => ({
    ...listen,
    owner: uid === 0 ? listen.owner : null,
    addresses: listen.addresses.map((url) => {
      const number = numberOf(url)
      if (parseSocketUrl(url)?.kind === 'unix') return `unix://${join(folder, `l${number}.sock`)}`
      return socketUrl({
        kind: 'tcp',
        host: `127.${(number >> 16) & 255}.${(number >> 8) & 255}.${1 + (number & 255)}`,
        port: 0,
      })
    }),
  })
}
