import type { Operator } from '../../model/operator.js'
import { UPGRADE_CHECK_MS, type UpgradePhase } from '../../model/upgrade.js'
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

/** Why the daemon cannot begin an upgrade, and what to do. */
export function whyNotUpgraded(operator: Operator): string {
  if (operator.state() !== 'RUNNING') return 'Not upgraded: the daemon is shutting down'
  const { phase, atWallMs } = operator.upgrader.view()
  const seconds = Math.max(0, Math.round((operator.wallMs() - (atWallMs ?? 0)) / 1000))
  switch (phase) {
    case 'checking':
      return `Not upgraded, another upgrade is under way: for ${seconds} s the installed version is being asked whether it can take over; it has ${UPGRADE_CHECK_MS / 1000} s to answer, try again after that`
    case 'changing':
      return `Not upgraded, another upgrade is under way: for ${seconds} s the installed version is taking over; try again after that`
    default:
      return 'Not upgraded: this daemon is part of another program'
  }
}

export function upgradeDocument({ pid, upgrader }: Operator): UpgradeDocument {
  return { schema: 'svctl.upgrade/v1', version: VERSION, pid, ...upgrader.view() }
}
