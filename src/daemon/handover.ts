import type { HandedSocket } from '../api/sockets.js'
import { type ControlState, readControlState } from '../control/control-state.js'
import type { HostState } from '../host/host-state.js'
import type { UpgradeView } from '../model/upgrade.js'
import type { StatePlace } from './state.js'

/**
 * Everything that one program hands to the version that takes its place: plain JSON, with numbers of open descriptors.
 * A version reads the format of its own and of all versions before it.
 */
export interface Handover {
  readonly format: typeof FORMAT
  /** Of the one that wrote it. */
  readonly version: string
  /** Path of the bundle, as it was started. */
  readonly program: string
  /** The folder it was started in. */
  readonly directory: string
  /** Whether it was started in the background. */
  readonly background: boolean
  /** See `variablesForUs`; absent where an older version wrote it. */
  readonly pids?: readonly number[]
  /** What its clock does not count; absent where an older version wrote it. */
  readonly frozenMs?: number
  readonly statePlace: StatePlace
  readonly upgrade: UpgradeView
  /** When it stopped reading, ms of the monotonic clock, which goes on. */
  readonly pausedAtMs: number
  /** With the copy of the one that wrote it. */
  readonly folder: string
  readonly control: ControlState
  readonly host: HostState
  readonly servers: readonly HandedSocket[]
}

export const FORMAT = 1

/** Every descriptor that is handed over. */
export function descriptorsOf({ host, servers }: Pick<Handover, 'host' | 'servers'>): readonly number[] {
  const ofChildren = host.children.flatMap(({ streams, stdin }) => [...streams.map(({ read }) => read), stdin?.fd])
  const ofLogs = host.logs.map(({ fd }) => fd)
  const others = [...host.lingering, ...host.sockets.map(({ fd }) => fd), ...servers.map(({ fd }) => fd)]
  const ofGuard = [host.guard?.table, host.guard?.process?.pipe]
  const all = [0, 1, 2, ...ofChildren, ...ofLogs, ...others, ...ofGuard]
  return [...new Set(all.filter((fd): fd is number => typeof fd === 'number'))]
}

/** Reads what another version wrote. @returns why it cannot be understood */
export function readHandover(
  text: string,
): { readonly ok: true; readonly handover: Handover } | { readonly ok: false; readonly reason: string } {
  let value: Handover
  try {
    value = JSON.parse(text) as Handover
  } catch (error) {
    return { ok: false, reason: `what was handed over is no JSON: ${String(error)}` }
  }
  if (value.format !== FORMAT) {
    return { ok: false, reason: `format ${value.format} of ${value.version} is not known to this version` }
  }
  const control = readControlState(value.control)
  if (control === null) return { ok: false, reason: 'the configuration that was handed over cannot be understood' }
  return { ok: true, handover: { ...value, control } }
}
