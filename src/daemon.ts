// Before all others, so that it is evaluated first.
import './daemon/early-signals.js'
import { existsSync } from 'node:fs'
import { parseSupervisordOptions } from './cli/supervisord-options.js'
import { supervisordUsage, usageError } from './cli/usage.js'
import { complaint, remarks } from './daemon/complaints.js'
import { convergeMode, createLoad, exposure, overrule } from './daemon/configuration.js'
import { hearSignals } from './daemon/early-signals.js'
import { readHandover } from './daemon/handover.js'
import { findKeptRollback } from './daemon/kept-rollback.js'
import { findLastGood } from './daemon/last-good.js'
import { startPrivate } from './daemon/private.js'
import { startDaemon } from './daemon/start.js'
import { statePlace } from './daemon/state.js'
import { checkTakeOver, currentFolder, enterFolder } from './daemon/take-over.js'
import { findConfig, ROOT_SEARCH_WARNING } from './desired/search.js'
import { daemonize, isDaemonChild, reportFailure } from './host/daemonize.js'
import { hostFiles } from './host/files.js'
import { loadAddon, NativePartError } from './host/native/load.js'
import { homeFolder } from './host/own-account.js'
import { privateFolder } from './host/private-daemon.js'
import { type Handed, takeHanded } from './host/replace.js'
import { createUsers } from './host/users.js'
import { VERSION } from './model/version.js'

/** Exit status of every mistake in command line or configuration, as in the original. */
const EXIT_USAGE = 2

/** Of a start that fails where the original does not expect it, and ends with a traceback. */
const EXIT_CRASH = 1

/** The name under which people started us; usage texts tell them to use it again. */
const program = process.argv[1] ?? 'supervisord'

/** Set when a version before us makes room for us. */
const handed = takeHanded()

/** Ends a start that cannot be: in the background the waiting command prints it for us. */
function refuse(text: string, code = EXIT_USAGE): never {
  if (isDaemonChild()) reportFailure(text, code)
  else process.stderr.write(text)
  process.exit(code)
}

async function main(): Promise<void> {
  const folder = privateFolder()
  if (folder !== null) {
    const started = await startPrivate(folder, hearSignals)
    if (!started.ok) refuse(`${started.error}\n`, EXIT_CRASH)
    return
  }
  if (handed !== null) {
    await takePlace(handed)
    return
  }
  const parsed = parseSupervisordOptions(process.argv.slice(2), { files: hostFiles, home: homeFolder() })
  if (!parsed.ok) refuse(usageError(program, parsed.classic))
  const { options } = parsed
  if (options.help) {
    process.stdout.write(supervisordUsage(program))
    return
  }
  if (options.version) {
    process.stdout.write(`${VERSION}\n`)
    return
  }

  if (options.config === null && process.getuid?.() === 0 && !isDaemonChild()) {
    process.stderr.write(`${ROOT_SEARCH_WARNING}\n`)
  }
  const found = options.config === null ? findConfig({ argv0: program, exists: existsSync }) : null
  if (found?.ok === false) refuse(usageError(program, found.classic))
  const file = found?.file ?? options.config ?? ''

  const users = createUsers()
  const load = createLoad(file, options, users)
  const read = load()
  const toTheLetter = convergeMode(options) === 'manual' && !process.stderr.isTTY
  const place = statePlace(file, options, read.ok ? read.value : null)
  const lastGood = read.ok ? null : findLastGood(place, file, options.bootLastGood, read.errors, users)
  const rollback = read.ok ? findKeptRollback(place, read.value, users) : null
  const config = rollback?.config ?? (read.ok ? read.value : lastGood && overrule(lastGood.config, options))
  if (config === null || exposure(config).length > 0)
    refuse(complaint(program, read.ok ? [] : read.errors, toTheLetter))
  if (lastGood !== null && !isDaemonChild()) process.stderr.write(`${lastGood.banner.join('\n')}\n`)
  if (process.stderr.isTTY) process.stderr.write(remarks(read.warnings))

  loadAddon() // what cannot be loaded is told of before anything is begun
  if (!config.daemon.nodaemon && !isDaemonChild()) await daemonize(process.argv.slice(2))
  const started = await startDaemon({
    config,
    load,
    users,
    hearSignals,
    statePlace: place,
    ...(lastGood ? { lastGood } : {}),
    ...(rollback ? { rollback } : {}),
    background: isDaemonChild(),
    directory: currentFolder(),
    program,
  })
  if (!started.ok && started.crash) refuse(`error: ${started.error}\n`, EXIT_CRASH)
  if (!started.ok)
    refuse(usageError(program, started.error) + (started.detail && !toTheLetter ? `${started.detail}\n` : ''))
}

/** Goes on where the version before us stands, or only says whether we could. */
async function takePlace(handed: Handed): Promise<void> {
  const read = readHandover(handed.text)
  if (!read.ok) refuse(`${read.reason}\n`, EXIT_CRASH)
  loadAddon() // also for a check, which uses nothing of it
  const { handover } = read
  const leave = enterFolder(handover.directory)
  const parsed = parseSupervisordOptions(process.argv.slice(2), { files: hostFiles, home: homeFolder() })
  if (!parsed.ok) refuse(usageError(program, parsed.classic))
  const users = createUsers()
  const { initial } = handover.control
  const load = createLoad(initial.file, parsed.options, users)
  if (handed.check) {
    const checked = checkTakeOver(handover, load())
    if (!checked.ok) refuse(`${checked.reason}\n`, EXIT_CRASH)
    process.stdout.write(`${checked.answer}\n`)
    return
  }
  leave()
  const started = await startDaemon({
    config: initial,
    load,
    users,
    hearSignals,
    statePlace: handover.statePlace,
    background: handover.background,
    directory: handover.directory,
    program: handover.program,
    taken: { handover, handed },
  })
  if (!started.ok) refuse(`${started.error}\n`, EXIT_CRASH)
}

// Before we have taken the place, the version before us can come back: it does when we end.
void main().catch((error: unknown) => {
  if (error instanceof NativePartError) refuse(`Error: ${error.message}\n`)
  if (handed === null) throw error
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
  process.exit(EXIT_CRASH)
})
