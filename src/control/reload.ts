import type { Log } from '../model/ports.js'
import type { Cause } from '../model/revision.js'
import type { Acceptance } from './acceptance.js'
import type { Pipeline } from './pipeline.js'

/**
 * Makes what the verb `reload` does: the whole file is accepted, and how that went is logged.
 *
 * @param applied - the file has been read and, if it can be, accepted
 */
export function createReload(
  { pipeline, acceptance, log }: { pipeline: Pipeline; acceptance: Pick<Acceptance, 'candidate'>; log: Log },
  applied: () => void,
): (cause?: Cause) => void {
  return (cause = { what: 'supervisorctl reload', by: null }) => {
    const atOnce = acceptance.candidate().daemon.converge.mode === 'manual'
    const result = pipeline.apply({ groups: null, allowRemovals: false, releaseChanged: false, atOnce, cause })
    applied()
    if (result.ok) {
      const { added, changed, removed } = result.report.changes
      const counts = `${added.length} added, ${changed.length} changed, ${removed.length} removed`
      log.write('info', `reloaded the configuration: ${counts}; what did not change keeps running`)
      for (const field of result.report.daemonFields) {
        log.write('warn', `${field.field} has changed; it takes effect when the daemon itself is started again`)
      }
    } else if (result.reason === 'guard') {
      log.write('warn', `not reloaded: ${result.refusal.message}; to go on: ${result.refusal.command}`)
    } else if (result.reason === 'invalid') {
      log.write('error', `not reloaded, everything keeps running: ${result.classic}`)
    }
  }
}
