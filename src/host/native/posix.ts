import { constants } from 'node:os'
import type { LimitName } from '../../model/isolation.js'
import { errnoName } from './errno.js'
import { loadAddon } from './load.js'

/** Where the set-up of a child failed. The order is that of `enum stage` in posix/spawn.h. */
export const STAGES = [
  'none',
  'clone',
  'process-group',
  'descriptors',
  'file',
  'nice',
  'io-priority',
  'limits',
  'limit',
  'refused',
  'groups',
  'gid',
  'uid',
  'death-signal',
  'directory',
  'exec',
] as const

export type Stage = (typeof STAGES)[number]

/** What a child is beyond what it inherits. */
export interface NativeAttributes {
  /** Path and text in turn: files below /proc and /sys that the child writes before anything else of these. */
  readonly writes: readonly string[]
  /** Resource, soft and hard limit in turn; -1 for none. */
  readonly limits: readonly number[]
  /** 20 keeps. */
  readonly nice: number
  /** As ioprio_set takes it; 0 keeps. */
  readonly ioPriority: number
}

export const NO_ATTRIBUTES: NativeAttributes = { writes: [], limits: [], nice: 20, ioPriority: 0 }

/** Everything the kernel needs for one child. No text may hold a NUL. */
export interface NativeSpawn extends NativeAttributes {
  readonly file: string
  readonly argv: readonly string[]
  /** `NAME=value`. */
  readonly environment: readonly string[]
  /** Entered after the change of user; `null` stays. */
  readonly directory: string | null
  /** Descriptor of ours for each descriptor 0, 1, 2, … of the child; -1 closes. All others are closed on exec. */
  readonly fds: readonly number[]
  /** `null` keeps user and groups. */
  readonly user: { readonly uid: number; readonly gid: number; readonly groups: readonly number[] } | null
  /** -1 keeps. */
  readonly umask: number
  /** Soft limit of open files, bounded by the hard one; -1 keeps ours. */
  readonly nofile: number
  /** Signal the kernel sends to the child when this process dies; 0 for none. */
  readonly deathSignal: number
  /** A session of its own instead of only a process group. */
  readonly session: boolean
  /** Fork, then fail at stage `refused`: for a child that must be seen to fail for a reason known before. */
  readonly refuse: boolean
  /** Adds `LISTEN_PID` with the number of the child to its environment. */
  readonly listenPid: boolean
}

/** What a spawn came to: `pid` is 0 only for stage `clone`; a child that failed later ends with status 127. */
export interface NativeSpawned {
  readonly pid: number
  readonly stage: Stage
  /** For stages `file` and `limit` which of them it was, from 0 on. */
  readonly item: number
  /** Such as `ENOENT`; '' when nothing failed or the failure has no number. */
  readonly errno: string
}

/** How a child ended. */
export interface Reaped {
  readonly pid: number
  /** -1 when a signal ended it. */
  readonly code: number
  /** 0 when it exited. */
  readonly signal: number
  readonly core: boolean
}

export type Outcome<T> = { readonly ok: true; readonly value: T } | Failure

export interface Failure {
  readonly ok: false
  readonly errno: string
  /** As Python prints an OSError: `[Errno 98] Address already in use`. */
  readonly text: string
}

/** A user of the machine. */
export interface UserRecord {
  readonly uid: number
  readonly gid: number
  readonly name: string
  readonly home: string
}

/** Soft and hard limit; `Infinity` for none. */
export interface Limit {
  readonly soft: number
  readonly hard: number
}

