/**
 * Marks a branch no value can reach; a union that grows does not compile until it is answered.
 *
 * @throws Error always: reaching it is a bug of ours
 */
export function assertNever(value: never): never {
  throw new Error(`unreachable value: ${JSON.stringify(value)}`)
}

/**
 * States what the code below relies on.
 *
 * @throws Error when `condition` is false: a bug of ours, caught only in daemon.ts
 */
export function invariant(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(`invariant broken: ${message}`)
}
