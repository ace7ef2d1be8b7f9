import { assertNever } from '../../model/assert.js'
import type { ProcessKey } from '../../model/names.js'
import { pidOf } from '../../model/observed.js'
import type { DiffReport, Operator } from '../../model/operator.js'
import { isStopped } from '../../model/phase.js'
import { fault, type Result, value } from '../faults.js'
import { isTruthy } from '../params.js'
import { isStruct, type XmlStruct, type XmlValue } from '../value.js'
import type { Call, Methods } from './method.js'

/** Methods for our own clients; not listed, and unknown to the original. */
export const svctlMethods: Methods = {
  update: {
    signature: ['array', 'array', 'boolean'],
    required: 0,
    help: [
      'Read the file, accept it and answer once what it stops is down.',
      '',
      '@param array groups  Names of the groups to take on; none or an empty array for all',
      '@param boolean allow  Accept even what removes many programs (default): who calls this has asked for it',
      '@return array result  Structs of group, change (removed, changed, added) and, when it did not work, problem',
    ].join('\n'),
    run: (call, [groups = [], allow = true]) => {
      const names = toNames(groups)
      return names === null ? fault('INCORRECT_PARAMETERS') : update(call, names, isTruthy(allow))
    },
  },
}

function toNames(groups: XmlValue): readonly string[] | null {
  if (typeof groups !== 'object' || groups === null || isStruct(groups)) return null
  const names = groups.filter((name) => typeof name === 'string')
  return names.length === groups.length ? names : null
}

function update(
  { operator, closed, access }: Call,
  names: readonly string[],
  allowRemovals: boolean,
): Result | Promise<Result> {
  const before = livePids(operator)
  const applied = operator.apply({
    groups: names.length === 0 ? null : names,
    allowRemovals,
    releaseChanged: true,
    atOnce: true,
    cause: { what: 'supervisorctl update', by: access?.who() ?? null },
  })
  if (applied.ok) {
    return untilDown(operator, closed, before, applied.report).then(() => value(changeRows(operator, applied.report)))
  }
  switch (applied.reason) {
    case 'invalid':
      return fault('CANT_REREAD', applied.classic)
    case 'guard':
      return fault('FAILED', `${applied.refusal.message}; to go on: ${applied.refusal.command}`)
    case 'unknown-name':
      return fault('BAD_NAME', applied.names.join(' '))
    case 'moved':
      return fault('FAILED', `revision ${applied.revision} is accepted by now`)
    default:
      return assertNever(applied)
  }
}

function livePids(operator: Operator): ReadonlyMap<ProcessKey, number> {
  const views = operator.groups().flatMap(({ processes }) => processes)
  return new Map(views.flatMap(({ key, seen }) => (pidOf(seen) === 0 ? [] : [[key, pidOf(seen)]])))
}

/** In the order the original's client carries changes out. */
function changeRows(operator: Operator, { changes }: DiffReport): readonly XmlStruct[] {
  const rows = (groups: readonly string[], change: string) =>
    groups.map((group) => ({ group, change, ...problemOf(operator, group) }))
  return [...rows(changes.removed, 'removed'), ...rows(changes.changed, 'changed'), ...rows(changes.added, 'added')]
}

/** A process that could not be stopped keeps its group from going. */
function problemOf(operator: Operator, group: string): XmlStruct {
  const stuck = operator.group(group)?.processes.find(({ seen }) => seen.phase === 'UNKNOWN')
  return stuck === undefined ? {} : { problem: stuck.seen.spawnError }
}

/** Waits until no process that the change stops is alive with the pid it had. Ends early when the caller has gone. */
function untilDown(
  operator: Operator,
  closed: AbortSignal,
  before: ReadonlyMap<ProcessKey, number>,
  report: DiffReport,
): Promise<void> {
  const stopping = report.processes.filter(({ effect }) => effect === 'stop' || effect === 'restart')
  const open = new Set(stopping.map(({ key }) => key))
  const forgetIfDown = (key: ProcessKey) => {
    const view = operator.process(key)
    if (view === null || isStopped(view.seen.phase) || pidOf(view.seen) !== before.get(key)) open.delete(key)
  }
  return new Promise((resolve) => {
    const unsubscribe = operator.subscribe((key) => {
      if (key === null) for (const each of [...open]) forgetIfDown(each)
      else forgetIfDown(key)
      if (open.size === 0) finish()
    })
    const finish = () => {
      unsubscribe()
      closed.removeEventListener('abort', finish)
      resolve()
    }
    closed.addEventListener('abort', finish)
    for (const key of [...open]) forgetIfDown(key)
    if (open.size === 0 || closed.aborted) finish()
  })
}
