import { FAULT_CODES } from '../../api/faults.js'
import { integer } from '../../config/values.js'
import { reprString } from '../../model/python.js'
import { type Action, refuse, wordsOf } from './action.js'
import { EXIT } from './exit-status.js'
import { followUntilInterrupt } from './follow.js'
import { asText, type Outcome, type Session } from './session.js'
import { upcheck } from './upcheck.js'

const BYTES_SHOWN = 1600

export const tail: Action = {
  help: [
    'tail [-f] <name> [stdout|stderr] (default stdout)',
    'Ex:',
    'tail -f <name>\t\tContinuous tail of named process stdout',
    '\t\t\tCtrl-C to exit.',
    'tail -100 <name>\tlast 100 *bytes* of process stdout',
    'tail <name> stderr\tlast 1600 *bytes* of process stderr',
  ].join('\n'),
  async run(session, argument) {
    const up = await upcheck(session)
    if (up !== 'up') return up
    const words = wordsOf(argument)
    if (words.length < 1) return refuse(session, 'Error: too few arguments', tail.help, EXIT.generic)
    if (words.length > 3) return refuse(session, 'Error: too many arguments', tail.help, EXIT.generic)
    const [modifier, names] = words[0]?.startsWith('-') ? [words[0], words.slice(1)] : [null, words]
    const [name, ...more] = names
    if (name === undefined) return complain(session, 'Error: tail requires process name')
    const channel = (more.at(-1) ?? 'stdout').toLowerCase()
    if (channel !== 'stdout' && channel !== 'stderr') {
      return complain(session, `Error: bad channel ${reprString(channel)}`)
    }
    const wanted = readModifier(modifier)
    if (wanted === null) return complain(session, `Error: bad argument ${modifier ?? ''}`)
    if (wanted === 'follow') return followUntilInterrupt(session, `/logtail/${name}/${channel}`)
    const method = channel === 'stdout' ? 'supervisor.readProcessStdoutLog' : 'supervisor.readProcessStderrLog'
    return show(session, method, [name], wanted, name)
  },
}

export const maintail: Action = {
  help: [
    'maintail -f \tContinuous tail of supervisor main log file (Ctrl-C to exit)',
    'maintail -100\tlast 100 *bytes* of supervisord main log file',
    'maintail\tlast 1600 *bytes* of supervisor main log file',
    '',
  ].join('\n'),
  async run(session, argument) {
    const up = await upcheck(session)
    if (up !== 'up') return up
    const [modifier = null, ...more] = wordsOf(argument)
    if (more.length > 0) return refuse(session, 'Error: too many arguments', maintail.help, EXIT.generic)
    const wanted = modifier === null || modifier.startsWith('-') ? readModifier(modifier) : null
    if (wanted === null) return complain(session, `Error: bad argument ${modifier ?? ''}`)
    if (wanted === 'follow') return followUntilInterrupt(session, '/mainlogtail')
    return show(session, 'supervisor.readLog', [], wanted, 'supervisord')
  },
}

/** @returns the bytes to show, or `null` for what is neither `-f` nor a number */
function readModifier(modifier: string | null): number | 'follow' | null {
  if (modifier === null) return BYTES_SHOWN
  const what = modifier.slice(1)
  if (what === 'f') return 'follow'
  const bytes = integer(what)
  return bytes.ok ? bytes.value : null
}

const FAULTS: Readonly<Record<number, string>> = {
  [FAULT_CODES.NO_FILE]: 'no log file',
  [FAULT_CODES.FAILED]: 'unknown error reading log',
  [FAULT_CODES.BAD_NAME]: 'no such process name',
}

async function show(
  session: Session,
  method: string,
  before: readonly string[],
  bytes: number,
  subject: string,
): Promise<Outcome> {
  // -0 is 0, which asks for the whole log; the original's quirk.
  const log = await session.ask(method, [...before, 0 - bytes, 0], asText)
  if (log.ok) {
    session.print(log.value)
    return 'done'
  }
  const words = log.problem.kind === 'fault' ? FAULTS[log.problem.code] : undefined
  return words === undefined ? log.problem : complain(session, `${subject}: ERROR (${words})`)
}

function complain(session: Session, line: string): Outcome {
  session.print(line)
  session.exitStatus = EXIT.generic
  return 'done'
}
