import { hostFiles } from '../../../host/files.js'
import type { Files } from '../../../model/ports.js'

/**
 * The files of this machine, where folders that are missing count as there: what a configuration is asked for are the
 * folders of logs, pid files and sockets, all of which a smoke test has elsewhere. `check --host` wants to see them.
 */
export const withLogFolders: Files = { ...hostFiles, kind: (path) => hostFiles.kind(path) ?? 'directory' }
