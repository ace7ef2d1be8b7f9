import type { Config } from '../../src/model/config.js'
import type { GroupSpec, Hold, ProcessSpec, StreamSpec } from '../../src/model/spec.js'

const STREAM: StreamSpec = {
  logfile: { kind: 'none' },
  logBytesMax: 0,
  logBackups: 0,
  captureBytesMax: 0,
  eventsEnabled: false,
  syslog: false,
}

/** A process spec with every default, for tests that care about a few fields. */
export function specOf(fields: Partial<ProcessSpec> & { readonly name: string }): ProcessSpec {
  return {
    group: fields.name,
    program: fields.name,
    kind: 'program',
    command: `/bin/${fields.name}`,
    directory: null,
    environment: {},
    uid: null,
    umask: null,
    serverUrl: null,
    priority: 999,
    autostart: true,
    startSecs: 1,
    startRetries: 3,
    autorestart: 'unexpected',
    exitCodes: [0],
    stopSignal: 15,
    stopWaitSecs: 10,
    stopAsGroup: false,
    killAsGroup: false,
    redirectStderr: false,
    stdout: STREAM,
    stderr: STREAM,
    ...fields,
  }
}

/** A hold until somebody ends it. */
export const HOLD: Hold = { sinceWallMs: 1_000, until: null, reason: '', by: 'svctl stop' }

/** A group of these processes; its name becomes theirs. */
export function groupOf(name: string, processes: readonly ProcessSpec[], priority = 999): GroupSpec {
  const kind = processes.length === 1 && processes[0]?.name === name ? 'program' : 'group'
  return {
    name,
    priority,
    kind,
    processes: processes.map((spec) => ({ ...spec, group: name })),
    pool: null,
    socket: null,
  }
}

/** A configuration that declares these groups and nothing else. */
export function configOf(groups: readonly GroupSpec[]): Config {
  return {
    file: '/etc/supervisord.conf',
    files: ['/etc/supervisord.conf'],
    daemon: {
      logfile: '/var/log/supervisord.log',
      logBytesMax: 0,
      logBackups: 0,
      logLevel: 'info',
      pidfile: '/run/supervisord.pid',
      umask: 0o22,
      directory: null,
      user: null,
      nodaemon: true,
      silent: true,
      nocleanup: true,
      stripAnsi: false,
      minfds: 1024,
      minprocs: 200,
      childlogdir: null,
      environment: {},
      identifier: 'supervisor',
      converge: { mode: 'auto', settleMs: 500, maxRemovePercent: 100 },
      state: { directory: null, revisionsMax: 50, bootLastGood: false, rememberHolds: 'never' },
    },
    servers: [],
    rpcInterfaces: [],
    groups: [...groups].sort((a, b) => a.priority - b.priority || (a.name < b.name ? -1 : 1)),
    numprocs: {},
    notes: [],
    warnings: [],
  }
}
