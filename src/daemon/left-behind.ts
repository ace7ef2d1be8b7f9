import type { Control } from '../control/control.js'
import { markOf } from '../host/guard-table.js'
import { sharesFiles, startOf } from '../host/inspect.js'
import { killUntilGone } from '../host/remains.js'
import type { Config } from '../model/config.js'
import { displayName, type ProcessKey, processKey, splitKey } from '../model/names.js'
import type { Inspector, Log, Relative } from '../model/ports.js'
import type { ProcessSpec } from '../model/spec.js'
import { findLeftovers } from '../reconcile/leftovers.js'
import { descendantsOf, pidList } from '../reconcile/remains.js'
import type { Died, Left } from './left.js'

/** What is looked at before the first program is started. */
export interface LeftBehindDeps {
  readonly died: Died
  readonly left: Left
  readonly config: Config
  readonly inspector: Inspector
  readonly log: Log
}

/**
 * Kills what the programs of a daemon that was killed had started and what nobody ended with it: its guard was killed,
 * too, or could not be started. Otherwise a second of everything would run beside it.
 *
 * Only what says itself that it is of a program of this very configuration, and was certainly not started by another
 * daemon. The rest is told of later. Blocks until it is gone, a second at most.
 */
export function killLeftBehind({ died, left, config, inspector, log }: LeftBehindDeps): void {
  const specs = config.groups.flatMap(({ processes }) => processes)
  const ending = new Map(
    specs
      .filter(({ onDaemonDeath }) => onDaemonDeath !== 'keep')
      .map((spec): readonly [ProcessKey, ProcessSpec] => [processKey(spec.group, spec.name), spec])
      .filter(([key]) => !left.kept.has(key)),
  )
  const adopted = left.processes?.host.children ?? []
  const household = {
    daemon: process.pid,
    current: new Map(adopted.map(({ pid, key }) => [pid, key] as const)),
    daemons: new Set([markOf(died.pid, died.startedAt), ...specs.flatMap(({ serverUrl }) => serverUrl ?? [])]),
  }
  const range = { fromAt: died.startedAt, beforeAt: startOf(process.pid) ?? 0 }
  const find = () => remainsBy(household, ending, range, inspector)

  const found = find()
  if (found.size === 0) return
  const shown = [...found].map(([{ group, name }, remains]) => `${pidList(remains)} of '${displayName(group, name)}'`)
  log.write('warn', `killing what the daemon before (pid ${died.pid}) left behind: ${shown.join(', ')}`)
  const stay = killUntilGone(() => [...find().values()].flat())
  if (stay.length > 0) log.write('warn', `what the daemon before left behind cannot be killed: ${pidList(stay)}`)
}

/** By program what is left of it, and whatever is below that. */
function remainsBy(
  household: Parameters<typeof findLeftovers>[0],
  ending: ReadonlyMap<ProcessKey, ProcessSpec>,
  { fromAt, beforeAt }: { readonly fromAt: number; readonly beforeAt: number },
  inspector: Inspector,
): ReadonlyMap<ProcessSpec, readonly Relative[]> {
  const processes = inspector.processes()
  const byPid = new Map(processes.map((process) => [process.pid, process]))
  const leftovers = new Map(findLeftovers(household, inspector).map(({ pid, key }) => [pid, key]))
  /** Orphans are with somebody above the daemon that died, who is older; what another daemon has started is below that. */
  const isOrphan = ({ parent }: Relative) => (byPid.get(parent)?.startedAt ?? 0) <= fromAt
  const found = new Map<ProcessSpec, readonly Relative[]>()
  for (const [pid, key] of leftovers) {
    const [spec, process] = [ending.get(key), byPid.get(pid)]
    if (spec === undefined || process === undefined || !isOrphan(process)) continue
    if (process.startedAt < fromAt || process.startedAt >= beforeAt || !sharesFiles(pid)) continue
    found.set(spec, [...(found.get(spec) ?? []), process, ...descendantsOf(pid, processes)])
  }
  return found
}

/** Tells of what the programs of a daemon that was killed have left behind. */
export async function tellLeftovers({ operator }: Control, log: Log): Promise<void> {
  const { leftovers } = await operator.inspect()
  for (const { pid, key } of leftovers) {
    const { group, name } = splitKey(key)
    log.write('warn', `pid ${pid} is left of '${displayName(group, name)}' and belongs to nobody: see svctl drift`)
  }
}
