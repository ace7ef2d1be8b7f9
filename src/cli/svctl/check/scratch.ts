import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PRIVATE_CONFIG } from '../../../host/private-daemon.js'
import type { Config } from '../../../model/config.js'
import type { Users } from '../../../model/ports.js'

/** The folder of a private daemon with its configuration in it, or why there is none. */
export type Scratch =
  | { readonly ok: true; readonly folder: string; readonly config: Config }
  | { readonly ok: false; readonly message: string }

/** Longest folder whose sockets still have names that the kernel takes (107 bytes). */
const FOLDER_BYTES_MAX = 90
const PREFIX = 'svctl-check-'
/** What `mkdtemp` adds, and the slash. */
const ADDED_BYTES = PREFIX.length + 7

/**
 * Makes a folder that only we and the daemon can look into.
 *
 * @param configFor - the configuration of a daemon in that folder
 */
export function makeScratch(configFor: (folder: string) => Config, users: Users): Scratch {
  const parent = Buffer.byteLength(tmpdir()) + ADDED_BYTES > FOLDER_BYTES_MAX ? '/tmp' : tmpdir()
  let folder: string | null = null
  try {
    folder = mkdtempSync(join(parent, PREFIX))
    const config = configFor(folder)
    writeFileSync(join(folder, PRIVATE_CONFIG), JSON.stringify(config), { mode: 0o600 })
    // The daemon will become this user before it writes anything.
    const owner = config.daemon.user === null ? null : users.user(config.daemon.user)
    if (owner !== null) chownSync(folder, owner.uid, owner.gid)
    return { ok: true, folder, config }
  } catch (error) {
    if (folder !== null) removeScratch(folder)
    const why = error instanceof Error ? error.message : String(error)
    return { ok: false, message: `cannot make a folder for the test below ${parent}: ${why}` }
  }
}

/** Removes it if it is still there. */
export function removeScratch(folder: string): void {
  rmSync(folder, { recursive: true, force: true })
}