interface Addon {
  spawn(request: NativeSpawn): {
    readonly pid: number
    readonly stage: number
    readonly item: number
    readonly errno: number
  }
  reap(): Reaped | null
  subreaper(): number
  ticks(): number
  pipe(ours: 0 | 1, bothWays: 0 | 1): readonly [number, number] | number
  growPipe(fd: number, bytes: number): number
  watch(ready: Int32Array, call: (count: number) => void): number
  watchAdd(fd: number): number
  watchRemove(fd: number): number
  watchHear(how: 0 | 1 | 2): number
  read(fd: number, buffer: Uint8Array): number
  lock(fd: number): number
  written(fd: number): number
  openUnix(path: string, how: number): number
  bindTcp(host: string, port: number): number | string
  listen(fd: number, backlog: number): number
  peer(fd: number): readonly number[] | number
  user(nameOrId: string | number): UserRecord | null
  group(nameOrId: string | number): { readonly gid: number; readonly name: string } | null
  groupsOf(name: string, gid: number): readonly number[]
  limit(resource: number): Limit | number
  setLimit(resource: number, soft: number, hard: number): number
  errorText(errno: number): string
  cloexec(fd: number, on: 0 | 1): number
  trim(): number
  duplicate(fd: number): number
  memoryFile(): number
  pidfd(pid: number): number
  pidfdStatus(fd: number): number
  takeDescriptor(pidfd: number, number: number): number
  execve(file: string, argv: readonly string[], environment: readonly string[]): number
  readonly sourceHash: string
}

let loaded: Addon | null = null

/**
 * Loaded with its first call: commands that only talk to a daemon do without.
 *
 * @throws NativePartError as `loadAddon`
 */
function addon(): Addon {
  loaded ??= loadAddon() as Addon
  return loaded
}

/** Resource numbers of Linux on x64 and arm64. */
const RESOURCES = {
  cpu: 0,
  fsize: 1,
  data: 2,
  stack: 3,
  core: 4,
  nproc: 6,
  nofile: 7,
  memlock: 8,
  as: 9,
} as const satisfies Readonly<Record<LimitName, number>>

const PORT_MAX = 65_535

/** What `openUnix` is to do with a path. */
const OPEN_UNIX = { bind: 0, stream: 1, datagram: 2 } as const

/** The sha256 of the sources this addon was built from: all files of posix/, in the order of their names. */
export function sourceHash(): string {
  return addon().sourceHash
}

/**
 * Starts a child and waits until it runs its program or failed to, which takes well under a millisecond.
 *
 * @throws TypeError for a request of the wrong shape or a text with a NUL: a bug of ours
 */
export function spawn(request: NativeSpawn): NativeSpawned {
  const { pid, stage, item, errno } = addon().spawn(request)
  return { pid, stage: STAGES[stage] ?? 'exec', item, errno: errno === 0 ? '' : errnoName(errno) }
}

/**
 * Takes the status of one child that ended, whichever it is.
 *
 * @returns `null` when no child is waiting to be taken. It steals from `node:child_process`: never use both
 */
export function reap(): Reaped | null {
  return addon().reap()
}

/** Makes this process inherit the orphans among its descendants, as PID 1 does. */
export function becomeSubreaper(): Outcome<null> {
  return outcome(addon().subreaper(), () => null)
}

/** The time since the machine was started, in the units that /proc tells the start of a process in. */
export function ticksSinceBoot(): number {
  return addon().ticks()
}

/**
 * Opens a pipe, both ends close-on-exec, the one end that stays with us non-blocking.
 *
 * @param theirs - `both-ways`: the other end is open for reading and writing, so that it outlives ours. Where there is
 *   no /proc, or no descriptor left, it is the plain end: that does for all but a few programs
 */
export function openPipe(
  ours: 'read' | 'write',
  theirs: 'one-way' | 'both-ways' = 'one-way',
): Outcome<{ readonly read: number; readonly write: number }> {
  const made = addon().pipe(ours === 'read' ? 0 : 1, theirs === 'both-ways' ? 1 : 0)
  if (typeof made === 'number') return failure(made)
  return { ok: true, value: { read: made[0], write: made[1] } }
}

/** Asks for a larger pipe buffer. @returns the size in force; refused (EPERM, EBUSY) costs nothing but speed */
export function growPipe(fd: number, bytes: number): Outcome<number> {
  return outcome(addon().growPipe(fd, bytes), (size) => size)
}

/** How many descriptors are told of at once; what else is readable is told of in the next turn of the loop. */
export const READY_MAX = 64

/**
 * Makes the one epoll of this process; `hearOfReadable` says whether Node's loop looks at it. To be called once.
 *
 * @param ready - `READY_MAX` long: the descriptors that can be read, before each call
 * @param call - with how many of them there are
 */
