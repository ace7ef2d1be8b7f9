import { spawn } from 'node:child_process'
import { closeSync, openSync, readSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { passFileLimit } from './limits.js'
import { killRemains } from './remains.js'

/*
 * A private daemon runs for one `svctl check --run` and lives as long as its standard input is open: whoever started it
 * and dies, in whatever way, takes it along. Both sides of that are here. The starting side uses `node:child_process`:
 * it is a client, which has no other children and reaps nothing itself.
 */

/** Tells supervisord that it is a private daemon, and its folder. Never passed on to children. */
const FOLDER_VARIABLE = 'SVCTL_PRIVATE'

/** Everything started by a private daemon inherits this; the value is the folder. */
const MARK_VARIABLE = 'SUPERVISOR_CHECK_RUN'

/** Name of the configuration in the folder: a `Config` as JSON. */
export const PRIVATE_CONFIG = 'config.json'
const ERRORS = 'stderr'
const ERRORS_BYTES_MAX = 4096

/** How long stopping may take before everything is killed, ms. */
export const PRIVATE_STOP_MS_MAX = 30_000
/** Beyond that the daemon itself is given up, ms. */
const GRACE_MS = 3_000

/** A private daemon as its starter sees it. */
export interface PrivateDaemon {
  /** How it ended by itself; `null` while it runs. */
  ended(): string | null
  /** The beginning of what it wrote to standard error. Not after `stop`. */
  errors(): string
  /** Lets it stop its processes, in order, and waits until all is gone: processes, and the folder. */
  stop(): Promise<void>
}

/**
 * Starts supervisord on the configuration in `folder`.
 *
 * @param program - absolute path of the bundle
 * @param folder - absolute, ours alone; it is gone after `stop`
 */
export function startPrivateDaemon(program: string, folder: string): PrivateDaemon {
  const errors = openSync(join(folder, ERRORS), 'wx+', 0o600)
  const child = spawn(process.execPath, [...process.execArgv, program], {
    // Its own session: what a terminal sends to the foreground is for us to decide on.
    detached: true,
    stdio: ['pipe', 'ignore', errors],
    env: {
      ...withoutOurs(process.env),
      [FOLDER_VARIABLE]: folder,
      [MARK_VARIABLE]: folder,
      ...passFileLimit(process.env),
    },
  })
  let ended: string | null = null
  const end = new Promise<void>((resolve) => {
    const settle = (how: string) => {
      ended ??= how
      resolve()
    }
    child.on('error', (error) => settle(error.message))
    child.on('exit', (code, signal) => settle(signal ?? `exit status ${code}`))
  })
  child.stdin?.on('error', () => {}) // it ended before us

  return {
    ended: () => ended,
    errors() {
      // By descriptor: a daemon that ends takes the file along.
      const buffer = Buffer.alloc(ERRORS_BYTES_MAX)
      return buffer.toString('utf8', 0, readSync(errors, buffer, 0, buffer.length, 0)).trim()
    },
    async stop() {
      child.stdin?.end()
      const giveUp = setTimeout(() => child.kill('SIGKILL'), PRIVATE_STOP_MS_MAX + GRACE_MS)
      await end
      clearTimeout(giveUp)
      closeSync(errors)
      removePrivate(folder, null)
    },
  }
}

/** What steers a real daemon is not meant for this one. */
function withoutOurs(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const ours = (name: string) => name.startsWith('SVCTL_') || name === 'NOTIFY_SOCKET'
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !ours(name)))
}

/** The folder of the private daemon that this process is to be; `null` for a daemon like any other. */
export function privateFolder(): string | null {
  const folder = process.env[FOLDER_VARIABLE] ?? null
  delete process.env[FOLDER_VARIABLE]
  return folder
}

/**
 * Makes this private daemon end with its starter: `stop` is called once standard input closes, and if that takes too
 * long everything is killed. However it ends, it leaves nothing behind.
 */
export function endWithStarter(folder: string, stop: () => void): void {
  process.on('exit', () => removePrivate(folder, process.pid))
  const abandoned = () => {
    stop()
    setTimeout(() => process.exit(1), PRIVATE_STOP_MS_MAX)
  }
  process.stdin
    .once('close', abandoned)
    .on('error', () => {})
    .resume()
}

/** Kills what is left of a private daemon's processes and removes its folder. @param ancestor - see `killRemains` */
function removePrivate(folder: string, ancestor: number | null): void {
  killRemains(`${MARK_VARIABLE}=${folder}`, ancestor)
  rmSync(folder, { recursive: true, force: true })
}
