import type { DriftItem, DriftReport, Inspection, Operator } from '../../model/operator.js'
import { nameOf } from './diff.js'
import { type HoldRow, holdRow, type ScaleRow, scaleRows } from './overrides.js'

export interface DriftRow {
  readonly name: string
  readonly kind: DriftItem['kind']
  readonly message: string
}

export interface DriftDocument {
  readonly schema: 'svctl.drift/v1'
  readonly revision: number
  readonly items: readonly DriftRow[]
  readonly held: readonly string[]
  /** The terms of those. */
  readonly holds: readonly (HoldRow & { readonly name: string })[]
  readonly scales: readonly ScaleRow[]
  /** What a look at the live processes showed; `null` when it was not asked for. */
  readonly live: LiveDrift | null
}

/** Live processes against what they were given at their start. Variables are named, never their values. */
export interface LiveDrift {
  /** Many a program does such things to itself: this alone is no drift. */
  readonly differences: readonly {
    readonly name: string
    readonly field: 'environment' | 'user' | 'directory' | 'limits'
    readonly message: string
  }[]
  /** Processes that former instances of these programs left behind. */
  readonly leftovers: readonly { readonly pid: number; readonly name: string }[]
  /** Processes that the daemon may not look at. */
  readonly unreadable: readonly string[]
}

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
