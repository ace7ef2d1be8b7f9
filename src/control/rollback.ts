import type { Config } from '../model/config.js'
import type { DiffOptions, DiffReport } from '../model/operator.js'
import type { RevisionDiff, RevisionMissing, RollbackResult } from '../model/revision.js'
import { fingerprintOf } from '../reconcile/fingerprint.js'
import { massRemoval } from '../reconcile/guards.js'
import type { Acceptance } from './acceptance.js'
import type { Pin } from './pin.js'
import type { Pipeline } from './pipeline.js'
import type { Revisions } from './revisions.js'

/** Going back to a former revision, and what that would do. */
export interface Rollback {
  /** @param to - `null` is the one before the current */
  diff(to: number | null, options?: DiffOptions): RevisionDiff
  /** @param to - `null` is the one before the current */
  run(to: number | null, options: { readonly allowRemovals: boolean; readonly by: string | null }): RollbackResult
}

/** What going back works on. */
export interface RollbackDeps {
  readonly acceptance: Acceptance
  readonly pipeline: Pipeline
  readonly revisions: Revisions
  readonly pin: Pin
}

/** A rollback is a revision like any other: the content of a former one, accepted through the one way in. */
export function createRollback({ acceptance, pipeline, revisions, pin }: RollbackDeps): Rollback {
  type Found = { readonly ok: true; readonly to: number; readonly target: Config } | RevisionMissing

  function find(wanted: number | null): Found {
    const to = wanted ?? revisions.previous()
    if (to === null) return { ok: false, reason: 'unknown-revision', message: 'There is no revision before this one' }
    const content = revisions.content(to)
    return content.ok ? { ok: true, to, target: { ...acceptance.candidate(), groups: content.groups } } : content
  }

  function report(to: number, target: Config, options?: DiffOptions): DiffReport {
    const { maxRemovePercent } = target.daemon.converge
    const refusal = massRemoval(acceptance.accepted(), target.groups, maxRemovePercent, `revision ${to}`)
    const guard = refusal && { ...refusal, command: `svctl rollback ${to} --allow-removals` }
    // The daemon's own options are the file's: a revision has none.
    return { ...pipeline.compare(target, options), guard, daemonFields: [] }
  }

  return {
    diff(wanted, options) {
      const found = find(wanted)
      return found.ok ? { ok: true, to: found.to, report: report(found.to, found.target, options) } : found
    },
    run(wanted, { allowRemovals, by }) {
      // What stands in the file by now is what is rolled away from, even if nobody has taken notice of it yet.
      acceptance.reread()
      const found = find(wanted)
      if (!found.ok) return found
      const { to, target } = found
      const planned = report(to, target)
      if (planned.guard && !allowRemovals) {
        return { ok: false, reason: 'guard', to, refusal: planned.guard, report: planned }
      }
      const { added, changed, removed } = planned.changes
      if (added.length + changed.length + removed.length > 0) {
        pipeline.accept({ groups: null, releaseChanged: false }, { what: `rollback to ${to}`, by }, target)
        acceptance.setCondition('RevisionHeldBack', null)
        acceptance.setCondition('PendingChange', null)
      }
      const file = acceptance.candidate()
      // The file may have been put back before: then there is nothing to hold against it.
      if (fingerprintOf(file.groups) !== fingerprintOf(target.groups)) pin.set(acceptance.revision(), to, file)
      return { ok: true, revision: acceptance.revision(), to, report: planned }
    },
  }
}
