import { isSignallable } from '../../model/phase.js'
import { parseSignal } from '../../model/signals.js'
import { failure, fault, type Result, value } from '../faults.js'
import { pythonText, toGroupName, toName } from '../params.js'
import type { XmlValue } from '../value.js'
import { answerAll, decided } from './attempt.js'
import { allByPriority, findTarget, membersByPriority, type Named } from './find.js'
import type { Call, Methods } from './method.js'

/** The methods that send signals. None of them waits. */
export const signalMethods: Methods = {
  signalProcess: {
    signature: ['boolean', 'string', 'string'],
    required: 2,
    help: help('Send a signal to one process, or to a whole group when the name is "group:*".', true, 'boolean'),
    run: (call, [nameParam = '', signal = '']) => {
      const name = toName(nameParam)
      if (typeof name !== 'string') return name
      const target = findTarget(call.operator, name)
      if (target.kind === 'fault') return target
      if (target.kind === 'group') return signalEach(call, membersByPriority(target.group), signal)
      return signalOne(call, { view: target.view, name }, signal)
    },
  },
  signalProcessGroup: {
    signature: ['array', 'string', 'string'],
    required: 2,
    help: help('Send a signal to every live process of a group.', true, 'array'),
    run: (call, [nameParam = '', signal = '']) => {
      const name = toGroupName(nameParam)
      if (typeof name !== 'string') return name
      const group = call.operator.group(name)
      return group === null ? fault('BAD_NAME', name) : signalEach(call, membersByPriority(group), signal)
    },
  },
  signalAllProcesses: {
    signature: ['array', 'string'],
    required: 1,
    help: help('Send a signal to every live process.', false, 'array'),
    run: (call, [signal = '']) => signalEach(call, allByPriority(call.operator), signal),
  },
}

function help(what: string, name: boolean, returns: string): string {
  const lines = [what, '', ...(name ? ['@param string name  Name of the process or group'] : [])]
  lines.push('@param string signal  Name or number, for example HUP, SIGHUP or 1')
  return [...lines, `@return ${returns} result`].join('\n')
}

function signalEach(call: Call, targets: readonly Named[], signal: XmlValue): Result | Promise<Result> {
  const live = targets.filter(({ view }) => isSignallable(view.seen.phase))
  return answerAll(
    call,
    live.map((target) => decided(target, signalOne(call, target, signal))),
  )
}

function signalOne({ operator }: Call, { view, name }: Named, signal: XmlValue): Result {
  if (typeof signal === 'object') return failure('AttributeError', 'a signal is a name or a number')
  const parsed = parseSignal(String(typeof signal === 'string' ? signal : Math.trunc(Number(signal))))
  if (!parsed.ok) return fault('BAD_SIGNAL', pythonText(signal))
  if (!isSignallable(view.seen.phase)) return fault('NOT_RUNNING', name)
  const sent = operator.signal(view.key, parsed.number)
  return sent.ok ? value(true) : fault('FAILED', sent.error)
}
