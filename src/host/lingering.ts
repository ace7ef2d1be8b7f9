import { createPump, type Pump } from './pump.js'

/** Beyond this the oldest is closed. */
const LINGERING_MAX = 256

/** Pipes of dead processes that others still hold open: what these write is read and dropped. */
export interface Lingering {
  /** One that `finish` has not ended. */
  add(pump: Pump): void
  /** One that has ended. */
  drop(pump: Pump): void
  /** Our ends of those that another one read on. */
  adopt(fds: readonly number[]): void
  /** Our ends of all. */
  fds(): readonly number[]
}

export function createLingering(): Lingering {
  const pumps = new Set<Pump>()
  const drop = (pump: Pump) => void pumps.delete(pump)
  const add = (pump: Pump) => {
    pumps.add(pump)
    const oldest = pumps.values().next().value
    if (pumps.size > LINGERING_MAX) oldest?.destroy()
  }
  return {
    add,
    drop,
    adopt(fds) {
      for (const fd of fds) {
        const pump: Pump = createPump(
          fd,
          () => {},
          () => drop(pump),
        )
        if (!pump.finish()) add(pump)
      }
    },
    fds: () => [...pumps].flatMap((pump) => pump.state()?.fd ?? []),
  }
}
