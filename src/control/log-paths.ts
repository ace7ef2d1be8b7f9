import type { LogPaths } from '../actions/spawn-request.js'
import type { ProcessKey } from '../model/names.js'
import type { Host } from '../model/ports.js'
import type { LogTarget, ProcessSpec } from '../model/spec.js'

/** Which files the output of each declared process goes to, AUTO ones by the name they got. */
export interface LogPathTable {
  get(key: ProcessKey): LogPaths
  /** A process is declared, newly or anew. AUTO files are made now and kept as long as the option says AUTO. */
  declare(key: ProcessKey, spec: ProcessSpec, before: ProcessSpec | undefined): void
  forget(key: ProcessKey): void
}

const NO_LOGS: LogPaths = { stdout: null, stderr: null }

/** Makes an empty table. */
export function createLogPaths(host: Pick<Host, 'createAutoLog'>): LogPathTable {
  const table: Record<ProcessKey, LogPaths> = {}

  function pathOf(
    spec: ProcessSpec,
    channel: 'stdout' | 'stderr',
    current: string | null,
    before: ProcessSpec | undefined,
  ): string | null {
    const target: LogTarget = channel === 'stderr' && spec.redirectStderr ? { kind: 'none' } : spec[channel].logfile
    if (target.kind === 'file') return target.path
    if (target.kind === 'none') return null
    const wasAuto = before?.[channel].logfile.kind === 'auto' && current !== null
    return wasAuto ? current : host.createAutoLog(spec.name, channel)
  }

  return {
    get: (key) => table[key] ?? NO_LOGS,
    declare(key, spec, before) {
      const current = table[key] ?? NO_LOGS
      table[key] = {
        stdout: pathOf(spec, 'stdout', current.stdout, before),
        stderr: pathOf(spec, 'stderr', current.stderr, before),
      }
    },
    forget(key) {
      delete table[key]
    },
  }
}
