import type { ExitCause } from '../model/config.js'
import { displayName, type ProcessKey } from '../model/names.js'
import { NEVER_SEEN, type ProcessObserved } from '../model/observed.js'
import type { ProcessSpec } from '../model/spec.js'
import { decide } from '../reconcile/decide.js'
import { situationOf, type World } from '../reconcile/reconcile.js'

/** Why the daemon is to end, and the status it ends with. */
export interface Ending {
  readonly reason: string
  readonly exitCode: number
}

/** What the watch looks at. */
export interface ExitWatchDeps {
  readonly world: World
  spec(key: ProcessKey): ProcessSpec
  monotonicMs(): number
  /** `exit_on` as it is in force. */
  causes(): readonly ExitCause[]
}

/** Tells when what programs did ends the daemon. */
export interface ExitWatch {
  /** Something happened to this process. */
  note(key: ProcessKey): void
  /** Called when everything that was to be done is done. @returns `null` to go on */
  ending(): Ending | null
}

/** Of sysexits.h, EX_SOFTWARE: a program gave up without having ended in any way of its own. */
export const EXIT_GAVE_UP = 70

/** What the daemon ends with when nobody says something else. */
export const DEFAULT_EXIT_ON: readonly ExitCause[] = ['essential']

/** Looks at nothing but what was noted, unless the end of the last program is to be the daemon's. */
export function createExitWatch({ world, spec, monotonicMs, causes }: ExitWatchDeps): ExitWatch {
  const noted = new Set<ProcessKey>()
  const seenOf = (key: ProcessKey) => world.observed[key] ?? NEVER_SEEN

  /** Down, not because somebody wanted it so, and not to be started again. */
  function hasEnded(key: ProcessKey): boolean {
    const { phase } = seenOf(key)
    return (phase === 'EXITED' || phase === 'FATAL') && isAtRest(key)
  }

  function isAtRest(key: ProcessKey): boolean {
    const { action, wakeAtMs } = decide(situationOf(world, key), monotonicMs())
    return action === null && wakeAtMs === Number.POSITIVE_INFINITY
  }

  function endingBy(key: ProcessKey): Ending | null {
    const { essential = false, group, name } = spec(key)
    const shown = displayName(group, name)
    const gaveUp = seenOf(key).phase === 'FATAL'
    const how = gaveUp ? 'has given up' : 'has ended'
    if (essential && causes().includes('essential'))
      return { reason: `${shown}, which is essential, ${how}`, exitCode: exitCodeOf(seenOf(key)) }
    if (gaveUp && causes().includes('fatal')) return { reason: `${shown} ${how}`, exitCode: exitCodeOf(seenOf(key)) }
    return null
  }

  /** Event listeners wait for events of others: they are not what a daemon is there for. */
  function allEnded(): Ending | null {
    const keys = (Object.keys(world.desired) as ProcessKey[]).filter((key) => spec(key).kind !== 'eventlistener')
    if (!keys.every((key) => isDown(seenOf(key)) && isAtRest(key))) return null
    const ended = keys.map(seenOf).filter(({ phase }) => phase === 'EXITED' || phase === 'FATAL')
    const [failed] = ended.filter((seen) => !isExpected(seen)).sort((a, b) => a.stoppedWallMs - b.stoppedWallMs)
    return { reason: 'every program has ended', exitCode: failed === undefined ? 0 : exitCodeOf(failed) }
  }

  return {
    note: (key) => void noted.add(key),
    ending() {
      if (noted.size === 0) return null
      const ended = [...noted].filter(hasEnded)
      noted.clear()
      for (const key of ended) {
        const ending = endingBy(key)
        if (ending !== null) return ending
      }
      return ended.length > 0 && causes().includes('all-exited') ? allEnded() : null
    },
  }
}

function isDown({ phase }: ProcessObserved): boolean {
  return phase === 'EXITED' || phase === 'FATAL' || phase === 'STOPPED'
}

function isExpected(seen: ProcessObserved): boolean {
  return seen.phase === 'EXITED' && seen.expected
}

/**
 * The code of its last end, or 128 and the signal as shells have it. A program that gave up never counts as a success,
 * even if it was only too quick.
 */
export function exitCodeOf(seen: ProcessObserved): number {
  const { lastExit, startedWallMs, phase } = seen
  const gaveUp = phase === 'FATAL'
  // A start that failed left the end of an earlier one in place.
  if (lastExit === null || (gaveUp && lastExit.wallMs < startedWallMs)) return EXIT_GAVE_UP
  if (lastExit.signal !== null) return 128 + lastExit.signal
  return lastExit.code === 0 && gaveUp ? EXIT_GAVE_UP : (lastExit.code ?? EXIT_GAVE_UP)
}
