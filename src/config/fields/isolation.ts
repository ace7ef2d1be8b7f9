import type { Field, FieldTable } from './row.js'

/** What every row here says alike. */
const OURS = {
  default: null,
  expands: 'program',
  change: 'restart',
  note: 'not in Supervisor',
} as const

/** Options of programs that say how much of the machine they get and how they are kept together. */
export const ISOLATION = {
  limit_nofile: limit('limitNofile', 'files', 'Files it may have open', '65536'),
  limit_nproc: limit('limitNproc', 'processes', 'Processes and threads its user may have', '4096'),
  limit_core: limit('limitCore', 'bytes', 'Size of its core dumps', 'unlimited'),
  limit_memlock: limit('limitMemlock', 'bytes', 'Memory it may lock', '64MB'),
  limit_as: limit('limitAs', 'bytes', 'Size of its address space', '4GB'),
  limit_fsize: limit('limitFsize', 'bytes', 'Size of the files it writes', '1GB'),
  limit_stack: limit('limitStack', 'bytes', 'Size of its stack', '8MB:64MB'),
  limit_data: limit('limitData', 'bytes', 'Size of its data segment', '2GB'),
  limit_cpu: limit('limitCpu', 'seconds', 'CPU time it may use', '3600'),
  nice: {
    ...OURS,
    type: 'integer',
    fills: 'nice',
    doc: 'Its share of a busy CPU, from -20 (most) to 19 (least)',
    example: '10',
  },
  ionice: {
    ...OURS,
    type: 'io-priority',
    fills: 'ionice',
    doc: 'Its place at a busy disk: idle, best-effort or realtime, the latter two with a level from :0 (first) to :7',
    example: 'best-effort:6',
  },
  oom_score_adj: {
    ...OURS,
    type: 'integer',
    fills: 'oomScoreAdj',
    doc: 'How gladly the kernel kills it when memory runs out, from -1000 (never) to 1000 (first)',
    example: '500',
  },
  session: {
    ...OURS,
    type: 'boolean',
    default: 'false',
    fills: 'session',
    doc: 'Whether it is a session of its own, and not only a process group',
  },
  kill_mode: {
    ...OURS,
    type: 'choice',
    choices: ['process', 'group', 'tree', 'cgroup'],
    defaultNote: 'what stopasgroup and killasgroup say',
    change: 'live',
    fills: 'killMode',
    doc: 'What a stop reaches: the process, its group, or (tree, cgroup) all it has started, which end with it',
    note: 'not in Supervisor; without a cgroup of its own cgroup is tree',
    example: 'tree',
  },
  kill_leftovers: {
    ...OURS,
    type: 'boolean',
    defaultNote: 'true for kill_mode=tree and cgroup, else false',
    change: 'live',
    fills: 'killLeftovers',
    doc: 'Whether what it leaves behind when it ends is killed, and not only told of',
    example: 'true',
  },
  on_daemon_death: {
    ...OURS,
    type: 'choice',
    choices: ['kill', 'keep'],
    defaultNote: 'what [supervisord] says',
    change: 'next-start',
    fills: 'onDaemonDeath',
    doc: 'Whether it dies with a daemon that is killed, or is left for the next one to go on with',
    example: 'keep',
  },
  memory_max: {
    ...OURS,
    type: 'bytes',
    unit: 'bytes',
    fills: 'memoryMax',
    doc: 'Memory it may use together with all it has started; by its cgroup where it has one, else looked at now and then',
    example: '512MB',
  },
  memory_max_action: {
    ...OURS,
    type: 'choice',
    default: 'restart',
    choices: ['restart', 'stop', 'log'],
    change: 'live',
    fills: 'memoryMaxAction',
    doc: 'What happens when it uses more than memory_max',
    note: 'not in Supervisor; with restart in a cgroup the kernel kills it, and autorestart decides',
  },
  cpu_max: {
    ...OURS,
    type: 'cpu-share',
    expands: 'none',
    fills: 'cpuMax',
    doc: 'CPU time it gets at most, as a number of CPUs or a share of one; needs a cgroup',
    example: '50%',
  },
  pids_max: {
    ...OURS,
    type: 'integer',
    fills: 'pidsMax',
    doc: 'Processes and threads it may be together with all it has started; needs a cgroup',
    example: '200',
  },
} as const satisfies FieldTable

function limit<F extends string>(fills: F, unit: NonNullable<Field['unit']>, doc: string, example: string) {
  return {
    ...OURS,
    type: 'limit',
    unit,
    fills,
    doc: `${doc}: a soft limit, or SOFT:HARD; unlimited for none`,
    example,
  } as const
}
