import { invariant } from '../model/assert.js'
import type { Config, DaemonSpec } from '../model/config.js'
import type { ProcessKey } from '../model/names.js'
import type { DiffOptions, DiffReport, FieldChange, PlanStep, ProcessChange } from '../model/operator.js'
import type { DesiredProcess, GroupSpec, ProcessSpec } from '../model/spec.js'
import { changedGroups } from '../reconcile/changes.js'
import { type ClassOf, diffFields, patchOf } from '../reconcile/diff.js'
import { fingerprintOf } from '../reconcile/fingerprint.js'
import type { World } from '../reconcile/reconcile.js'
import { forecast } from './forecast.js'
import type { Locate } from './origins.js'

/** Two desired states of one set of processes. */
export interface Comparison {
  /** The world as accepted now. */
  readonly before: World
  /** The same world with the new desired state, and whatever overrides accepting it ends. */
  readonly after: World
  readonly accepted: readonly GroupSpec[]
  /** The groups that accepting would leave active. */
  readonly next: readonly GroupSpec[]
  /** All groups of what is compared: what the fingerprint is of. */
  readonly candidate: readonly GroupSpec[]
  /** Makes what finds places in the files of `next`; called only if something changes. */
  locate(): Locate
  /** The same for the files of `accepted`, where these are still at hand. */
  locateGone?(): Locate
  classOf: ClassOf
  /** Monotonic. */
  readonly nowMs: number
  /** Replaces all processes of a program at the same time. */
  readonly atOnce: boolean
  readonly options: DiffOptions
}

/**
 * What going from one desired state to another does, by asking the very functions that the loop carries out.
 *
 * @returns processes: a row for each whose declaration changes, in the new start order, removed ones last
 */
export function compareStates(
  comparison: Comparison,
): Omit<DiffReport, 'acceptedRevision' | 'file' | 'guard' | 'daemonFields'> {
  const { after, accepted, next, candidate, options } = comparison
  const locate = onDemand(comparison.locate)
  const { rows, plan } = processRows(comparison, locate)
  const changes = changedGroups(accepted, next)
  return {
    candidate: { fingerprint: fingerprintOf(candidate) },
    changes,
    processes: rows,
    groupFields: changes.changed.flatMap((name) => groupRow(name, comparison, locate)),
    plan,
    patch: options.patch ? patchOf(accepted, next) : null,
    untouched: Object.keys(after.desired).length - rows.filter((row) => row.change !== 'removed').length,
  }
}

/** What a running daemon cannot take on: options of its own that are read once, at start. */
export function daemonChanges(
  started: Config,
  now: Config,
  locate: () => Locate,
  options: DiffOptions,
): readonly FieldChange[] {
  const view = (config: Config) => ({ supervisord: withoutConverge(config.daemon), servers: config.servers })
  const find = onDemand(locate)
  return diffFields(view(started), view(now), () => 'recreate', options.secrets).map((change) => {
    const [section = '', ...field] = change.field.split('.')
    return { ...change, at: section === 'supervisord' ? find(section, field.join('.')) : null }
  })
}

/** What changes of one process before it is known what that does. */
interface Changed {
  readonly key: ProcessKey
  readonly old: ProcessSpec | null
  readonly next: ProcessSpec | null
  readonly fields: readonly FieldChange[]
}

