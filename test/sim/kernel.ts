import type { HostEvent } from '../../src/model/event.js'
import type { ProcessKey } from '../../src/model/names.js'
import type { Host, SpawnRequest } from '../../src/model/ports.js'
import { SIGKILL } from '../../src/model/signals.js'
import type { VirtualClock } from './clock.js'
import type { Random } from './random.js'

/** A pretended operating system: children that crash, hang, ignore signals and die at the worst moment. */
export interface Kernel {
  readonly host: Host
  /** Pids that are alive or dead but not yet reported, by process. */
  live(): ReadonlyMap<number, ProcessKey>
  /** From now on nothing fails: children start, stay up and obey. */
  heal(): void
  /** Whether an exit has happened that was not reported yet. */
  pendingReports(): boolean
}

/** Called at every effect, before it happens: the place of the safety checks. */
export interface Witness {
  spawning(key: ProcessKey, live: ReadonlyMap<number, ProcessKey>): void
  signalling(pid: number, key: ProcessKey | undefined, signal: number): void
}

interface Child {
  readonly key: ProcessKey
  readonly obedient: boolean
  dead: boolean
}

/** @param refusals - whether the kernel now and then refuses a signal (EPERM) */
export function createKernel(clock: VirtualClock, random: Random, witness: Witness, refusals: boolean): Kernel {
  const children = new Map<number, Child>()
  let nextPid = 100
  let faulty = true
  let listener: (event: HostEvent) => void = () => {}

  function end(pid: number, code: number | null, signal: number | null): void {
    const child = children.get(pid)
    if (!child || child.dead) return
    child.dead = true
    // Between the end and our hearing of it anything else may happen.
    clock.later(faulty ? random.int(30) : 1, () => {
      children.delete(pid)
      listener({ type: 'exited', key: child.key, pid, status: { code, signal, coreDumped: false } })
    })
  }

  function spawn(request: SpawnRequest) {
    witness.spawning(request.key, live())
    if (faulty && random.chance(0.08)) {
      const error = `Too many processes in process table to spawn '${request.name}'`
      return { ok: false as const, error, passing: random.chance(0.5) }
    }
    const pid = nextPid++
    children.set(pid, { key: request.key, obedient: !faulty || random.chance(0.8), dead: false })
    if (faulty) {
      if (random.chance(0.15)) clock.later(0, () => end(pid, 127, null))
      else if (random.chance(0.3)) clock.later(random.int(3000), () => end(pid, random.int(3), null))
      else if (random.chance(0.2)) clock.later(random.int(60_000), () => end(pid, null, 11))
    }
    return { ok: true as const, pid }
  }

  function signal(pid: number, number: number) {
    const child = children.get(pid)
    witness.signalling(pid, child?.key, number)
    if (!child) return { ok: false, gone: true, error: 'No such process' } as const
    if (child.dead) return { ok: true } as const
    if (faulty && refusals && random.chance(0.01))
      return { ok: false, gone: false, error: 'Operation not permitted' } as const
    if (number === SIGKILL) end(pid, null, SIGKILL)
    else if (child.obedient || !faulty) clock.later(faulty ? random.int(15_000) : 5, () => end(pid, null, number))
    return { ok: true } as const
  }

  const live = () => new Map([...children].map(([pid, child]) => [pid, child.key]))

  return {
    live,
    pendingReports: () => [...children.values()].some((child) => child.dead),
    heal() {
      faulty = false
    },
    host: {
      lookup: (command) =>
        faulty && random.chance(0.03)
          ? { ok: false, fault: 'NO_FILE', text: `can't find command '${command}'` }
          : { ok: true, filename: command, argv: [command] },
      spawn,
      keepSockets: () => {},
      signal,
      writeStdin: () => 'ok',
      configure: () => {},
      reopenLogs: () => {},
      clearLogs: () => ({ ok: true }),
      removeLogs: () => ({ ok: true }),
      createAutoLog: () => null,
      onEvent(heard) {
        listener = heard
      },
    },
  }
}
