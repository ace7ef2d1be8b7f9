import type { DaemonSpec } from '../model/config.js'
import type { Log } from '../model/ports.js'
import { reprString } from '../model/python.js'

/** What is left to do of becoming a daemon: its folder and umask. @see spec/processes.md section 11, step 9 */
export function enterBackground(daemon: DaemonSpec, log: Log): void {
  log.write('info', 'daemonizing the supervisord process')
  if (daemon.directory !== null) {
    try {
      process.chdir(daemon.directory)
      log.write('info', `set current directory: ${reprString(daemon.directory)}`)
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error)
      log.write('critical', `can't chdir into ${reprString(daemon.directory)}: ${text}`)
    }
  }
  process.umask(daemon.umask)
}
