import type { LogPaths } from '../actions/spawn-request.js'
import type { Channel } from '../model/event.js'
import type { ProcessKey } from '../model/names.js'
import type { Host } from '../model/ports.js'
import type { LogTarget, ProcessSpec } from '../model/spec.js'

/** Which files the output of each declared process goes to, AUTO ones by the name they got. */
export interface LogPathTable {
  get(key: ProcessKey): LogPaths
  /** A process is declared, newly or anew. An AUTO file is made when it is first wanted. */
  declare(key: ProcessKey, spec: ProcessSpec): void
  forget(key: ProcessKey): void
  state(): LogPathState
}

/** Names that were given to AUTO files, by `<channel> <process>`, and where each process logs to. */
export interface LogPathState {
  readonly paths: Readonly<Record<ProcessKey, LogPaths>>
  readonly autoFiles: Readonly<Record<string, string | null>>
}

const NO_LOGS: LogPaths = { stdout: null, stderr: null }

/** Makes a table: empty, or with what another one knew. */
export function createLogPaths(
  host: Pick<Host, 'createAutoLog'>,
  before: LogPathState = { paths: {}, autoFiles: {} },
): LogPathTable {
  const table: Record<ProcessKey, LogPaths> = { ...before.paths }
  /** By process and channel. Kept even when the process is removed: it may be added again, and goes on in the same file. */
  const autoFiles = new Map(Object.entries(before.autoFiles))

  function autoFile(key: ProcessKey, name: string, channel: Channel): string | null {
    const id = `${channel} ${key}`
    const path = autoFiles.get(id) ?? host.createAutoLog(name, channel)
    autoFiles.set(id, path)
    return path
  }

  function pathOf(key: ProcessKey, spec: ProcessSpec, channel: Channel): string | null {
    const target: LogTarget = channel === 'stderr' && spec.redirectStderr ? { kind: 'none' } : spec[channel].logfile
    if (target.kind === 'file') return target.path
    return target.kind === 'none' ? null : autoFile(key, spec.name, channel)
  }

  return {
    get: (key) => table[key] ?? NO_LOGS,
    declare(key, spec) {
      table[key] = { stdout: pathOf(key, spec, 'stdout'), stderr: pathOf(key, spec, 'stderr') }
    },
    forget(key) {
      delete table[key]
    },
    state: () => ({ paths: { ...table }, autoFiles: Object.fromEntries(autoFiles) }),
  }
}
