import type { Hold, Scales } from '../../model/spec.js'
import type { HoldRow, ScaleRow } from './documents.js'

/** The terms of a hold, by the clock on the wall. */
export function holdRow(hold: Hold | null): HoldRow | null {
  if (hold === null) return null
  const { sinceWallMs, until, reason, by } = hold
  return { sinceWallMs, untilWallMs: until?.wallMs ?? null, reason, by }
}

/** The numbers of processes that people asked for, by program. */
export function scaleRows(scales: Scales): readonly ScaleRow[] {
  return Object.entries(scales)
    .map(([program, scale]) => ({ program, ...scale }))
    .sort((a, b) => (a.program < b.program ? -1 : 1))
}
