import { FAULT_CODES } from '../../api/faults.js'
import { isStruct } from '../../api/value.js'
import { PHASE_CODES } from '../../model/phase.js'
import { type Action, refuse, wordsOf } from './action.js'
import { EXIT } from './exit-status.js'
import { follow } from './follow.js'
import { faultText } from './problem.js'
import { type ProcessInfo, readProcessInfo } from './process-info.js'
import { type Answer, asAnything, type Outcome, type Session } from './session.js'
import { upcheck } from './upcheck.js'

export const fg: Action = {
  help: ['fg <process>\tConnect to a process in foreground mode', '\t\tCtrl-C to exit'].join('\n'),
  async run(session, argument) {
    const up = await upcheck(session)
    if (up !== 'up') return up
    const [name, ...more] = wordsOf(argument)
    if (name === undefined) return refuse(session, 'ERROR: no process name supplied', fg.help, EXIT.generic)
    if (more.length > 0) return complain(session, 'ERROR: too many process names supplied')
    const info = await ask(session, name)
    if (!info.ok) {
      if (info.problem.kind !== 'fault') return info.problem
      const { code, text } = info.problem
      if (code === FAULT_CODES.BAD_NAME) return complain(session, 'ERROR: bad process name supplied')
      return complain(session, `ERROR: ${faultText(code, text)}`)
    }
    if (info.value.state !== PHASE_CODES.RUNNING) return complain(session, 'ERROR: process not running')
    session.print('==> Press Ctrl-C to exit <==')
    const shown = ['stdout', 'stderr'].map((channel) => follow(session, `/logtail/${name}/${channel}`))
    const outcome = await forwardLines(session, name)
    for (const { close } of shown) close()
    return outcome
  },
}

/** Sends what is typed, line by line, until there is no more of it or nobody to read it. */
async function forwardLines(session: Session, name: string): Promise<Outcome> {
  const leave = (...before: readonly string[]): Outcome => {
    for (const line of [...before, 'Exiting foreground']) session.print(line)
    return 'done'
  }
  for (;;) {
    const read = await session.terminal.readLine({ prompt: '' })
    if (read.kind !== 'line') return leave()
    const sent = await session.ask('supervisor.sendProcessStdin', [name, `${read.text}\n`], asAnything)
    if (!sent.ok) {
      if (sent.problem.kind !== 'fault') return sent.problem
      const { code, text } = sent.problem
      return leave(code === FAULT_CODES.NOT_RUNNING ? 'Process got killed' : `ERROR: ${faultText(code, text)}`)
    }
    const info = await ask(session, name)
    if (!info.ok) return info.problem
    if (info.value.state !== PHASE_CODES.RUNNING) return leave('Process got killed')
  }
}

function ask(session: Session, name: string): Promise<Answer<ProcessInfo>> {
  return session.ask('supervisor.getProcessInfo', [name], (value) =>
    isStruct(value) ? readProcessInfo(value) : undefined,
  )
}

function complain(session: Session, line: string): Outcome {
  session.print(line)
  session.exitStatus = EXIT.generic
  return 'done'
}
