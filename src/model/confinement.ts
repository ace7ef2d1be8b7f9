import type { Isolation } from './isolation.js'
import type { ProcessKey } from './names.js'
import type { Relative } from './ports.js'

/** What a cgroup can do: reach everything in it, and bound what it uses. */
export type Controller = 'kill' | 'memory' | 'cpu' | 'pids'

/** What cgroups can do here. */
export interface CgroupSupport {
  readonly controllers: readonly Controller[]
  /** Why that is not all, for the activity log; '' when nothing is missing. */
  readonly problem: string
}

/** Bounds of a cgroup; what is absent is unbounded. */
export type CgroupBounds = Pick<Isolation, 'memoryMax' | 'cpuMax' | 'pidsMax'>

/** What keeps a process and all it started together, beyond signals to children. No call throws. */
export interface Confinement {
  /** Looks, and prepares, when first asked. */
  support(): CgroupSupport
  /** Makes the cgroup for a process about to start, or bounds the one that is there. */
  enclose(
    key: ProcessKey,
    bounds: CgroupBounds,
  ): { readonly ok: true; readonly folder: string } | { readonly ok: false; readonly error: string }
  /** Sends SIGKILL to all that is in the cgroup of a process. @returns whether it was empty; then it is removed */
  clear(key: ProcessKey): boolean
  /** Removes the cgroup of a process if it is empty. */
  leave(key: ProcessKey): void
  /** Sends SIGKILL, if the pid still means the same process. */
  kill(process: Pick<Relative, 'pid' | 'startedAt'>): void
}

/** Where there are no cgroups and nobody to kill. */
export const NO_CONFINEMENT: Confinement = {
  support: () => ({ controllers: [], problem: 'there are no cgroups' }),
  enclose: () => ({ ok: false, error: 'there are no cgroups' }),
  clear: () => true,
  leave: () => {},
  kill: () => {},
}
