import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadAddon } from '../../src/host/native/load.js'
import { createHost, type HostOptions, type ProcessHost } from '../../src/host/processes.js'
import { createUsers } from '../../src/host/users.js'
import type { HostEvent } from '../../src/model/event.js'
import type { ProcessKey } from '../../src/model/names.js'
import type { SpawnRequest, SpawnResult, StreamRequest } from '../../src/model/ports.js'

export const root = process.getuid?.() === 0
export const hasPython = spawnSync('python3', ['-V']).status === 0

export type Exited = Extract<HostEvent, { type: 'exited' }>

/** A host with a scratch folder and every event it reported. */
export interface Bench {
  readonly host: ProcessHost
  readonly folder: string
  readonly events: HostEvent[]
  /** Runs a request to its end. */
  run(request: SpawnRequest): Promise<{ readonly spawn: SpawnResult; readonly exit: Exited | null }>
  exitOf(pid: number): Promise<Exited>
  log(name: string): string
  request(name: string, script: string, more?: Partial<SpawnRequest>): SpawnRequest
  close(): void
}

/** What a request asks of one stream unless it says otherwise. */
export const NO_STREAM: StreamRequest = {
  path: null,
  logBytesMax: 0,
  logBackups: 0,
  captureBytesMax: 0,
  syslog: false,
  tap: false,
}

export function createBench(options: Partial<HostOptions> = {}): Bench {
  const folder = mkdtempSync(join(tmpdir(), 'host-'))
  const events: HostEvent[] = []
  const host = createHost({
    users: createUsers(),
    syslog: () => {},
    childFileLimit: -1,
    deathSignal: 0,
    autoLogs: () => ({ directory: folder, identifier: 'supervisor' }),
    ...options,
  })
  host.onEvent((event) => events.push(event))
  const isExitOf = (pid: number) => (event: HostEvent) => event.type === 'exited' && event.pid === pid
  const exitOf = (pid: number) => until(() => events.find(isExitOf(pid)) as Exited | undefined)
  return {
    host,
    folder,
    events,
    exitOf,
    async run(request) {
      const spawn = host.spawn(request)
      return { spawn, exit: spawn.ok ? await exitOf(spawn.pid) : null }
    },
    log: (name) => readFileSync(join(folder, name), 'utf8'),
    request: (name, script, more = {}) => ({
      key: `g:${name}` as ProcessKey,
      name,
      filename: '/bin/sh',
      argv: ['sh', '-c', script],
      environment: { PATH: '/usr/bin:/bin' },
      directory: null,
      uid: null,
      umask: null,
      redirectStderr: false,
      stdout: { ...NO_STREAM, path: join(folder, `${name}.out`) },
      stderr: { ...NO_STREAM, path: join(folder, `${name}.err`) },
      stripAnsi: false,
      socket: null,
      listen: [],
      ...more,
    }),
    close() {
      host.close()
      rmSync(folder, { recursive: true })
    },
  }
}

/** Waits until `find` finds something, at most ten seconds. */
export async function until<T>(find: () => T | undefined | null | false): Promise<T> {
  const deadline = Date.now() + 10_000
  for (;;) {
    const found = find()
    if (found !== undefined && found !== null && found !== false) return found
    if (Date.now() > deadline) throw new Error(`waited in vain for ${find}`)
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}

/** Open descriptors of this process, those included that the addon keeps from its loading on. */
export function openFiles(): number {
  loadAddon()
  return readdirSync('/proc/self/fd').length
}
