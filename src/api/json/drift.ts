import type { DriftReport, Inspection, Operator } from '../../model/operator.js'
import { nameOf } from './diff.js'
import type { DriftDocument, LiveDrift } from './documents.js'
import { holdRow, scaleRows } from './overrides.js'

/** Accepted revision against processes. @param live - whether to look at every process, too */
export async function driftDocument(operator: Operator, live: boolean): Promise<DriftDocument> {
  // First what takes a while, so that all the rest is of one moment.
  const inspection = live ? await operator.inspect() : null
  const report = operator.drift()
  return {
    schema: 'svctl.drift/v1',
    revision: report.revision,
    items: report.items.map(({ key, kind, message }) => ({ name: nameOf(key), kind, message })),
    held: report.held.map(nameOf),
    holds: holdsOf(operator, report),
    scales: scaleRows(operator.scales()),
    live: inspection && liveDrift(inspection),
  }
}

function holdsOf(operator: Operator, { held }: DriftReport): DriftDocument['holds'] {
  return held.flatMap((key) => {
    const hold = holdRow(operator.process(key)?.override.hold ?? null)
    return hold === null ? [] : [{ name: nameOf(key), ...hold }]
  })
}

function liveDrift({ differences, leftovers, unreadable }: Inspection): LiveDrift {
  return {
    differences: differences.map(({ key, field, message }) => ({ name: nameOf(key), field, message })),
    leftovers: leftovers.map(({ key, pid }) => ({ pid, name: nameOf(key) })),
    unreadable: unreadable.map(nameOf),
  }
}
