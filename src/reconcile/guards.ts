import type { GuardRefusal } from '../model/operator.js'
import type { GroupSpec } from '../model/spec.js'

/** Removing this many programs is always accepted: a small file may well lose half of them. */
const ALWAYS_ACCEPTED = 1

/**
 * Whether a revision may be accepted without a person: not one that removes every program, nor one that removes more
 * than its share (and at least two).
 *
 * @param maxRemovePercent - of the programs accepted now
 * @param what - what would remove them, for the message
 * @returns `null` when it may
 */
export function massRemoval(
  accepted: readonly GroupSpec[],
  candidate: readonly GroupSpec[],
  maxRemovePercent: number,
  what = 'the file',
): GuardRefusal | null {
  const keep = programsOf(candidate)
  const before = [...programsOf(accepted)]
  const removed = before.filter((program) => !keep.has(program)).sort()
  if (removed.length === 0) return null
  const all = removed.length === before.length && keep.size === 0
  const share = (removed.length * 100) / before.length
  if (!all && (removed.length <= ALWAYS_ACCEPTED || share <= maxRemovePercent)) return null
  return {
    code: all ? 'EMPTY' : 'MASS_REMOVAL',
    message:
      `${what} would remove ${removed.length} of ${before.length} programs (${listed(removed)}), ` +
      (all ? 'leaving none' : `more than max_remove=${maxRemovePercent} percent`) +
      '; nothing was changed',
    command: 'svctl apply --allow-removals',
  }
}

/** Names as a person tells programs apart: what moves to another group is not removed. */
function programsOf(groups: readonly GroupSpec[]): ReadonlySet<string> {
  return new Set(groups.flatMap((group) => group.processes.map((process) => process.program)))
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(', ')
  return names.length > 5 ? `${shown}, …` : shown
}
