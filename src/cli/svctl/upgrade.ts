import type { UpgradeDocument } from '../../api/json/upgrade.js'
import type { UpgradePhase } from '../../model/upgrade.js'
import { tellConditions } from './conditions.js'
import { type Context, emit, expect, isStructured } from './context.js'
import { EXIT, type ExitCode } from './exit.js'
import { printable } from './paint.js'

/** How often the daemon is asked how far it has come, ms. */
const ASK_MS = 50
/** How long is waited when nothing else is said, ms. */
const WAIT_MS = 60_000

/** `svctl upgrade`: lets the installed version take the daemon's place, and waits until it has. */
export async function upgrade(context: Context): Promise<ExitCode> {
  const { client, terminal, options } = context
  const asked = await expect(context, 'svctl.upgrade/v1', await client.post('upgrade', {}))
  if (!asked.ok) return asked.exit
  const { serial } = asked.document
  const giveUpMs = terminal.monotonicMs() + options.flags.ms('--timeout', WAIT_MS)
  let last = asked.document
  while (isUnderWay(last.phase) || last.serial !== serial) {
    if (terminal.interrupted.aborted) return EXIT.interrupted
    if (terminal.monotonicMs() >= giveUpMs) {
      await show(context, last, `it is still ${last.phase} after ${options.flags.ms('--timeout', WAIT_MS) / 1000} s`)
      return EXIT.timeout
    }
    await terminal.sleep(ASK_MS)
    const answer = await client.get('upgrade')
    // Connections end with the version that had them.
    if (answer.kind === 'unreachable') continue
    const got = await expect(context, 'svctl.upgrade/v1', answer)
    if (!got.ok) return got.exit
    last = got.document
  }
  return conclude(context, last)
}

async function conclude(context: Context, document: UpgradeDocument): Promise<ExitCode> {
  const { phase, from, to, gapMs, processes, reason, version } = document
  if (phase === 'done') {
    await show(
      context,
      document,
      `version ${version} has taken over from ${from} in ${gapMs} ms, ${processes} processes`,
    )
    await warnOfFile(context)
    return EXIT.yes
  }
  if (isStructured(context)) await emit(context, document)
  const what = phase === 'fell-back' ? `version ${to} did not come up, ${version} goes on` : 'not upgraded'
  context.terminal.err(`${context.errPaint.red('svctl:')} ${printable(`${what}: ${reason}`)}\n`)
  return EXIT.refused
}

/** A file that both versions cannot use is no reason to stay with the older one, but to be told of. */
async function warnOfFile(context: Context): Promise<void> {
  const answer = await context.client.get('status')
  if (answer.kind !== 'document' || answer.document.schema !== 'svctl.status/v1') return
  const { atWallMs, conditions } = answer.document
  const ofFile = conditions.filter(({ type }) => type === 'ConfigInvalid' || type === 'BootedLastGood')
  if (ofFile.length === 0) return
  context.terminal.err('svctl: warning: the file cannot be used as it is now, what was accepted before goes on\n')
  await tellConditions(context, { atWallMs, conditions: ofFile })
}

async function show(context: Context, document: UpgradeDocument, text: string): Promise<void> {
  if (isStructured(context)) await emit(context, document)
  else context.terminal.out(`${printable(text)}\n`)
}

function isUnderWay(phase: UpgradePhase): boolean {
  return phase === 'checking' || phase === 'changing'
}
