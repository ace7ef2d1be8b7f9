import { FAULT_CODES } from '../../api/faults.js'
import { type Action, refuse, wordsOf } from './action.js'
import { EXIT } from './exit-status.js'
import { upcheck } from './upcheck.js'
import { runVerb, type Verb } from './verb.js'

const SIGNAL: Verb = {
  all: 'supervisor.signalAllProcesses',
  group: 'supervisor.signalProcessGroup',
  one: 'supervisor.signalProcess',
  success: 'signalled',
  faults: {
    [FAULT_CODES.BAD_NAME]: 'no such process',
    [FAULT_CODES.BAD_SIGNAL]: 'bad signal name',
    [FAULT_CODES.NOT_RUNNING]: 'not running',
    [FAULT_CODES.FAILED]: null,
  },
  harmless: null,
  unknownGroupStatus: EXIT.generic,
}

export const signal: Action = {
  help: [
    'signal <signal name> <name>\t\tSignal a process',
    'signal <signal name> <gname>:*\t\tSignal all processes in a group',
    'signal <signal name> <name> <name>\tSignal multiple processes or groups',
    'signal <signal name> all\t\tSignal all processes',
  ].join('\n'),
  async run(session, argument) {
    const up = await upcheck(session)
    if (up !== 'up') return up
    const [name, ...names] = wordsOf(argument)
    if (name === undefined || names.length === 0) {
      return refuse(session, 'Error: signal requires a signal name and a process name', signal.help, EXIT.generic)
    }
    return runVerb(session, SIGNAL, names, [name])
  },
}
