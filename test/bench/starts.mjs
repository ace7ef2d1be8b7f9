import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** @returns what the children of a daemon reported, in the order they wrote it; times are CLOCK_MONOTONIC, ns */
export function readStarts({ dir }) {
  const file = join(dir, 'starts')
  if (!existsSync(file)) return []
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [atNs, pid] = line.split(' ')
      return { atNs: BigInt(atNs), pid: Number(pid) }
    })
}

/** @returns whole and parts of ms from one CLOCK_MONOTONIC time to another */
export function msBetween(fromNs, toNs) {
  return Number(toNs - fromNs) / 1e6
}
