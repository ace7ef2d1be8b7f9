import type { Operator } from '../../../model/operator.js'
import {
  badRequest,
  failed,
  guardRefused,
  invalidConfig,
  type JsonAnswer,
  noRevision,
  ok,
  shuttingDown,
  unknownNames,
} from '../answers.js'
import { movedMessage, readApply, unknownGroup } from '../apply.js'
import { diffDocument } from '../diff.js'
import { readObject } from '../read.js'
import { historyDocument, revisionDocument } from '../revisions.js'
import type { JsonRequest } from './request.js'

/** `POST apply`: accepts what the file says, or some groups of it, and returns at once. */
export function postApply({ body, who }: JsonRequest, operator: Operator): JsonAnswer {
  const read = readApply(body)
  if (!read.ok) return badRequest(read.message)
  if (operator.state() !== 'RUNNING') return shuttingDown()
  const { expect } = read.value
  const result = operator.apply({ ...read.value, cause: { what: 'svctl apply', by: who() } })
  const view = { names: [], candidate: false }
  if (result.ok) {
    const diff = diffDocument(operator, result.report, view)
    return ok({ schema: 'svctl.accepted/v1', revision: result.revision, diff })
  }
  switch (result.reason) {
    case 'invalid':
      return invalidConfig(result.errors)
    case 'guard': {
      const { report, refusal } = result
      return guardRefused(refusal.message, diffDocument(operator, { ...report, guard: refusal }, view))
    }
    case 'unknown-name':
      return unknownNames(result.names.map((name) => unknownGroup(operator, name)))
    case 'moved':
      return failed(409, 'REVISION_MOVED', (expect && movedMessage(expect, result)) ?? 'Something else is accepted')
  }
}

/** `GET revisions` and, for the content of one, `GET revisions?n=7`. */
export function getRevisions({ query }: JsonRequest, operator: Operator): JsonAnswer {
  const n = query.get('n')
  if (n === null) return ok(historyDocument(operator.revisions(), operator.config()))
  if (!/^\d{1,9}$/.test(n)) return badRequest(`n has to be a whole number, got ${JSON.stringify(n)}`)
  const content = operator.revisionContent(Number(n))
  return content.ok ? ok(revisionDocument(content, operator.revision())) : noRevision(content.message)
}

/** `POST rollback {"revision": 7, "allowRemovals": false, "dryRun": false}`; without a number to the one before. */
export function postRollback({ body, who }: JsonRequest, operator: Operator): JsonAnswer {
  const read = readObject(body, { revision: 'number?', allowRemovals: 'flag?', dryRun: 'flag?' })
  if (!read.ok) return badRequest(read.message)
  if (operator.state() !== 'RUNNING') return shuttingDown()
  const { revision = null, allowRemovals = false, dryRun = false } = read.value
  const view = (to: number) => ({ names: [], candidate: false, revision: to })
  if (dryRun) {
    const planned = operator.diffRevision(revision)
    return planned.ok ? ok(diffDocument(operator, planned.report, view(planned.to))) : noRevision(planned.message)
  }
  const result = operator.rollback(revision, { allowRemovals, by: who() })
  if (!result.ok && result.reason === 'unknown-revision') return noRevision(result.message)
  const diff = diffDocument(operator, result.report, view(result.to))
  if (!result.ok) return guardRefused(result.refusal.message, diff)
  return ok({ schema: 'svctl.rolledback/v1', revision: result.revision, to: result.to, diff })
}
