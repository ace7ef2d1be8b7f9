import { readdirSync } from 'node:fs'
import { MARK, readProc } from './daemon.mjs'

/** Every process that the kernel shows: pid, parent, state letter and name. */
export function allProcesses() {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0)
    .flatMap((pid) => {
      const [, name, state, parent] = /^\d+ \((.*)\) (\S) (\d+)/s.exec(readProc(`${pid}/stat`)) ?? []
      return name === undefined ? [] : [{ pid, name, state, parent: Number(parent) }]
    })
}

/** Without the guard of a daemon, which is no program of its. */
export const childrenOf = (parent) =>
  allProcesses().filter((process) => process.parent === parent && process.name !== 'svctl-guard')

/** Those that inherited our mark, zombies too as far as they still show it. */
export function markedWith(dir) {
  return allProcesses().filter(({ pid }) => readProc(`${pid}/environ`).split('\0').includes(`${MARK}=${dir}`))
}

/** What the daemon has: bytes of memory, descriptors, and how many children. */
export function sampleOf(pid) {
  const rssKib = Number(/^VmRSS:\s+(\d+)/m.exec(readProc(`${pid}/status`))?.[1] ?? 0)
  const children = childrenOf(pid).filter(({ name }) => name !== 'soak-orphan').length
  return { rssKib, descriptors: readdirSync(`/proc/${pid}/fd`).length, children }
}
