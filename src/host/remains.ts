import { readdirSync, readFileSync } from 'node:fs'
import type { Relative } from '../model/ports.js'
import { startOf } from './inspect.js'

/** Looks until everything is gone; what starts new processes as fast as they are killed is not chased for ever. */
const ROUNDS_MAX = 100
const ROUND_MS = 10

/**
 * Kills every process that carries `mark` in its environment and, when `ancestor` is given, everything that descends
 * from it, this process excepted. Returns when they are gone; blocks up to a second.
 *
 * A subreaper among the ancestors keeps those that became daemons; for others the mark is all there is to know them by.
 *
 * @param mark - `NAME=value`
 * @param ancestor - a pid, or `null`
 */
export function killRemains(mark: string, ancestor: number | null): void {
  const beyondReach = new Set<number>()
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const left = findRemains(mark, ancestor).filter((pid) => !beyondReach.has(pid))
    if (left.length === 0) return
    for (const pid of left) {
      try {
        process.kill(pid, 'SIGKILL')
      } catch {
        beyondReach.add(pid) // gone, or of a user we have no power over
      }
    }
    wait(ROUND_MS)
  }
}

/**
 * Kills what `find` finds, until that is nothing; blocks up to a second.
 *
 * @returns what is left then
 */
export function killUntilGone(find: () => readonly Relative[]): readonly Relative[] {
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const left = find()
    if (left.length === 0) return left
    for (const { pid, startedAt } of left) {
      try {
        if (startOf(pid) === startedAt) process.kill(pid, 'SIGKILL')
      } catch {
        // Gone, or of a user we have no power over: then it stays in what is found.
      }
    }
    wait(ROUND_MS)
  }
  return find()
}

function wait(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}

function findRemains(mark: string, ancestor: number | null): readonly number[] {
  const parents = new Map(pids().flatMap((pid) => parentOf(pid)))
  const descends = (pid: number): boolean => {
    const parent = parents.get(pid)
    return parent !== undefined && (parent === ancestor || descends(parent))
  }
  return [...parents.keys()].filter((pid) => pid !== process.pid && (descends(pid) || carries(pid, mark)))
}

function pids(): readonly number[] {
  return readdirSync('/proc').map(Number).filter(Number.isInteger)
}

/** The pid with that of its parent; nothing for a zombie, which only waits to be reaped. */
function parentOf(pid: number): readonly (readonly [number, number])[] {
  const stat = read(`/proc/${pid}/stat`)
  // The name before may hold anything, brackets and blanks too.
  const [state = '', parent = ''] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return /^[ZX]?$/.test(state) ? [] : [[pid, Number(parent)]]
}

function carries(pid: number, mark: string): boolean {
  return read(`/proc/${pid}/environ`).split('\0').includes(mark)
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return '' // gone, or not ours to read
  }
}
