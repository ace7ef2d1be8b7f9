import { FAULT_CODES } from '../../api/faults.js'
import { type Action, refuse } from './action.js'
import { EXIT } from './exit-status.js'
import { asAnything, asText, type Outcome, type Session } from './session.js'
import { upcheck } from './upcheck.js'

export const reload: Action = {
  help: 'reload \t\tRestart the remote supervisord.',
  async run(session, argument) {
    if (argument !== '') return refuse(session, 'Error: reload accepts no arguments', reload.help, EXIT.generic)
    const sure = await confirm(session, 'Really restart the remote supervisord process y/N? ')
    if (sure !== 'yes') return sure
    const done = await session.ask('supervisor.restart', [], asAnything)
    if (done.ok) session.print('Restarted supervisord')
    else if (done.problem.kind !== 'fault' || done.problem.code !== FAULT_CODES.SHUTDOWN_STATE) return done.problem
    else {
      session.print('ERROR: already shutting down')
      session.exitStatus = EXIT.generic
    }
    return 'done'
  },
}

export const shutdown: Action = {
  help: 'shutdown \tShut the remote supervisord down.',
  async run(session, argument) {
    if (argument !== '') return refuse(session, 'Error: shutdown accepts no arguments', shutdown.help, EXIT.generic)
    const sure = await confirm(session, 'Really shut the remote supervisord process down y/N? ')
    if (sure !== 'yes') return sure
    const done = await session.ask('supervisor.shutdown', [], asAnything)
    if (done.ok) {
      session.print('Shut down')
      return 'done'
    }
    const { problem } = done
    if (problem.kind === 'fault' && problem.code === FAULT_CODES.SHUTDOWN_STATE) {
      // What was wanted is under way: no failure.
      session.print('ERROR: already shutting down')
      return 'done'
    }
    const gone = problem.kind === 'socket' ? GONE[problem.code] : undefined
    if (gone === undefined) return problem
    session.print(`ERROR: ${session.server.url} ${gone} (already shut down?)`)
    session.exitStatus = EXIT.generic
    return 'done'
  },
}

const GONE: Readonly<Record<string, string>> = { ECONNREFUSED: 'refused connection', ENOENT: 'no such file' }

export const version: Action = {
  help: 'version\t\t\tShow the version of the remote supervisord process',
  async run(session, argument) {
    if (argument !== '') return refuse(session, 'Error: version accepts no arguments', version.help, EXIT.generic)
    const up = await upcheck(session)
    if (up !== 'up') return up
    const found = await session.ask('supervisor.getSupervisorVersion', [], asText)
    if (!found.ok) return found.problem
    session.print(found.value)
    return 'done'
  },
}

/** @returns 'yes' when there is nobody to ask, or who was asked agreed */
async function confirm(session: Session, prompt: string): Promise<'yes' | Outcome> {
  if (!session.interactive) return 'yes'
  const answer = await session.terminal.readLine({ prompt })
  if (answer.kind === 'end') return { kind: 'end-of-input' }
  if (answer.kind === 'interrupt') return 'interrupted'
  return /^y/i.test(answer.text) ? 'yes' : 'done'
}
