import { expandHome, user } from '../config/values.js'
import type { DaemonSpec } from '../model/config.js'
import { absolutePath } from './paths.js'
import type { Reading } from './reading.js'
import type { SectionReader } from './section.js'

/**
 * `[supervisord]` to the spec of the daemon.
 *
 * Log and pid file come out absolute, except for the word `syslog`; other paths keep their form with `~` filled in.
 * Options are read in Supervisor's order, since the first mistake is the one it reports.
 */
export function readDaemon(reader: SectionReader<'supervisord'>, { request }: Reading): DaemonSpec {
  const { cwd, home } = request
  const absolute = (path: string) => absolutePath(expandHome(path, home), cwd)
  const minfds = reader.value('minfds')
  const minprocs = reader.value('minprocs')
  const directory = reader.value('directory')
  const owner = reader.text('user')
  const umask = reader.value('umask')
  const logfile = reader.value('logfile')
  const logBytesMax = reader.value('logfile_maxbytes')
  const logBackups = reader.value('logfile_backups')
  const logLevel = reader.value('loglevel')
  const pidfile = reader.value('pidfile')
  return {
    logfile: logfile === 'syslog' ? logfile : absolute(logfile),
    logBytesMax,
    logBackups,
    logLevel,
    pidfile: absolute(pidfile),
    umask,
    directory,
    user: owner,
    minfds,
    minprocs,
    identifier: reader.value('identifier'),
    nodaemon: reader.value('nodaemon'),
    silent: reader.value('silent'),
    childlogdir: reader.value('childlogdir'),
    nocleanup: reader.value('nocleanup'),
    stripAnsi: reader.value('strip_ansi'),
    environment: reader.environment('environment'),
    converge: {
      mode: reader.value('converge'),
      settleMs: atLeast(reader, 'settle_ms', 0),
      maxRemovePercent: atLeast(reader, 'max_remove', 0),
    },
    state: {
      directory: stateDirectory(reader.text('state_directory'), absolute),
      revisionsMax: atLeast(reader, 'revisions_max', 2),
      bootLastGood: reader.value('boot_last_good'),
      rememberHolds: reader.value('remember_holds'),
    },
  }
}

/**
 * Checks the user the daemon is to become. Supervisor does so once all else has been read.
 *
 * @see Supervisor options.py, ServerOptions.realize
 */
export function checkDaemonUser(reader: SectionReader<'supervisord'>, name: string | null, { users }: Reading): void {
  if (name === null) return
  const found = user(name, users)
  if (found.ok) return
  reader.error('user', {
    code: 'CONFIG_UNKNOWN_USER',
    message: `Cannot find the user to run as: ${JSON.stringify(name)}`,
    help: `write ${found.wanted}`,
    classic: found.classic,
  })
}

function stateDirectory(text: string | null, absolute: (path: string) => string): string | null {
  if (text === null || text === '') return null
  return text === 'none' ? text : absolute(text)
}

function atLeast(
  reader: SectionReader<'supervisord'>,
  name: 'settle_ms' | 'max_remove' | 'revisions_max',
  least: number,
): number {
  const number = reader.value(name)
  if (number < least)
    reader.error(name, {
      code: 'CONFIG_OUT_OF_RANGE',
      message: `Cannot use ${number} for ${name}: it is below ${least}`,
      help: `write ${least} or more`,
      classic: `${number} is below lower bound (${least})`,
    })
  return number
}
