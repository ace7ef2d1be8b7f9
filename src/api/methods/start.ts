import type { ProcessKey } from '../../model/names.js'
import { isUp } from '../../model/phase.js'
import { fault, type Result, value } from '../faults.js'
import { isTruthy, toGroupName, toName } from '../params.js'
import { type Attempt, answerAll, answerOne, decided } from './attempt.js'
import { allByPriority, findTarget, membersByPriority, type Named } from './find.js'
import type { Call, Methods } from './method.js'

/** The methods that start processes. */
export const startMethods: Methods = {
  startProcess: {
    signature: ['boolean', 'string', 'boolean'],
    required: 1,
    help: help('Start one process, or a whole group when the name is "group:*".', 'name', 'boolean'),
    run: (call, [nameParam = '', wait = true]) => {
      const name = toName(nameParam)
      if (typeof name !== 'string') return name
      const target = findTarget(call.operator, name)
      if (target.kind === 'fault') return target
      if (target.kind === 'group') return startEach(call, membersByPriority(target.group), isTruthy(wait))
      return startOne(call, { view: target.view, name }, isTruthy(wait))
    },
  },
  startProcessGroup: {
    signature: ['array', 'string', 'boolean'],
    required: 1,
    help: help('Start every process of a group that is not up.', 'name', 'array'),
    run: (call, [nameParam = '', wait = true]) => {
      const name = toGroupName(nameParam)
      if (typeof name !== 'string') return name
      const group = call.operator.group(name)
      if (group === null) return fault('BAD_NAME', name)
      return startEach(call, membersByPriority(group), isTruthy(wait))
    },
  },
  startAllProcesses: {
    signature: ['array', 'boolean'],
    required: 0,
    help: help('Start every process that is not up, by priority.', null, 'array'),
    run: (call, [wait = true]) => startEach(call, allByPriority(call.operator), isTruthy(wait)),
  },
}

function help(what: string, name: 'name' | null, returns: string): string {
  const lines = [what, '', ...(name === null ? [] : ['@param string name  Name of the process or group'])]
  lines.push('@param boolean wait  Answer only once each is RUNNING or has failed')
  return [...lines, `@return ${returns} result`].join('\n')
}

/** Starts one process; `wait` answers when it is RUNNING or has failed. */
function startOne(call: Call, target: Named, wait: boolean): Result | Promise<Result> {
  const refused = refuse(call, target)
  if (refused !== null) return refused
  call.operator.start([target.view.key])
  return answerOne(call, started(call, target, wait))
}

/** Starts what is not up of `targets`, in this order, as one wish. */
function startEach(call: Call, targets: readonly Named[], wait: boolean): Result | Promise<Result> {
  const checked = targets
    .filter(({ view }) => !isUp(view.seen.phase))
    .map((target) => ({ target, refused: refuse(call, target) }))
  const keys = checked.flatMap(({ target, refused }) => (refused === null ? [target.view.key] : []))
  if (keys.length > 0) call.operator.start(keys)
  return answerAll(
    call,
    checked.map(({ target, refused }) => (refused === null ? started(call, target, wait) : decided(target, refused))),
  )
}

/** The original looks at the command first: a running program whose file has gone is NO_FILE. */
function refuse({ operator }: Call, { view, name }: Named): Result | null {
  const command = operator.lookup(view.key)
  if (!command.ok) return fault(command.fault, command.text)
  if (isUp(view.seen.phase)) return fault('ALREADY_STARTED', name)
  return view.seen.phase === 'UNKNOWN' ? fault('FAILED', `${name} is in an unknown process state`) : null
}

/** The attempt after the operator was asked. */
function started(call: Call, target: Named, wait: boolean): Attempt {
  const { key } = target.view
  const request = call.operator.process(key)?.override.runRequest ?? 0
  const check = () => outcome(call, key, request, target.name)
  if (wait) return { target, check }
  // Without waiting only a start that failed at once is told.
  const first = check()
  return decided(target, first?.kind === 'fault' && first.name === 'SPAWN_ERROR' ? first : value(true))
}

/**
 * What became of start request `request`.
 *
 * @returns `null` while it is open: the old instance is still stopping, or the new one is STARTING
 */
function outcome({ operator }: Call, key: ProcessKey, request: number, name: string): Result | null {
  const view = operator.process(key)
  if (view === null) return fault('ABNORMAL_TERMINATION', name)
  const { seen, override } = view
  if (seen.observedRunRequest < request) {
    // A stop or a shutdown came before the start was possible.
    return override.hold || operator.state() === 'SHUTDOWN' ? fault('ABNORMAL_TERMINATION', name) : null
  }
  if (seen.phase === 'RUNNING') return value(true)
  if (seen.spawnError !== '') return fault('SPAWN_ERROR', name)
  return seen.phase === 'STARTING' ? null : fault('ABNORMAL_TERMINATION', name)
}