export function watchReadable(ready: Int32Array, call: (count: number) => void): Outcome<null> {
  return outcome(addon().watch(ready, call), () => null)
}

/** Adds a pipe or socket to the epoll; EPERM for a file. To be taken out again before it is closed. */
export function addReadable(fd: number): Outcome<null> {
  return outcome(addon().watchAdd(fd), () => null)
}

/** Takes it out again. */
export function removeReadable(fd: number): Outcome<null> {
  return outcome(addon().watchRemove(fd), () => null)
}

const HEAR = { no: 0, yes: 1, hold: 2 } as const

/** Whether Node's loop looks at the epoll, and stays alive for it. */
export function hearOfReadable(how: keyof typeof HEAR): void {
  addon().watchHear(HEAR[how])
}

/** One read(2). @returns bytes, 0 at the end, a negative errno (-EAGAIN: nothing there yet); never throws for them */
export function readNow(fd: number, buffer: Uint8Array): number {
  return addon().read(fd, buffer)
}

/** Takes an exclusive lock of an open file without waiting; it lasts until the file is closed. EAGAIN: taken. */
export function lockFile(fd: number): Outcome<null> {
  return outcome(addon().lock(fd), () => null)
}

/**
 * Whether somebody has an open file open for writing. EACCES: the file is another user's and we are not root; EINVAL: the
 * file system cannot tell.
 */
export function isBeingWritten(fd: number): Outcome<boolean> {
  return outcome(addon().written(fd), (found) => found === 1)
}

/** Makes a stream socket at a path that must not exist. Nobody can connect before `listen`. */
export function bindUnix(path: string): Outcome<number> {
  return outcome(addon().openUnix(path, OPEN_UNIX.bind), (fd) => fd)
}

/** Makes a TCP socket with SO_REUSEADDR; '' is all IPv4 interfaces, names resolve to IPv4 first, then IPv6. */
export function bindTcp(host: string, port: number): Outcome<number> {
  if (port > PORT_MAX) return { ok: false, errno: 'EINVAL', text: `port must be 0-${PORT_MAX}` }
  const made = addon().bindTcp(host, port)
  return typeof made === 'string' ? { ok: false, errno: 'EADDRNOTAVAIL', text: made } : outcome(made, (fd) => fd)
}

/** Lets a bound socket accept connections. */
export function listen(fd: number, backlog: number): Outcome<null> {
  return outcome(addon().listen(fd, backlog), () => null)
}

/** Who is at the other end of a unix socket, as the kernel saw it when the connection was made. */
export interface PeerCredentials {
  /** 0 when it is outside our pid namespace. */
  readonly pid: number
  readonly uid: number
  /** The primary group, then all others. */
  readonly gids: readonly number[]
}

/** Asks the kernel who connected to us; ENOTSOCK and the like for what is no unix socket. */
export function peerCredentials(fd: number): Outcome<PeerCredentials> {
  const found = addon().peer(fd)
  if (typeof found === 'number') return failure(found)
  const [pid = 0, uid = NOBODY, ...gids] = found
  return uid === NOBODY ? failure(-constants.errno.ENOTCONN) : { ok: true, value: { pid, uid, gids } }
}

/** What the kernel says of the other end of what is no connection, or no unix socket. */
const NOBODY = 0xffff_ffff

/** Connects to a unix socket without waiting; `@name` is no file. @returns a non-blocking descriptor to close */
export function connectUnix(path: string, type: 'stream' | 'datagram'): Outcome<number> {
  return outcome(addon().openUnix(path, OPEN_UNIX[type]), (fd) => fd)
}

/** Looks a user up by name or number in the name service, which may block; `null` for none. */
export function lookUpUser(nameOrId: string | number): UserRecord | null {
  return addon().user(nameOrId)
}

/** Looks a group up by name or number in the name service, which may block; `null` for none. */
export function lookUpGroup(nameOrId: string | number): { readonly gid: number; readonly name: string } | null {
  return addon().group(nameOrId)
}

/** The primary group `gid`, then every other group that lists the user. */
export function groupsOf(name: string, gid: number): readonly number[] {
  return addon().groupsOf(name, gid)
}

