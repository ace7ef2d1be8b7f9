import type { Operator } from '../../model/operator.js'
import type { UpgradePhase } from '../../model/upgrade.js'
import { VERSION } from '../../model/version.js'

/** The answer to `GET upgrade` and `POST upgrade`: which version runs, and how far its replacement has come. */
export interface UpgradeDocument {
  readonly schema: 'svctl.upgrade/v1'
  /** Of the running daemon. */
  readonly version: string
  /** Stays the same through every replacement. */
  readonly pid: number
  readonly phase: UpgradePhase
  /** Counts the replacements that were asked for; 0 before the first. */
  readonly serial: number
  readonly from: string
  /** `null` until it is known. */
  readonly to: string | null
  readonly atWallMs: number | null
  /** For how long nobody read what programs wrote, ms; pipes kept it. */
  readonly gapMs: number | null
  /** Live processes that were handed on. */
  readonly processes: number | null
  /** Why it was refused or given up; '' otherwise. */
  readonly reason: string
}

export function upgradeDocument({ pid, upgrader }: Operator): UpgradeDocument {
  return { schema: 'svctl.upgrade/v1', version: VERSION, pid, ...upgrader.view() }
}
