import { resolve } from 'node:path'
import { diffDocument } from '../../../api/json/diff.js'
import { changeClassOfField } from '../../../desired/classes.js'
import { compareStates, daemonChanges } from '../../../desired/comparison.js'
import { type DesiredTable, declare } from '../../../desired/generations.js'
import { homeFolder } from '../../../host/own-account.js'
import type { Config } from '../../../model/config.js'
import type { ProcessKey } from '../../../model/names.js'
import { NEVER_SEEN, type ProcessObserved } from '../../../model/observed.js'
import type { DiffReport, FieldChange, PatchOperation } from '../../../model/operator.js'
import type { GroupSpec } from '../../../model/spec.js'
import { needsRestart } from '../../../reconcile/diff.js'
import { massRemoval } from '../../../reconcile/guards.js'
import type { World } from '../../../reconcile/reconcile.js'
import type { Answer } from '../client.js'
import type { Context } from '../context.js'
import { failure } from '../locate.js'
import { printable } from '../paint.js'
import { pretendUsers } from './pretend-users.js'
import { type Bystander, readSide, type Side } from './side.js'
import { findSource } from './source.js'

/** What going from one file or folder to another would do to a daemon in which everything of the old one runs. */
export function offlineDiff({ names: [oldName = '', newName = '', ...names], options, terminal }: Context): Answer {
  const paths = [resolve(terminal.directory, oldName), resolve(terminal.directory, newName)] as const
  const [from, to] = [findSource(paths[0]), findSource(paths[1])]
  if (!from.ok) return problem(from.message)
  if (!to.ok) return problem(to.message)
  const users = pretendUsers()
  const environment = Object.fromEntries(
    Object.entries(terminal.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
  const bystander: Bystander = { environment, users, home: homeFolder(), cwd: terminal.directory }
  const before = readSide(from, from.folder, bystander)
  const after = readSide(to, from.folder, bystander)
  for (const { config } of [before, after])
    if (!config.ok) return problem('The configuration has errors; nothing was compared', config.errors)
  if (!before.config.ok || !after.config.ok) return problem('nothing was compared')
  for (const pattern of new Set([...before.outside, ...after.outside])) {
    const told = `${printable(pattern)} leads out of the folder: old and new read the same files there`
    terminal.err(`svctl: note: ${told}\n`)
  }
  const secrets = options.flags.has('--show-secrets')
  const request = { secrets, patch: options.output === 'patch' }
  const report = compareFiles(before.config.value, after.config.value, { before, after }, request)
  const old = before.config.value.groups
  const accepted = {
    config: () => ({ file: from.path }),
    group: (name: string) => groupNamed(old, name),
  }
  const named = { ...report, file: to.path }
  const document = diffDocument(accepted, withUserNames(named, users.nameOf), { names, candidate: true, secrets })
  return { kind: 'document', document }
}

function compareFiles(
  from: Config,
  to: Config,
  sides: { readonly before: Side; readonly after: Side },
  options: { readonly secrets: boolean; readonly patch: boolean },
): DiffReport {
  const restarts = (a: Parameters<typeof needsRestart>[0], b: typeof a) => needsRestart(a, b, changeClassOfField)
  const running = declare({}, from.groups, 1, { needsRestart: restarts, started: () => undefined })
  const desired = declare(running, to.groups, 2, { needsRestart: restarts, started: (key) => running[key] })
  const world: Omit<World, 'desired'> = {
    overrides: {},
    observed: allRunning(running),
    gate: () => 'open',
    mayReplace: () => true,
  }
  return {
    acceptedRevision: 0,
    file: to.file,
    ...compareStates({
      before: { ...world, desired: running },
      after: { ...world, desired },
      accepted: from.groups,
      next: to.groups,
      candidate: to.groups,
      locate: sides.after.locate,
      locateGone: sides.before.locate,
      classOf: changeClassOfField,
      nowMs: 0,
      atOnce: false,
      options,
    }),
    guard: massRemoval(from.groups, to.groups, to.daemon.converge.maxRemovePercent),
    daemonFields: daemonChanges(from, to, sides.after.locate, options),
  }
}

function allRunning(table: DesiredTable): Readonly<Record<ProcessKey, ProcessObserved>> {
  const running = (generation: number): ProcessObserved => ({
    ...NEVER_SEEN,
    phase: 'RUNNING',
    pid: 1,
    attempt: 0,
    observedGeneration: generation,
    starts: 1,
  })
  return Object.fromEntries(Object.values(table).map(({ key, generation }) => [key, running(generation)]))
}

function groupNamed(groups: readonly GroupSpec[], name: string) {
  const spec = groups.find((group) => group.name === name)
  return spec ? { spec, processes: spec.processes.map((process) => ({ spec: process })) } : null
}

/** Numbers of users that this machine may not have say nothing; names do. */
function withUserNames(report: DiffReport, nameOf: (uid: number) => string | null): DiffReport {
  const named = (value: unknown) => (typeof value === 'number' ? (nameOf(value) ?? value) : value)
  const field = (change: FieldChange) =>
    change.field === 'uid' ? { ...change, from: named(change.from), to: named(change.to) } : change
  const patched = (operation: PatchOperation): PatchOperation => {
    if (!('value' in operation)) return operation
    return { ...operation, value: operation.path.endsWith('/uid') ? named(operation.value) : nested(operation.value) }
  }
  const nested = (value: unknown): unknown =>
    typeof value !== 'object' || value === null || Array.isArray(value)
      ? value
      : Object.fromEntries(
          Object.entries(value).map(([key, item]) => [key, key === 'uid' ? named(item) : nested(item)]),
        )
  return {
    ...report,
    processes: report.processes.map((row) => ({ ...row, fields: row.fields.map(field) })),
    patch: report.patch?.map(patched) ?? null,
  }
}

function problem(message: string, diagnostics: Parameters<typeof failure>[2] = []): Answer {
  return { kind: 'document', document: failure('CONFIG_INVALID', message, diagnostics) }
}
