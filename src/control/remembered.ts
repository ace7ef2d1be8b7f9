import { type Overrides, requestStop } from '../desired/overrides.js'
import type { ProcessKey } from '../model/names.js'
import type { Clock, StateStore } from '../model/ports.js'
import type { Hold, Scale, Scales } from '../model/spec.js'
import type { Damage } from './damage.js'

/** What people asked for, as it is kept for the next start. Times by the clock on the wall: the other one starts anew. */
export interface Remembered {
  readonly holds: Readonly<Record<ProcessKey, RememberedHold>>
  readonly scales: Scales
}

type RememberedHold = Omit<Hold, 'until'> & { readonly untilWallMs: number | null }

const FILE = 'overrides.json'
const NOTHING: Remembered = { holds: {}, scales: {} }

/** Keeps holds and scales for the next start. */
export interface Memory {
  /** Of the daemon before this one; nothing when the file cannot be read. */
  recall(): Remembered
  /** @param wanted - `remember_holds`: without it what is kept is removed */
  keep(wanted: boolean, overrides: Overrides, scales: Scales): void
  /** The file is gone, or could not be written: `keep` writes it again. */
  forget(): void
}

/** Writes only what has changed since it wrote last. */
export function createMemory(
  state: Pick<StateStore, 'read' | 'write' | 'remove'>,
  damage?: Pick<Damage, 'found'>,
): Memory {
  let kept: string | null = null
  /** What was looked at last: this is asked after every turn of the loop, and mostly nothing has changed. */
  let seen: readonly unknown[] = []
  return {
    recall() {
      const bytes = state.read(FILE)
      kept = bytes === null ? '' : null
      const remembered = bytes === null ? NOTHING : parse(bytes)
      if (remembered === null) damage?.found(FILE, 'holds and scales are lost')
      return remembered ?? NOTHING
    },
    keep(wanted, overrides, scales) {
      const look = [wanted, overrides.byKey, scales]
      if (look.every((each, i) => each === seen[i])) return
      seen = look
      const text = wanted ? `${JSON.stringify({ format: 1, ...remember(overrides, scales) })}\n` : ''
      if (text === kept) return
      kept = text
      if (text === '') state.remove(FILE)
      else state.write(FILE, new TextEncoder().encode(text))
    },
    forget() {
      kept = ''
      seen = []
    },
  }
}

/** Holds as they were, but for those that have ended meanwhile. @param declared - whether there is such a process */
export function restoreHolds(
  overrides: Overrides,
  { holds }: Remembered,
  declared: (key: ProcessKey) => boolean,
  clock: Pick<Clock, 'monotonicMs' | 'wallMs'>,
): Overrides {
  let restored = overrides
  for (const [key, { untilWallMs, ...rest }] of Object.entries(holds) as [ProcessKey, RememberedHold][]) {
    const leftMs = untilWallMs === null ? null : untilWallMs - clock.wallMs()
    if (!declared(key) || (leftMs !== null && leftMs <= 0)) continue
    const until =
      untilWallMs === null || leftMs === null ? null : { atMs: clock.monotonicMs() + leftMs, wallMs: untilWallMs }
    restored = requestStop(restored, [key], { ...rest, until })
  }
  return restored
}

function remember({ byKey }: Overrides, scales: Scales): Remembered {
  const holds = Object.entries(byKey).flatMap(([key, { hold }]): readonly [string, RememberedHold][] => {
    if (hold === null) return []
    const { until, ...rest } = hold
    return [[key, { ...rest, untilWallMs: until?.wallMs ?? null }]]
  })
  return { holds: Object.fromEntries(holds), scales }
}

/** @returns `null` for what was cut off by a crash of the machine, or edited by hand: then nobody asked for anything */
function parse(bytes: Uint8Array): Remembered | null {
  try {
    const value = JSON.parse(new TextDecoder().decode(bytes)) as Readonly<Record<string, unknown>>
    if (value.format !== 1) return null
    return {
      holds: Object.fromEntries(Object.entries(value.holds ?? {}).filter(([, hold]) => isHold(hold))),
      scales: Object.fromEntries(Object.entries(value.scales ?? {}).filter(([, scale]) => isScale(scale))),
    }
  } catch {
    return null
  }
}

function isHold(value: unknown): value is RememberedHold {
  if (typeof value !== 'object' || value === null) return false
  const { sinceWallMs, untilWallMs, reason, by } = value as Partial<RememberedHold>
  const texts = typeof reason === 'string' && typeof by === 'string'
  return texts && Number.isFinite(sinceWallMs) && (untilWallMs === null || Number.isFinite(untilWallMs))
}

function isScale(value: unknown): value is Scale {
  if (typeof value !== 'object' || value === null) return false
  const { numprocs, fileNumprocs, sinceWallMs, by } = value as Partial<Scale>
  const counts = [numprocs, fileNumprocs].every((count) => Number.isSafeInteger(count) && (count ?? -1) >= 0)
  return counts && Number.isFinite(sinceWallMs) && typeof by === 'string'
}
