import { FAULT_CODES } from '../../api/faults.js'
import { EXIT } from './exit-status.js'
import { asText, type Outcome, type Session } from './session.js'

const API_VERSION = '3.0'

/**
 * Asks the server who it is before a command bothers it, and says so when it is not there.
 *
 * @returns 'up' when the command may go on, else how it ended
 * @see Supervisor supervisorctl.py, upcheck
 */
export async function upcheck(session: Session): Promise<'up' | Outcome> {
  const version = await session.ask('supervisor.getVersion', [], asText)
  const say = (line: string, exitStatus: number): Outcome => {
    session.print(line)
    session.exitStatus = exitStatus
    return 'done'
  }
  if (version.ok) {
    if (version.value === API_VERSION) return 'up'
    return say(
      `Sorry, this version of supervisorctl expects to talk to a server with API version ${API_VERSION}, but the remote version is ${version.value}.`,
      EXIT.otherVersion,
    )
  }
  const { problem } = version
  if (problem.kind === 'fault' && problem.code === FAULT_CODES.UNKNOWN_METHOD) {
    return say(
      'Sorry, supervisord responded but did not recognize the supervisor namespace commands that supervisorctl uses to control it.  Please check that the [rpcinterface:supervisor] section is enabled in the configuration file (see sample.conf).',
      EXIT.unimplemented,
    )
  }
  if (problem.kind === 'socket' && problem.code === 'ECONNREFUSED') {
    return say(`${session.server.url} refused connection`, EXIT.refused)
  }
  if (problem.kind === 'socket' && problem.code === 'ENOENT') {
    return say(`${session.server.url} no such file`, EXIT.notRunning)
  }
  return problem
}
