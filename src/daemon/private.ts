import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { endWithStarter, PRIVATE_CONFIG } from '../host/private-daemon.js'
import { createUsers } from '../host/users.js'
import type { Config } from '../model/config.js'
import type { SignalTarget } from './signals.js'
import { type Started, startDaemon } from './start.js'
import { NO_STATE } from './state.js'

/**
 * Brings up the daemon of one `svctl check --run`: on a configuration that was read and prepared by svctl, for as long
 * as svctl holds our standard input open.
 *
 * @param folder - has the configuration and gets everything else; removed at the end
 */
export async function startPrivate(folder: string, hearSignals: (target: SignalTarget) => void): Promise<Started> {
  endWithStarter(folder, () => process.kill(process.pid, 'SIGTERM'))
  const config = JSON.parse(readFileSync(join(folder, PRIVATE_CONFIG), 'utf8')) as Config
  const { daemon } = config
  // As a daemon in the background would: that is what the programs are written for.
  if (!daemon.nodaemon) {
    if (daemon.directory !== null) process.chdir(daemon.directory)
    process.umask(daemon.umask)
  }
  const load = () => ({ ok: true, value: config, warnings: [] }) as const
  return startDaemon({
    config,
    load,
    users: createUsers(),
    hearSignals,
    background: false,
    directory: folder,
    program: process.argv[1] ?? '',
    statePlace: NO_STATE,
  })
}
