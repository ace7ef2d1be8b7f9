import type { ProcessKey } from '../model/names.js'
import type { Situation } from './decide.js'
import { type Standing, standingOf } from './standing.js'

/**
 * Lets the processes of one program be replaced one after the other. Once one does not come up, nothing more is
 * replaced for the revision that wants it so.
 */
export interface Rollout {
  /** Whether a process that runs an older spec may be replaced now. */
  mayReplace(key: ProcessKey): boolean
  /** What this generation changes is replaced all at the same time, as Supervisor does it. */
  atOnce(generation: number): void
  /** Something about this process changed: its spec, what was asked of it, what is seen of it. */
  note(key: ProcessKey): void
  /** Who keeps others from being replaced; `null` when nobody does. */
  halt(): Halt | null
  state(): RolloutState
}

/** What cannot be seen of the processes themselves. */
export interface RolloutState {
  /** Processes that did not come up, with the generation they should run. */
  readonly failing: readonly (readonly [ProcessKey, number])[]
  /** The generation that is taken on all at the same time. */
  readonly atOnce: number | null
}

/** A rollout that stands still. */
export interface Halt {
  /** Did not come up. */
  readonly key: ProcessKey
  /** What that one should run. */
  readonly generation: number
  /** How many go on running an older spec because of it. */
  readonly waiting: number
}

/** What a rollout works with. */
export interface RolloutDeps {
  situation(key: ProcessKey): Situation
  monotonicMs(): number
  /** The turn of these has come, if nothing else happened to them. */
  mark(keys: readonly ProcessKey[]): void
}

/** The processes of one program in one group. */
interface Cohort {
  /** In the order in which they are replaced. */
  readonly waiting: Set<ProcessKey>
  /** Those of `waiting` that are not up yet: replacing them first costs the program nothing. */
  readonly starting: Set<ProcessKey>
  readonly underway: Set<ProcessKey>
  /** They share a declaration with those of `waiting`: what they cannot be, the others cannot be. */
  readonly failing: Set<ProcessKey>
}

/** The processes of one generation: what one revision changed. */
interface Wave {
  readonly waiting: Set<ProcessKey>
  readonly failing: Set<ProcessKey>
}

interface Place {
  readonly standing: Standing
  readonly generation: number
  readonly program: string
  readonly starting: boolean
}

/** Makes a rollout in which all is settled but for what is known from before. It remembers only what is not, so that a note costs the same in any world. */
export function createRollout(
  { situation, monotonicMs, mark }: RolloutDeps,
  before: RolloutState = { failing: [], atOnce: null },
): Rollout {
  /** Until each of them is looked at for the first time. */
  const failedBefore = new Map(before.failing)
  const places = new Map<ProcessKey, Place>()
  const cohorts = new Map<string, Cohort>()
  const waves = new Map<number, Wave>()
  const failing = new Set<ProcessKey>()
  let unbound = before.atOnce

  function placeOf(key: ProcessKey): Place | null {
    const now = situation(key)
    if (!now.want) return null
    const { generation, spec } = now.want
    const last = places.get(key)
    const failed = failedBefore.get(key) === generation ? 'failing' : 'settled'
    failedBefore.delete(key)
    const standing = standingOf(now, last?.generation === generation ? last.standing : failed, monotonicMs())
    if (standing === 'settled') return null
    return { standing, generation, program: `${spec.group}:${spec.program}`, starting: now.seen.phase === 'STARTING' }
  }

  /** Enters where a process stands; what is settled is entered nowhere. */
  function enter(key: ProcessKey, { program, generation, starting }: Place, standing: Standing): void {
    const cohort = cohorts.get(program) ?? newCohort()
    put(cohort.waiting, key, standing === 'waiting')
    put(cohort.starting, key, standing === 'waiting' && starting)
    put(cohort.underway, key, standing === 'underway')
    put(cohort.failing, key, standing === 'failing')
    if (cohort.waiting.size + cohort.underway.size + cohort.failing.size > 0) cohorts.set(program, cohort)
    else cohorts.delete(program)

    const wave = waves.get(generation) ?? { waiting: new Set(), failing: new Set() }
    put(wave.waiting, key, standing === 'waiting')
    put(wave.failing, key, standing === 'failing')
    if (wave.waiting.size + wave.failing.size > 0) waves.set(generation, wave)
    else waves.delete(generation)
    put(failing, key, standing === 'failing')
  }

  /** Who of a program is replaced next; `null` while nobody may be. */
  function nextOf(program: string): ProcessKey | null {
    const cohort = cohorts.get(program)
    if (!cohort || cohort.underway.size > 0 || cohort.failing.size > 0) return null
    const next = first(cohort.starting) ?? first(cohort.waiting)
    const generation = next === null ? undefined : places.get(next)?.generation
    return generation !== undefined && waves.get(generation)?.failing.size === 0 ? next : null
  }

  return {
    atOnce(generation) {
      unbound = generation
    },
    mayReplace(key) {
      const place = places.get(key)
      return place?.standing !== 'waiting' || place.generation === unbound || nextOf(place.program) === key
    },
    note(key) {
      const before = places.get(key)
      const now = placeOf(key)
      if (!before && !now) return
      const stays = before?.program === now?.program && before?.generation === now?.generation
      if (before && !stays) enter(key, before, 'settled')
      if (now) enter(key, now, now.standing)
      if (now) places.set(key, now)
      else places.delete(key)
      const cameUp = before?.standing === 'failing' && now?.standing !== 'failing'
      const programs = cameUp ? [...cohorts.keys()] : [before?.program, now?.program]
      mark([...new Set(programs)].flatMap((program) => (program === undefined ? [] : (nextOf(program) ?? []))))
    },
    halt() {
      for (const key of failing) {
        const place = places.get(key)
        if (!place) continue
        const { program, generation } = place
        const waiting = waves.get(generation)?.waiting.size || (cohorts.get(program)?.waiting.size ?? 0)
        if (waiting > 0) return { key, generation, waiting }
      }
      return null
    },
    state: () => ({
      failing: [...failing].flatMap((key) => {
        const place = places.get(key)
        return place ? [[key, place.generation] as const] : []
      }),
      atOnce: unbound,
    }),
  }
}

function newCohort(): Cohort {
  return { waiting: new Set(), starting: new Set(), underway: new Set(), failing: new Set() }
}

function put<T>(set: Set<T>, item: T, present: boolean): void {
  if (present) set.add(item)
  else set.delete(item)
}

function first<T>(set: ReadonlySet<T>): T | null {
  for (const item of set) return item
  return null
}
