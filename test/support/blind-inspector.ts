import type { Inspector } from '../../src/model/ports.js'

/** Sees nothing: for worlds whose processes are no real ones. */
export const BLIND_INSPECTOR: Inspector = {
  defaults: { uid: 0, directory: '/', openFiles: 1024 },
  usage: () => null,
  live: () => null,
  realPath: (path) => path,
  processes: () => [],
  pids: () => [],
  relative: () => null,
  children: () => [],
  marks: () => null,
}
