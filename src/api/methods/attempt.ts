import type { ProcessKey } from '../../model/names.js'
import { FAULT_CODES, type Result, value } from '../faults.js'
import type { XmlStruct } from '../value.js'
import type { Named } from './find.js'
import type { Call } from './method.js'

/** One verb on one process, under way or done. */
export interface Attempt {
  readonly target: Named
  /** @returns the outcome, or `null` while it is open. Called after each change of the process. */
  readonly check: () => Result | null
}

/** An attempt whose outcome is known. */
export interface Outcome {
  readonly target: Named
  readonly result: Result
}

/** Makes the attempt that `result` already answers. */
export function decided(target: Named, result: Result): Attempt {
  return { target, check: () => result }
}

/**
 * Waits for every attempt.
 *
 * @returns what is decided at once in the given order, then the others as they are decided; without a promise when
 *   nothing is open. Ends early, with what there is, when the caller has gone.
 */
export function settle(call: Call, attempts: readonly Attempt[]): readonly Outcome[] | Promise<readonly Outcome[]> {
  const done: Outcome[] = []
  const open: Open[] = []
  for (const attempt of attempts) {
    const result = attempt.check()
    if (result !== null) done.push({ target: attempt.target, result })
    else open.push({ attempt, place: open.length })
  }
  return open.length === 0 ? done : watch(call, open).then((late) => [...done, ...late])
}

interface Open {
  readonly attempt: Attempt
  /** Position in the order asked. */
  readonly place: number
}

interface Late {
  readonly outcome: Outcome
  readonly place: number
  readonly atMs: number
}

function watch(call: Call, waiting: readonly Open[]): Promise<readonly Outcome[]> {
  const { operator, closed } = call
  const open = new Map<ProcessKey, readonly Open[]>()
  for (const one of waiting) {
    const { key } = one.attempt.target.view
    open.set(key, [...(open.get(key) ?? []), one])
  }
  const late: Late[] = []
  return new Promise((resolve) => {
    const look = (key: ProcessKey) => {
      const still = (open.get(key) ?? []).filter(({ attempt, place }) => {
        const result = attempt.check()
        if (result !== null) late.push({ outcome: { target: attempt.target, result }, place, atMs: operator.wallMs() })
        return result === null
      })
      if (still.length > 0) open.set(key, still)
      else open.delete(key)
    }
    const unsubscribe = operator.subscribe((key) => {
      // A key of null is about groups or the daemon, which may decide any of them.
      if (key === null) for (const each of [...open.keys()]) look(each)
      else if (open.has(key)) look(key)
      if (open.size === 0) finish()
    })
    const finish = () => {
      unsubscribe()
      closed.removeEventListener('abort', finish)
      resolve(inRounds(late))
    }
    closed.addEventListener('abort', finish)
    if (closed.aborted) finish()
  })
}

/** What is decided within this time is told in the order asked, ms: the original looks in rounds at least as long. */
const ROUND_MS = 100

function inRounds(late: readonly Late[]): readonly Outcome[] {
  let round = 0
  let beganAtMs = late[0]?.atMs ?? 0
  const placed = late.map((one) => {
    if (one.atMs - beganAtMs >= ROUND_MS) {
      round += 1
      beganAtMs = one.atMs
    }
    return { ...one, round }
  })
  return placed.sort((a, b) => a.round - b.round || a.place - b.place).map(({ outcome }) => outcome)
}

/** Waits for one attempt and answers with its result. */
export function answerOne(call: Call, attempt: Attempt): Result | Promise<Result> {
  const first = (outcomes: readonly Outcome[]): Result => outcomes[0]?.result ?? value(false)
  const outcomes = settle(call, [attempt])
  return outcomes instanceof Promise ? outcomes.then(first) : first(outcomes)
}

/** Waits for all attempts and answers with an array of result structs. */
export function answerAll(call: Call, attempts: readonly Attempt[]): Result | Promise<Result> {
  const outcomes = settle(call, attempts)
  const rows = (all: readonly Outcome[]): Result => value(all.map(resultStruct))
  return outcomes instanceof Promise ? outcomes.then(rows) : rows(outcomes)
}

/** @see spec rpc.md §6, result struct */
function resultStruct({ target, result }: Outcome): XmlStruct {
  const { group, name } = target.view.spec
  const fine = result.kind === 'value'
  return {
    name,
    group,
    status: fine ? FAULT_CODES.SUCCESS : result.kind === 'fault' ? result.code : FAULT_CODES.FAILED,
    description: fine ? 'OK' : result.kind === 'fault' ? result.text : `FAILED: ${result.message}`,
  }
}
