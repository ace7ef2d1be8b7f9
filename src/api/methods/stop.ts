import type { HoldWish } from '../../model/operator.js'
import { isStopped, isUp } from '../../model/phase.js'
import { fault, type Result, value } from '../faults.js'
import { isTruthy, toGroupName, toName } from '../params.js'
import { type Attempt, answerAll, answerOne, decided } from './attempt.js'
import { allByPriority, findTarget, membersByPriority, type Named } from './find.js'
import type { Call, Methods } from './method.js'

/** The methods that stop processes. */
export const stopMethods: Methods = {
  stopProcess: {
    signature: ['boolean', 'string', 'boolean'],
    required: 1,
    help: help('Stop one process, or a whole group when the name is "group:*".', 'name', 'boolean'),
    run: (call, [nameParam = '', wait = true]) => {
      const name = toName(nameParam)
      if (typeof name !== 'string') return name
      const target = findTarget(call.operator, name)
      if (target.kind === 'fault') return target
      if (target.kind === 'group') return stopEach(call, membersByPriority(target.group), isTruthy(wait))
      return stopOne(call, { view: target.view, name }, isTruthy(wait))
    },
  },
  stopProcessGroup: {
    signature: ['array', 'string', 'boolean'],
    required: 1,
    help: help('Stop every process of a group that is up.', 'name', 'array'),
    run: (call, [nameParam = '', wait = true]) => {
      const name = toGroupName(nameParam)
      if (typeof name !== 'string') return name
      const group = call.operator.group(name)
      if (group === null) return fault('BAD_NAME', name)
      return stopEach(call, membersByPriority(group), isTruthy(wait))
    },
  },
  stopAllProcesses: {
    signature: ['array', 'boolean'],
    required: 0,
    help: help('Stop every process that is up, by priority.', null, 'array'),
    run: (call, [wait = true]) => stopEach(call, allByPriority(call.operator), isTruthy(wait)),
  },
}

function help(what: string, name: 'name' | null, returns: string): string {
  const lines = [what, '', ...(name === null ? [] : ['@param string name  Name of the process or group'])]
  lines.push('@param boolean wait  Answer only once each has stopped')
  return [...lines, `@return ${returns} result`].join('\n')
}

function stopOne(call: Call, target: Named, wait: boolean): Result | Promise<Result> {
  if (!isUp(target.view.seen.phase)) return fault('NOT_RUNNING', target.name)
  call.operator.stop([target.view.key], wait, ...wishOf(call))
  return answerOne(call, stopped(call, target, wait))
}

/** Stops what is up of `targets`, in this order, as one wish. */
function stopEach(call: Call, targets: readonly Named[], wait: boolean): Result | Promise<Result> {
  const up = targets.filter(({ view }) => isUp(view.seen.phase))
  if (up.length > 0)
    call.operator.stop(
      up.map(({ view }) => view.key),
      wait,
      ...wishOf(call),
    )
  return answerAll(
    call,
    up.map((target) => stopped(call, target, wait)),
  )
}

/** The terms of the hold; none to leave them to the operator when nobody knows who asks. */
function wishOf({ access }: Call): readonly [] | readonly [HoldWish] {
  const who = access?.who() ?? null
  return who === null ? [] : [{ by: `stop over XML-RPC (${who})`, reason: '', forMs: null }]
}

/** The attempt after the operator was asked; `target.view` is from before. */
function stopped({ operator }: Call, target: Named, wait: boolean): Attempt {
  const { key, seen: before } = target.view
  const check = (): Result | null => {
    const seen = operator.process(key)?.seen
    if (seen === undefined) return value(true)
    if (seen.phase === 'UNKNOWN') return fault('FAILED', seen.spawnError || `error killing ${target.name}`)
    // A newer start counts as down in between, though nobody may have been told of that moment.
    return isStopped(seen.phase) || seen.startedAtMs !== before.startedAtMs ? value(true) : null
  }
  return wait ? { target, check } : decided(target, check() ?? value(true))
}
