import { closeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Servers } from '../api/servers.js'
import type { Control } from '../control/control.js'
import type { HostClock } from '../host/clock.js'
import type { ProcessHost } from '../host/processes.js'
import {
  checkCommand,
  keepText,
  type OwnFiles,
  type ProgramStart,
  removeCopy,
  replaceProgram,
} from '../host/replace.js'
import type { Log } from '../model/ports.js'
import { UPGRADE_CHECK_MS, type Upgrader, type UpgradeView } from '../model/upgrade.js'
import { VERSION } from '../model/version.js'
import { descriptorsOf, FORMAT, type Handover } from './handover.js'
import type { StatePlace } from './state.js'

/** What replacing this program works with. */
export interface UpgradeDeps {
  readonly clock: HostClock
  readonly log: Log
  readonly host: ProcessHost
  readonly control: Control
  readonly servers: Servers
  readonly files: OwnFiles
  readonly start: ProgramStart
  /** See `Handover`. */
  readonly directory: string
  readonly background: boolean
  readonly pids: readonly number[]
  readonly statePlace: StatePlace
}

/** Turns of the event loop in which everything that has happened has come to rest. */
const TURNS_MAX = 100

/** What a version answers that could take over. */
export interface CheckAnswer {
  readonly version: string
}

/**
 * Makes what replaces this program by the installed version.
 *
 * @param before - how the replacement came out that brought us here
 */
export function createUpgrader(before: UpgradeView, deps: () => UpgradeDeps): Upgrader {
  let view = before

  const note = (change: Partial<UpgradeView>) => {
    view = { ...view, ...change, atWallMs: deps().clock.wallMs() }
  }

  async function run(): Promise<void> {
    const { log } = deps()
    note({
      phase: 'checking',
      serial: view.serial + 1,
      from: VERSION,
      to: null,
      gapMs: null,
      processes: null,
      reason: '',
    })
    const reason = await replace().catch((error: unknown) => (error instanceof Error ? error.message : String(error)))
    note({ phase: 'refused', reason })
    log.write('error', `not replaced by the installed version, everything goes on: ${reason}`)
  }

  /** @returns why it was not done; when it was, nobody is there to return to */
  async function replace(): Promise<string> {
    const { log, host, control, servers, files, start, statePlace } = deps()
    const checked = await check()
    if (!checked.ok) return checked.reason
    const copy = files.copy([...(statePlace.directory === null ? [] : [statePlace.directory]), tmpdir()])
    if (!copy.ok) return copy.reason
    const { folder } = copy
    note({ phase: 'changing', to: checked.version })
    log.write('info', `version ${checked.version} takes over from version ${VERSION}`)
    await control.stored()
    const sockets = await servers.pause()
    const pausedAtMs = deps().clock.monotonicMs()
    host.pause()
    const reason =
      sockets === null
        ? 'there are no descriptors left'
        : ((await quiet()) ?? exchange({ ...handover(), folder, pausedAtMs, servers: sockets }, start))
    host.resume()
    if (sockets !== null) await servers.resume()
    removeCopy(folder)
    return reason
  }

  /** Waits until what has happened has been dealt with. @returns why that cannot be waited for */
  async function quiet(): Promise<string | null> {
    const { host, control } = deps()
    for (let turn = 0; turn < TURNS_MAX; turn++) {
      await nextTurn()
      if (control.operator.state() !== 'RUNNING') return 'the daemon is shutting down'
      if (turn > 0 && host.idle()) return null
    }
    return 'the daemon is too busy'
  }

  function exchange(all: Handover, start: ProgramStart): string {
    const kept = keepText(JSON.stringify(all))
    if (!kept.ok) return kept.text
    const failure = replaceProgram(start, kept.value, [...descriptorsOf(all), kept.value], all.folder)
    closeSync(kept.value)
    return failure
  }

  function handover(): Handover {
    const { clock, control, host, start, directory, background, pids, statePlace } = deps()
    return {
      format: FORMAT,
      version: VERSION,
      program: start.program,
      directory,
      background,
      pids,
      frozenMs: clock.frozenMs(),
      statePlace,
      upgrade: view,
      pausedAtMs: 0,
      folder: '',
      control: control.state(),
      host: host.state(),
      servers: [],
    }
  }

  /** Lets the installed version try to understand what it would be handed. */
  async function check(): Promise<
    { readonly ok: true; readonly version: string } | { readonly ok: false; readonly reason: string }
  > {
    const { host, start } = deps()
    const kept = keepText(JSON.stringify(handover()))
    if (!kept.ok) return { ok: false, reason: kept.text }
    const result = await host.run({ ...checkCommand(start), fds: [kept.value], timeoutMs: UPGRADE_CHECK_MS })
    closeSync(kept.value)
    if (!result.ok) return { ok: false, reason: `the installed version cannot be tried: ${result.error}` }
    const { status, output } = result
    const answer = status.code === 0 ? readAnswer(output) : null
    if (answer !== null) return { ok: true, version: answer.version }
    const how = status.signal === null ? `status ${status.code}` : `signal ${status.signal}`
    return { ok: false, reason: `the installed version says no (${how}): ${gistOf(output)}` }
  }

  return {
    start() {
      const busy = view.phase === 'checking' || view.phase === 'changing'
      if (busy || deps().control.operator.state() !== 'RUNNING') return false
      void run()
      return true
    },
    view: () => view,
  }
}

/** The line of a crash or complaint that says most. */
function gistOf(output: string): string {
  const lines = output.split('\n').filter((line) => line.trim() !== '')
  return lines.find((line) => /^\w*Error\b/.test(line)) ?? lines.at(0) ?? 'it said nothing'
}

function readAnswer(output: string): CheckAnswer | null {
  try {
    const value = JSON.parse(output.trim().split('\n').at(-1) ?? '') as Partial<CheckAnswer>
    return typeof value.version === 'string' ? { version: value.version } : null
  } catch {
    // An older version that does not know the question starts as usual or complains: either way it cannot take over.
    return null
  }
}
