import { FAULT_CODES } from '../../api/faults.js'
import { type Action, refuse, wordsOf } from './action.js'
import { EXIT } from './exit-status.js'
import { upcheck } from './upcheck.js'
import { runVerb, type Verb } from './verb.js'

const CLEAR: Verb = {
  all: 'supervisor.clearAllProcessLogs',
  group: null,
  one: 'supervisor.clearProcessLogs',
  success: 'cleared',
  faults: { [FAULT_CODES.BAD_NAME]: 'no such process', [FAULT_CODES.FAILED]: 'failed' },
  harmless: null,
  unknownGroupStatus: EXIT.generic,
}

export const clear: Action = {
  help: [
    "clear <name>\t\tClear a process' log files.",
    "clear <name> <name>\tClear multiple process' log files",
    "clear all\t\tClear all process' log files",
  ].join('\n'),
  async run(session, argument) {
    const up = await upcheck(session)
    if (up !== 'up') return up
    const names = wordsOf(argument)
    if (names.length > 0) return runVerb(session, CLEAR, names)
    return refuse(session, 'Error: clear requires a process name', clear.help, EXIT.generic)
  },
}
