import type { Hold, Scales } from '../../model/spec.js'

/** A number of processes that a person asked for against the file. */
export interface ScaleRow {
  /** Name part of the section. */
  readonly program: string
  readonly numprocs: number
  readonly fileNumprocs: number
  readonly sinceWallMs: number
  readonly by: string
}

/** Why a process stays down although the file may want it up. */
export interface HoldRow {
  readonly sinceWallMs: number
  /** When it ends by itself; `null` when somebody has to end it. */
  readonly untilWallMs: number | null
  readonly reason: string
  /** What asked for it, and who if that was said: nobody checks the name. */
  readonly by: string
}

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
