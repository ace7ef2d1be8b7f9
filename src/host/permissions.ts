import { accessSync, constants, statSync } from 'node:fs'
import type { Permissions } from '../model/ports.js'
import { errnoOf } from './native/errno.js'

/** Who may write to the files of this machine, as the user that we are. */
export const hostPermissions: Permissions = {
  get uid() {
    return process.getuid?.() ?? 0
  },
  of(path) {
    try {
      const { mode, uid } = statSync(path)
      return { mode: isReadOnly(path) ? mode & ~0o222 : mode, uid }
    } catch {
      return null
    }
  },
}

/** Kubernetes mounts configuration in folders that look open to everyone, but read-only. */
function isReadOnly(path: string): boolean {
  try {
    accessSync(path, constants.W_OK)
    return false
  } catch (error) {
    return errnoOf(error) === 'EROFS'
  }
}
