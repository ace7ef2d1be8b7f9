import { FAULT_CODES } from '../../api/faults.js'
import { isStruct } from '../../api/value.js'
import { type Action, wordsOf } from './action.js'
import { EXIT } from './exit-status.js'
import { asProcessInfos, readProcessInfo } from './process-info.js'
import { asNumber } from './session.js'
import { upcheck } from './upcheck.js'

export const pid: Action = {
  help: [
    'pid\t\t\tGet the PID of supervisord.',
    'pid <name>\t\tGet the PID of a single child process by name.',
    'pid all\t\t\tGet the PID of every child process, one per line.',
  ].join('\n'),
  async run(session, argument) {
    const up = await upcheck(session)
    if (up !== 'up') return up
    const names = wordsOf(argument)
    if (names.length === 0) {
      const own = await session.ask('supervisor.getPID', [], asNumber)
      if (!own.ok) return own.problem
      session.print(String(own.value))
      return 'done'
    }
    if (names.includes('all')) {
      const all = await session.ask('supervisor.getAllProcessInfo', [], asProcessInfos)
      if (!all.ok) return all.problem
      for (const info of all.value) session.print(String(info.pid))
      return 'done'
    }
    for (const name of names) {
      const info = await session.ask('supervisor.getProcessInfo', [name], (value) =>
        isStruct(value) ? readProcessInfo(value) : undefined,
      )
      if (info.ok) {
        session.print(String(info.value.pid))
        if (info.value.pid === 0) session.exitStatus = EXIT.notRunning
      } else if (info.problem.kind === 'fault' && info.problem.code === FAULT_CODES.BAD_NAME) {
        session.print(`No such process ${name}`)
        session.exitStatus = EXIT.generic
      } else return info.problem
    }
    return 'done'
  },
}