function processRows(
  { before, after, locateGone, classOf, nowMs, atOnce, options }: Comparison,
  locate: Locate,
): { readonly rows: readonly ProcessChange[]; readonly plan: readonly PlanStep[] } {
  const keys = [...new Set([...Object.keys(after.desired), ...Object.keys(before.desired)])] as ProcessKey[]
  const changed = keys.flatMap((key): readonly Changed[] => {
    const [old, next] = [before.desired[key]?.spec ?? null, after.desired[key]?.spec ?? null]
    if (old === next) return []
    const fields = old && next ? diffFields(old, next, classOf, options.secrets) : []
    return old && next && fields.length === 0 ? [] : [{ key, old, next, fields }]
  })
  const specs = new Map(changed.map(({ key, old, next }) => [key, next ?? old]))
  const foreseen = forecast(after, [...specs.keys()], (key) => required(specs.get(key)), nowMs, atOnce)
  const steps = stepsByKey(foreseen.plan)
  const [programsBefore, programsAfter] = [programsOf(before.desired), programsOf(after.desired)]
  const scaled = (name: string) => programsBefore.has(name) && programsAfter.has(name)
  const gone = onDemand(locateGone ?? (() => () => null))
  const rows = changed.map(({ key, old, next, fields }): ProcessChange => {
    const spec = required(next ?? old)
    const section = `${spec.kind}:${spec.program}`
    const own = steps.get(key) ?? []
    return {
      key,
      program: spec.program,
      change: !old ? 'added' : !next ? 'removed' : 'changed',
      effect: effectOf(key, after, fields, own),
      fields: fields.map((field) => placed(field, () => locate(section, field.field))),
      get at() {
        return locate(section, (old && next) || !scaled(programName(spec)) ? '' : 'numprocs') ?? gone(section, '')
      },
      steps: own,
      worstMs: foreseen.arrivals.get(key) ?? (own.length > 0 ? null : 0),
      hold: next ? (after.overrides[key]?.hold ?? null) : null,
    }
  })
  return { rows, plan: foreseen.plan }
}

function effectOf(
  key: ProcessKey,
  after: World,
  fields: ProcessChange['fields'],
  steps: readonly PlanStep[],
): ProcessChange['effect'] {
  const stops = steps.some(({ action }) => action === 'stop')
  const held = after.overrides[key]?.hold ?? null
  if (steps.some(({ action }) => action === 'start')) return stops ? 'restart' : 'start'
  if (held !== null && after.desired[key]) return 'held'
  if (stops || (!after.desired[key] && after.observed[key]?.phase === 'BACKOFF')) return 'stop'
  return fields.some((field) => field.changeClass === 'live') ? 'reconfigure' : 'none'
}

function stepsByKey(plan: readonly PlanStep[]): ReadonlyMap<ProcessKey, readonly PlanStep[]> {
  const steps = new Map<ProcessKey, PlanStep[]>()
  for (const step of plan) {
    const own = steps.get(step.key)
    if (own) own.push(step)
    else steps.set(step.key, [step])
  }
  return steps
}

function groupRow(name: string, comparison: Comparison, locate: Locate): DiffReport['groupFields'] {
  const find = (groups: readonly GroupSpec[]) => required(groups.find((group) => group.name === name))
  const [from, to] = [find(comparison.accepted), find(comparison.next)]
  const fields = diffFields(groupView(from), groupView(to), comparison.classOf, comparison.options.secrets)
  if (fields.length === 0) return []
  return [
    { group: name, fields: fields.map((field) => placed(field, () => locate(`${to.kind}:${name}`, field.field))) },
  ]
}

/** A change with its place, which is looked up when it is asked for: that takes reading the files once more. */
function placed(change: FieldChange, find: () => FieldChange['at']): FieldChange {
  return {
    ...change,
    get at() {
      return find()
    },
  }
}

/** What processes do not show themselves: a group without them, but with the order in which they start. */
function groupView({ name: _name, socket: _socket, processes, ...rest }: GroupSpec): object {
  return { ...rest, processes: [...new Set(processes.map(({ program }) => program))] }
}

function programsOf(desired: Readonly<Record<ProcessKey, DesiredProcess>>): Set<string> {
  return new Set(Object.values(desired).map(({ spec }) => programName(spec)))
}

function programName({ group, program }: ProcessSpec): string {
  return `${group}:${program}`
}

function withoutConverge(daemon: DaemonSpec): Partial<DaemonSpec> {
  const { converge: _converge, environment: _environment, exitOn: _exitOn, shutdownTimeoutSecs: _, ...rest } = daemon
  return rest
}

function onDemand(make: () => Locate): Locate {
  let made: Locate | null = null
  return (section, field) => {
    made ??= make()
    return made(section, field)
  }
}

function required<T>(value: T | null | undefined): T {
  invariant(value !== null && value !== undefined, 'one of two states declares it')
  return value
}
