/** Resource limits that a program can be given, and the field of its spec that holds each. */
export const LIMIT_FIELDS = {
  nofile: 'limitNofile',
  nproc: 'limitNproc',
  core: 'limitCore',
  memlock: 'limitMemlock',
  as: 'limitAs',
  fsize: 'limitFsize',
  stack: 'limitStack',
  data: 'limitData',
  cpu: 'limitCpu',
} as const

export type LimitName = keyof typeof LIMIT_FIELDS

export const LIMIT_NAMES = Object.keys(LIMIT_FIELDS) as readonly LimitName[]

/** Bytes, seconds of CPU time, or a number of things. */
export type LimitValue = number | 'unlimited'

/** One resource limit. */
export interface ResourceLimit {
  readonly soft: LimitValue
  /** `null` keeps the daemon's, or raises it to `soft` where that is more. */
  readonly hard: LimitValue | null
}

/** Place among those that wait for a disk. */
export interface IoPriority {
  readonly class: 'realtime' | 'best-effort' | 'idle'
  /** 0 goes first, 7 last; 0 for `idle`, which has no levels. */
  readonly level: number
}

/** What a stop reaches, and what the end of a process takes with it. */
export type KillMode = 'process' | 'group' | 'tree' | 'cgroup'

/** What becomes of a process that uses more memory than it may. */
export type MemoryAction = 'restart' | 'stop' | 'log'

/** How much of the machine a process gets, and how it is kept together. What is absent is as the daemon has it. */
export interface Isolation extends Readonly<Partial<Record<(typeof LIMIT_FIELDS)[LimitName], ResourceLimit>>> {
  /** -20 to 19. */
  readonly nice?: number
  readonly ionice?: IoPriority
  /** -1000 to 1000. */
  readonly oomScoreAdj?: number
  /** A session of its own instead of only a process group. */
  readonly session?: true
  /** Absent: what `stopAsGroup` and `killAsGroup` say, which follow the first two of its words. */
  readonly killMode?: KillMode
  /** What is left of it when it has ended is killed; absent: it is only told of. */
  readonly killLeftovers?: true
  /** It outlives a daemon that is killed, and the next one goes on with it; absent: it is killed with it. */
  readonly onDaemonDeath?: 'keep'
  /** Bytes, of it and everything it started. */
  readonly memoryMax?: number
  /** Absent: restart. */
  readonly memoryMaxAction?: Exclude<MemoryAction, 'restart'>
  /** Percent of one CPU. */
  readonly cpuMax?: number
  /** Processes and threads. */
  readonly pidsMax?: number
}

/** Whether everything that a process leaves behind is killed once it has ended. */
export function leavesNothing({ killMode, killLeftovers }: Isolation): boolean {
  return killLeftovers === true || killMode === 'tree' || killMode === 'cgroup'
}
