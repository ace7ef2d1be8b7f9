import { FAULT_CODES } from '../../api/faults.js'
import { type Action, refuse, wordsOf } from './action.js'
import { EXIT } from './exit-status.js'
import type { Outcome, Session } from './session.js'
import { upcheck } from './upcheck.js'
import { runVerb, type Verb } from './verb.js'

const START: Verb = {
  all: 'supervisor.startAllProcesses',
  group: 'supervisor.startProcessGroup',
  one: 'supervisor.startProcess',
  success: 'started',
  faults: {
    [FAULT_CODES.BAD_NAME]: 'no such process',
    [FAULT_CODES.NO_FILE]: 'no such file',
    [FAULT_CODES.NOT_EXECUTABLE]: 'file is not executable',
    [FAULT_CODES.ALREADY_STARTED]: 'already started',
    [FAULT_CODES.SPAWN_ERROR]: 'spawn error',
    [FAULT_CODES.ABNORMAL_TERMINATION]: 'abnormal termination',
  },
  harmless: FAULT_CODES.ALREADY_STARTED,
  unknownGroupStatus: EXIT.invalidArguments,
}

const STOP: Verb = {
  all: 'supervisor.stopAllProcesses',
  group: 'supervisor.stopProcessGroup',
  one: 'supervisor.stopProcess',
  success: 'stopped',
  faults: {
    [FAULT_CODES.BAD_NAME]: 'no such process',
    [FAULT_CODES.NOT_RUNNING]: 'not running',
    [FAULT_CODES.FAILED]: null,
  },
  harmless: FAULT_CODES.NOT_RUNNING,
  unknownGroupStatus: EXIT.generic,
}

export const start: Action = {
  help: [
    'start <name>\t\tStart a process',
    'start <gname>:*\t\tStart all processes in a group',
    'start <name> <name>\tStart multiple processes or groups',
    'start all\t\tStart all processes',
  ].join('\n'),
  run: (session, argument) => runOnNames(session, argument, 'start', start.help, START, EXIT.invalidArguments),
}

export const stop: Action = {
  help: [
    'stop <name>\t\tStop a process',
    'stop <gname>:*\t\tStop all processes in a group',
    'stop <name> <name>\tStop multiple processes or groups',
    'stop all\t\tStop all processes',
  ].join('\n'),
  run: (session, argument) => runOnNames(session, argument, 'stop', stop.help, STOP, EXIT.generic),
}

export const restart: Action = {
  help: [
    'restart <name>\t\tRestart a process',
    'restart <gname>:*\tRestart all processes in a group',
    'restart <name> <name>\tRestart multiple processes or groups',
    'restart all\t\tRestart all processes',
    'Note: restart does not reread config files. For that, see reread and update.',
  ].join('\n'),
  async run(session, argument) {
    const up = await upcheck(session)
    if (up !== 'up') return up
    if (wordsOf(argument).length === 0) {
      return refuse(session, 'Error: restart requires a process name', restart.help, EXIT.generic)
    }
    const stopped = await stop.run(session, argument)
    return stopped === 'done' ? start.run(session, argument) : stopped
  },
}

async function runOnNames(
  session: Session,
  argument: string,
  word: 'start' | 'stop',
  help: string,
  verb: Verb,
  noNamesStatus: number,
): Promise<Outcome> {
  const up = await upcheck(session)
  if (up !== 'up') return up
  const names = wordsOf(argument)
  if (names.length > 0) return runVerb(session, verb, names)
  return refuse(session, `Error: ${word} requires a process name`, help, noNamesStatus)
}
