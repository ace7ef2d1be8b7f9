import type { ServerSpec } from '../../model/config.js'
import { processKey } from '../../model/names.js'
import type { Operator } from '../../model/operator.js'
import type { GroupSpec, LogTarget, ProcessSpec, StreamSpec } from '../../model/spec.js'
import { value } from '../faults.js'
import type { XmlStruct, XmlValue } from '../value.js'
import type { Methods } from './method.js'

/** The method that tells what is configured, active or not. */
export const configInfoMethods: Methods = {
  getAllConfigInfo: {
    signature: ['array'],
    required: 0,
    help: 'Tell how every process of the file last read is configured.\n\n@return array result  A struct for each',
    run: ({ operator }) => {
      const { groups, servers } = operator.config()
      const automaticUrl = serverUrl(servers)
      const rows = groups.flatMap((group) =>
        group.processes.map((spec) => ({ spec, row: configStruct(operator, group, spec, automaticUrl) })),
      )
      rows.sort((a, b) => (a.spec.name < b.spec.name ? -1 : a.spec.name > b.spec.name ? 1 : 0))
      return value(rows.map(({ row }) => row))
    },
  },
}

/** @see spec rpc.md §8; the order of the members is the original's */
function configStruct(operator: Operator, group: GroupSpec, spec: ProcessSpec, automaticUrl: string | null): XmlStruct {
  const active = operator.process(processKey(spec.group, spec.name))
  return {
    autostart: spec.autostart,
    autorestart: { always: true, never: false, unexpected: 'unexpected' }[spec.autorestart],
    directory: orNone(spec.directory),
    uid: orNone(spec.uid),
    command: spec.command,
    exitcodes: spec.exitCodes,
    group: group.name,
    group_prio: group.priority,
    inuse: operator.group(group.name) !== null,
    killasgroup: spec.killAsGroup,
    name: spec.name,
    process_prio: spec.priority,
    redirect_stderr: spec.redirectStderr,
    startretries: spec.startRetries,
    startsecs: spec.startSecs,
    ...streamMembers('stdout', spec.stdout, active?.stdoutLog ?? ''),
    stopsignal: spec.stopSignal,
    stopwaitsecs: spec.stopWaitSecs,
    ...streamMembers('stderr', spec.stderr, active?.stderrLog ?? ''),
    // The URL that the daemon chose by itself is not part of the original's configuration.
    serverurl: spec.serverUrl === automaticUrl ? 'none' : orNone(spec.serverUrl),
  }
}

function streamMembers(prefix: 'stdout' | 'stderr', stream: StreamSpec, activePath: string): XmlStruct {
  return {
    [`${prefix}_capture_maxbytes`]: stream.captureBytesMax,
    [`${prefix}_events_enabled`]: stream.eventsEnabled,
    [`${prefix}_logfile`]: logText(stream.logfile, activePath),
    [`${prefix}_logfile_backups`]: stream.logBackups,
    [`${prefix}_logfile_maxbytes`]: stream.logBytesMax,
    [`${prefix}_syslog`]: stream.syslog,
  }
}

/** An AUTO log has a name only once its group is active. */
function logText(target: LogTarget, activePath: string): string {
  switch (target.kind) {
    case 'none':
      return 'none'
    case 'file':
      return target.path
    case 'auto':
      return activePath === '' ? 'auto' : activePath
  }
}

function orNone(setting: string | number | null): XmlValue {
  return setting ?? 'none'
}

/** What children are told when the file says nothing. @see spec config.md, SUPERVISOR_SERVER_URL */
function serverUrl(servers: readonly ServerSpec[]): string | null {
  const unix = servers.find((server) => server.kind === 'unix')
  if (unix !== undefined) return `unix://${unix.path}`
  const inet = servers.findLast((server) => server.kind === 'inet')
  return inet === undefined ? null : `http://${inet.host === '' ? 'localhost' : inet.host}:${inet.port}`
}
