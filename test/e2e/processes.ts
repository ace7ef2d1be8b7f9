import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** Environment variable that everything a test starts inherits, and the cleanup looks for. */
export const MARK = 'E2E_MARK'

/** Pids of processes that carry `mark` in their environment, zombies left out. */
export function marked(mark: string): readonly number[] {
  return pids().filter((pid) => read(`/proc/${pid}/environ`).split('\0').includes(`${MARK}=${mark}`))
}

/** Whether `pid` runs; a zombie does not, unless threads of it are left, which still hold its files and sockets. */
export function alive(pid: number): boolean {
  const stat = read(`/proc/${pid}/stat`)
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return stat !== '' && (!/^[ZX]$/.test(fields[0] ?? '') || Number(fields[17]) > 1)
}

/** Ends a process, or all of the group `-pid`, by SIGKILL; there may be none any more. */
export function killHard(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // ended between the look and the signal
  }
}

/** What the descriptors of `pid` point to, by number. */
export function descriptors(pid: number): Readonly<Record<number, string>> {
  const folder = `/proc/${pid}/fd`
  const entries: Record<number, string> = {}
  for (const name of list(folder)) {
    try {
      entries[Number(name)] = readlinkSync(`${folder}/${name}`)
    } catch {}
  }
  return entries
}

/** A line of /proc/PID/status, without its name. */
export function statusLine(pid: number, name: string): string {
  return new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(read(`/proc/${pid}/status`))?.[1] ?? ''
}

/** Process group and session of `pid`. */
export function groupOf(pid: number): { readonly group: number; readonly session: number } {
  const stat = read(`/proc/${pid}/stat`)
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return { group: Number(fields[2]), session: Number(fields[3]) }
}

function pids(): readonly number[] {
  return list('/proc')
    .map(Number)
    .filter((pid) => pid > 0)
}

function list(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return '' // gone
  }
}
