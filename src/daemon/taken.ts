import { type Handed, removeCopy } from '../host/replace.js'
import type { Clock, Log } from '../model/ports.js'
import type { UpgradeView } from '../model/upgrade.js'
import { VERSION } from '../model/version.js'
import { surviveBugs } from './crash.js'
import { descriptorsOf, type Handover } from './handover.js'

/** What another version has handed over to us. */
export interface Taken {
  readonly handover: Handover
  readonly handed: Handed
}

/** What became of the change of version that brought us here. */
export function outcomeOf({ handover, handed }: Taken, clock: Clock): UpgradeView {
  const { upgrade, pausedAtMs, host } = handover
  return {
    ...upgrade,
    phase: handed.failed === null ? 'done' : 'fell-back',
    atWallMs: clock.wallMs(),
    gapMs: clock.monotonicMs() - pausedAtMs,
    processes: host.children.length,
    reason: handed.failed ?? '',
  }
}

/** The change of version is over: nobody else comes back. */
export function settle({ handover, handed }: Taken, log: Log, { from, to, gapMs, processes }: UpgradeView): void {
  handed.settle(descriptorsOf(handover))
  surviveBugs(log)
  removeCopy(handover.folder)
  if (handed.failed === null) {
    log.write(
      'info',
      `version ${VERSION} has taken over from version ${from} in ${gapMs} ms, with ${processes} processes`,
    )
  } else {
    log.write('error', `version ${to} did not come up, version ${VERSION} goes on: ${handed.failed}`)
  }
}
