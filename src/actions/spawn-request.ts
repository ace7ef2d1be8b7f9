import type { Channel } from '../model/event.js'
import { type ProcessKey, processKey } from '../model/names.js'
import type { CommandLookup, SharedSocket, SpawnRequest, StreamRequest } from '../model/ports.js'
import { parseSocketUrl } from '../model/socket-url.js'
import type { ProcessSpec, StreamSpec } from '../model/spec.js'

/** Paths of a process's logs with AUTO files filled in; `null` for none. */
export interface LogPaths {
  readonly stdout: string | null
  readonly stderr: string | null
}

/** What of the daemon goes into every start. */
export interface SpawnContext {
  /** The daemon's own environment, without what is ours (`SVCTL_*`). */
  readonly environment: Readonly<Record<string, string>>
  readonly stripAnsi: boolean
  /** Every chunk of output is wanted, for the activity log at debug level. */
  readonly tapAll: boolean
}

/**
 * Everything the host needs to start one process.
 *
 * @param found - the command as it was looked up
 */
export function spawnRequest(
  spec: ProcessSpec,
  found: Extract<CommandLookup, { ok: true }>,
  logs: LogPaths,
  context: SpawnContext,
): SpawnRequest {
  const key: ProcessKey = processKey(spec.group, spec.name)
  return {
    key,
    name: spec.name,
    filename: found.filename,
    argv: found.argv,
    environment: childEnvironment(spec, context.environment),
    directory: spec.directory,
    uid: spec.uid,
    umask: spec.umask,
    redirectStderr: spec.redirectStderr,
    ...streamRequests(spec, logs, context.tapAll),
    stripAnsi: context.stripAnsi,
    socket: spec.socket ? { ...spec.socket, purpose: 'fastcgi', sharedBy: sharedBy(spec) } : null,
    listen: listenSockets(spec),
    isolation: spec,
  }
}

/**
 * The environment of a child: the daemon's, variables that tell it where it runs and how many sockets it has, then what
 * the file sets. `LISTEN_PID` is added by the host, who knows it.
 *
 * @see Supervisor docs/subprocess.rst, "Subprocess Environment"
 */
export function childEnvironment(
  spec: Pick<ProcessSpec, 'name' | 'group' | 'program' | 'serverUrl' | 'environment' | 'listen'>,
  inherited: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return {
    ...inherited,
    SUPERVISOR_ENABLED: '1',
    ...(spec.serverUrl ? { SUPERVISOR_SERVER_URL: spec.serverUrl } : {}),
    SUPERVISOR_PROCESS_NAME: spec.name,
    SUPERVISOR_GROUP_NAME: spec.group,
    ...spec.environment,
    ...listenVariables(spec),
  }
}

/** @see sd_listen_fds(3) */
function listenVariables({
  listen,
  program,
}: Pick<ProcessSpec, 'listen' | 'program'>): Readonly<Record<string, string>> {
  if (listen === undefined) return {}
  const names = listen.names.length > 0 ? listen.names : listen.addresses.map(() => program)
  return { LISTEN_FDS: String(listen.addresses.length), LISTEN_FDNAMES: names.join(':') }
}

/** The sockets that a process inherits beside its standard streams, in order. */
export function listenSockets(spec: ProcessSpec): readonly SharedSocket[] {
  if (spec.listen === undefined) return []
  const { addresses, names: _, ...settings } = spec.listen
  return addresses.flatMap((url): readonly SharedSocket[] => {
    const address = parseSocketUrl(url)
    return address === null ? [] : [{ ...settings, url, address, purpose: 'listen', sharedBy: sharedBy(spec) }]
  })
}

function sharedBy({ group, program }: ProcessSpec): string {
  return `${group}:${program}`
}

/** What is done with the two streams of a process; also what a live process is reconfigured with. */
export function streamRequests(
  spec: ProcessSpec,
  logs: LogPaths,
  tapAll: boolean,
): { readonly stdout: StreamRequest; readonly stderr: StreamRequest } {
  // A listener's stdout is its half of the protocol: we read it, and nothing else may take from it.
  const protocol = spec.kind === 'eventlistener'
  const lines = linesOf(spec)
  const [stdout, stderr] = [lines('stdout'), lines('stderr')]
  return {
    stdout: protocol
      ? { ...streamRequest(spec.stdout, logs.stdout, true), ...stdout, captureBytesMax: 0, syslog: false, tapRaw: true }
      : { ...streamRequest(spec.stdout, logs.stdout, tapAll), ...stdout },
    stderr: { ...streamRequest(spec.stderr, logs.stderr, tapAll), ...stderr },
  }
}

function linesOf({ group, name, logPrefix, logTimestamps, logFormat }: ProcessSpec) {
  const style = {
    ...(logPrefix === undefined ? {} : { prefix: logPrefix }),
    ...(logTimestamps === undefined ? {} : { timestamps: logTimestamps }),
    ...(logFormat === undefined ? {} : { format: logFormat }),
  }
  const plain = Object.keys(style).length === 0
  return (stream: Channel) => (plain ? {} : { lines: { ...style, group, name, stream } })
}

function streamRequest(stream: StreamSpec, path: string | null, tap: boolean): StreamRequest {
  return {
    path,
    logBytesMax: stream.logBytesMax,
    logBackups: stream.logBackups,
    captureBytesMax: stream.captureBytesMax,
    syslog: stream.syslog,
    tap: tap || stream.eventsEnabled,
  }
}
