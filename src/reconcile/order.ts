import type { ProcessKey } from '../model/names.js'
import type { Action } from '../model/plan.js'
import type { DesiredProcess, GroupSpec, Override, ProcessSpec } from '../model/spec.js'

/** What the order of a plan is read from. */
export interface OrderSource {
  readonly desired: Readonly<Record<ProcessKey, DesiredProcess>>
  readonly overrides: Readonly<Record<ProcessKey, Override>>
}

/** Ends come before starts, so that what is freed (ports, files) is free; records are dropped last. */
const STEP = {
  'cancel-retry': 0,
  'give-up': 0,
  stop: 0,
  kill: 1,
  'declare-running': 2,
  start: 3,
  forget: 4,
} as const satisfies Record<Action['type'], number>

/**
 * The order in which a plan is carried out: by kind of step, then as the verb that asked for it named them
 * (ascending serial; 0 for none), then by the order of automatic start, then by name.
 *
 * @see spec/processes.md section 9: automatic start follows the file, verbs follow priority
 */
export function inOrder(actions: readonly Action[], source: OrderSource): readonly Action[] {
  if (actions.length < 2) return actions
  const ranked = actions.map((action) => ({
    action,
    sort: sortKey(action, source),
  }))
  ranked.sort((a, b) => compareKeys(a.sort, b.sort) || compareNames(a.action, b.action))
  return ranked.map((item) => item.action)
}

/** @returns the processes sorted ascending by priority, equals kept in place: the order of start and stop verbs */
export function byPriority<T extends { readonly spec: Pick<ProcessSpec, 'priority'> }>(
  items: readonly T[],
): readonly T[] {
  return [...items].sort((a, b) => a.spec.priority - b.spec.priority)
}

/**
 * The order in which groups go down at the end: descending priority, later ones of equal priority first.
 *
 * @param groups - in the order they became active
 * @see Supervisor supervisord.py, ordered_stop_groups_phase_1: the last of the ascending list goes first
 */
export function shutdownOrder(groups: readonly GroupSpec[]): readonly GroupSpec[] {
  return [...groups].sort((a, b) => a.priority - b.priority).reverse()
}

/**
 * The same order in waves: groups of one wave go down together. To the letter every group is a wave of its own; but
 * nobody who gives two groups the same priority waits for one to go before the other, and 1,000 programs that take a
 * second each must not take a quarter of an hour.
 *
 * @param oneByOne - to the letter
 */
export function shutdownWaves(groups: readonly GroupSpec[], oneByOne: boolean): readonly (readonly GroupSpec[])[] {
  const waves: GroupSpec[][] = []
  for (const group of shutdownOrder(groups)) {
    const last = waves.at(-1)
    if (last && !oneByOne && last[0]?.priority === group.priority) last.push(group)
    else waves.push([group])
  }
  return waves
}

function sortKey(action: Action, { desired, overrides }: OrderSource): readonly [number, number, number] {
  const override = overrides[action.key]
  const serial =
    action.type === 'start' && action.reason === 'Requested'
      ? (override?.runRequest ?? 0)
      : action.type === 'stop' && action.reason === 'Held'
        ? (override?.stopRequest ?? 0)
        : 0
  const process = desired[action.key]
  const rank = process?.rank ?? Number.MAX_SAFE_INTEGER
  // At the end the processes of a group go down by descending priority.
  const within = action.reason === 'Shutdown' ? -(process?.spec.priority ?? 0) : rank
  return [STEP[action.type], serial, within]
}

/** By name; of those that are no longer declared the highest number goes first, as a surplus is taken away. */
function compareNames(a: Action, b: Action): number {
  if (a.type === 'stop' && a.reason === 'NotDeclared') return compareNumbered(b.key, a.key)
  return a.key < b.key ? -1 : 1
}

/** Text order, but runs of digits by their value: `web_9` before `web_10`. */
function compareNumbered(a: string, b: string): number {
  const [left, right] = [a.split(/(\d+)/), b.split(/(\d+)/)]
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const [x = '', y = ''] = [left[i], right[i]]
    const difference = i % 2 === 1 ? Number(x) - Number(y) : 0
    if (difference !== 0) return difference
    if (x !== y) return x < y ? -1 : 1
  }
  return left.length - right.length
}

function compareKeys(a: readonly [number, number, number], b: readonly [number, number, number]): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2]
}
