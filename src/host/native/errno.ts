import { constants } from 'node:os'

/** `ENOENT` for 2; the number itself when it has no name. */
export function errnoName(errno: number): string {
  return ERRNO_NAMES.get(errno) ?? String(errno)
}

/** What a failed call of `node:fs` and the like failed with, such as `ENOENT`. Needs no addon: clients use it. */
export function errnoOf(error: unknown): string {
  const errno = error instanceof Error ? (error as NodeJS.ErrnoException).errno : undefined
  return typeof errno === 'number' ? errnoName(-errno) : 'EUNKNOWN'
}

/** libuv's own table has no ENOEXEC. Of two names of one number the first wins: EAGAIN, not EWOULDBLOCK. */
const ERRNO_NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries(constants.errno)
    .map(([name, number]): [number, string] => [number, name])
    .reverse(),
)
