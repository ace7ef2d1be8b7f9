import { FIELDS } from '../config/fields.js'
import { expandHome, user } from '../config/values.js'
import type { DaemonSpec, ExitCause } from '../model/config.js'
import { readDaemonLines } from './lines.js'
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
    ...cgroupPlace(reader),
    ...(logfile === FIELDS.supervisord.logfile.default ? { logfileIsDefault: true } : {}),
    ...(reader.value('on_daemon_death') === 'keep' ? { onDaemonDeath: 'keep' } : {}),
    ...readDaemonLines(reader),
    ...readExit(reader),
  }
}

/** When the daemon ends by itself, and how long that may take. */
function readExit(reader: SectionReader<'supervisord'>): Pick<DaemonSpec, 'exitOn' | 'shutdownTimeoutSecs'> {
  const causes = reader.value('exit_on')
  const bad = causes.find((word) => word !== 'none' && !EXIT_CAUSES.some((cause) => cause === word))
  if (bad !== undefined)
    reader.error('exit_on', {
      code: 'CONFIG_BAD_WORD',
      message: `Cannot use ${JSON.stringify(bad)} for exit_on`,
      help: `write ${EXIT_CAUSES.join(', ')}, several of them with commas, or none`,
    })
  else if (causes.includes('none') && causes.length > 1)
    reader.error('exit_on', {
      code: 'CONFIG_CONTRADICTION',
      message: `exit_on says none and ${causes.filter((word) => word !== 'none').join(', ')}`,
      help: 'write none, or what ends the daemon',
    })
  const exitOn = EXIT_CAUSES.filter((cause) => causes.includes(cause))
  const seconds = reader.value('shutdown_timeout')
  if (seconds !== null && seconds < 0)
    reader.error('shutdown_timeout', {
      code: 'CONFIG_OUT_OF_RANGE',
      message: `Cannot use ${seconds} for shutdown_timeout: it is below 0`,
      help: 'write the seconds a shutdown may take',
    })
  return {
    ...(String(causes) === FIELDS.supervisord.exit_on.default ? {} : { exitOn }),
    ...(seconds === null ? {} : { shutdownTimeoutSecs: seconds }),
  }
}

const EXIT_CAUSES: readonly ExitCause[] = ['fatal', 'essential', 'all-exited']

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

function cgroupPlace(reader: SectionReader<'supervisord'>): Pick<DaemonSpec, 'cgroup'> {
  const place = reader.value('cgroup')
  if (place === 'auto') return {}
  if (place !== 'none' && !place.startsWith('/'))
    reader.error('cgroup', {
      code: 'CONFIG_BAD_PATH',
      message: `Cannot use ${JSON.stringify(place)} as the place of cgroups`,
      help: 'write auto, none, or an absolute path below /sys/fs/cgroup',
    })
  return { cgroup: place }
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