/** A resource limit of this process. */
export function getLimit(resource: LimitName): Outcome<Limit> {
  const found = addon().limit(RESOURCES[resource])
  if (typeof found === 'number') return failure(found)
  const open = (value: number) => (value < 0 ? Infinity : value)
  return { ok: true, value: { soft: open(found.soft), hard: open(found.hard) } }
}

/** A limit in the form that `NativeSpawn.limits` takes it. */
export function limitNumbers(resource: LimitName, { soft, hard }: Limit): readonly [number, number, number] {
  return [RESOURCES[resource], closed(soft), closed(hard)]
}

/** Changes a resource limit of this process and of children to come. */
export function setLimit(resource: LimitName, limit: Limit): Outcome<null> {
  return outcome(addon().setLimit(RESOURCES[resource], closed(limit.soft), closed(limit.hard)), () => null)
}

/** libc's sentence for an error: `No such file or directory` for 2. */
export function errorText(errno: number): string {
  return addon().errorText(errno)
}

/** Gives back memory that is not in use, and pages of Node's own file until they are used again. */
export function trimMemory(): Outcome<null> {
  return outcome(addon().trim(), () => null)
}

/** Says whether a descriptor is closed when another program takes our place. */
export function setCloseOnExec(fd: number, on: boolean): Outcome<null> {
  return outcome(addon().cloexec(fd, on ? 1 : 0), () => null)
}

/** Another descriptor, close-on-exec, of the same open file. */
export function duplicate(fd: number): Outcome<number> {
  return outcome(addon().duplicate(fd), (copy) => copy)
}

/** A descriptor, close-on-exec, that stays with one process whatever becomes of its number. Before Linux 5.3 ENOSYS. */
export function openPidfd(pid: number): Outcome<number> {
  return outcome(addon().pidfd(pid), (fd) => fd)
}

/**
 * How a process that is not our child ended. EAGAIN: not yet, or its parent has not asked so far; ENOTTY, EINVAL: this
 * kernel (before 6.15) does not tell.
 */
export function pidfdStatus(fd: number): Outcome<Ending> {
  return outcome(addon().pidfdStatus(fd), endOf)
}

/**
 * Opens what another process has open, close-on-exec: the same open file. EPERM: not allowed to look into it; ENOSYS:
 * before Linux 5.6.
 *
 * @param number - of the descriptor in that process
 */
export function takeDescriptor(pidfd: number, number: number): Outcome<number> {
  return outcome(addon().takeDescriptor(pidfd, number), (fd) => fd)
}

/** How a process ended, without which one. */
export type Ending = Omit<Reaped, 'pid'>

/** Takes a status apart. @see wait(2) */
export function endOf(status: number): Ending {
  const signal = status & 0x7f
  return { code: signal === 0 ? status >> 8 : -1, signal, core: (status & 0x80) !== 0 }
}

/** Opens an empty file without a name, close-on-exec. */
export function openMemoryFile(): Outcome<number> {
  return outcome(addon().memoryFile(), (fd) => fd)
}

/**
 * Puts another program in our place: pid, children and descriptors that are not close-on-exec stay. Descriptors 0 to 2
 * are close-on-exec under Node.
 *
 * @param environment - `NAME=value`
 * @returns only when it failed
 */
export function execve(file: string, argv: readonly string[], environment: readonly string[]): Failure {
  return failure(addon().execve(file, argv, environment))
}

/** What a failed call of `node:fs` and the like failed with, in the same form as a failure of ours. */
export function failureOf(error: unknown): Failure {
  const errno = error instanceof Error ? (error as NodeJS.ErrnoException).errno : undefined
  return typeof errno === 'number' ? failure(errno) : { ok: false, errno: 'EUNKNOWN', text: String(error) }
}

function closed(limit: number): number {
  return limit === Infinity ? -1 : limit
}

function outcome<T>(result: number, value: (result: number) => T): Outcome<T> {
  return result < 0 ? failure(result) : { ok: true, value: value(result) }
}

function failure(negative: number): Failure {
  return { ok: false, errno: errnoName(-negative), text: `[Errno ${-negative}] ${errorText(-negative)}` }
}
