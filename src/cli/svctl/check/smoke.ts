import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type PrivateDaemon, startPrivateDaemon } from '../../../host/private-daemon.js'
import { createUsers } from '../../../host/users.js'
import { displayName } from '../../../model/names.js'
import type { ProcessSpec } from '../../../model/spec.js'
import { connectDaemon } from '../connect.js'
import type { Context } from '../context.js'
import { type Choice, choose } from './choose.js'
import { isolate, socketIn } from './isolate.js'
import { lastLines } from './last-lines.js'
import { makeScratch, removeScratch } from './scratch.js'
import type { SmokeProcess, SmokeReport } from './smoke-report.js'
import { readForSmoke } from './smoke-source.js'
import { createTrial, type Trial } from './trial.js'

const TIMEOUT_MS = 60_000
const STABLE_MS = 5_000
const POLL_MS_MIN = 50
const POLL_MS_MAX = 500

/**
 * `svctl check --run`: starts everything in a daemon of its own, waits until it is up and stays so, stops it all again.
 *
 * The configuration is read here, with `--set` applied, and handed on as it was understood: relative paths, includes and
 * variables mean what they mean to a real daemon that is started in this folder and environment.
 *
 * @param file - as the user named it
 */
export async function smoke(context: Context, file: string): Promise<SmokeReport> {
  const { flags } = context.options
  const users = createUsers()
  const read = readForSmoke(file, flags.texts('--set'), context.terminal, users)
  if (read.kind !== 'read') return read
  const specs = read.config.groups.flatMap(({ processes }) => processes)
  const choice = choose(flags.texts('--only'), specs)
  if (!choice.ok) return { kind: 'usage', message: choice.message }

  const uid = process.getuid?.() ?? 0
  const scratch = makeScratch((folder) => isolate(read.config, { folder, uid, starts: choice.has }), users)
  if (!scratch.ok) return { kind: 'failed', message: scratch.message }
  const { folder, config } = scratch
  const daemon = startPrivateDaemon(join(dirname(fileURLToPath(import.meta.url)), 'supervisord.js'), folder)
  try {
    const patience = { timeoutMs: flags.ms('--timeout', TIMEOUT_MS), stableMs: flags.ms('--stable', STABLE_MS) }
    const trial = createTrial(new Map(specs.filter(choice.has).map((spec) => [nameOf(spec), spec])), patience)
    const stopped = await watch(context, daemon, socketIn(folder), trial)
    if (stopped !== null) return stopped
    const moved = config.groups.flatMap(({ processes }) => processes)
    const processes = specs.map((spec, i) => reportOn(spec, moved[i] ?? spec, choice, trial))
    return { kind: 'ran', ok: processes.every(({ result }) => result !== 'failed'), processes }
  } finally {
    await daemon.stop()
    removeScratch(folder)
  }
}

/** Follows the private daemon until the trial is over. @returns what came between, `null` for nothing */
async function watch(
  { terminal, options }: Context,
  daemon: PrivateDaemon,
  socket: string,
  trial: Trial,
): Promise<SmokeReport | null> {
  const ours = { ...options, server: `unix://${socket}`, clientConfig: null, username: null, password: null }
  const { client, close } = connectDaemon(ours, { ...terminal, env: {} })
  const beganMs = terminal.monotonicMs()
  try {
    for (let pollMs = POLL_MS_MIN; ; pollMs = Math.min(POLL_MS_MAX, pollMs * 1.2)) {
      const answer = await client.get('status')
      if (terminal.interrupted.aborted) return { kind: 'interrupted' }
      const how = daemon.ended()
      if (how !== null) return { kind: 'failed', message: daemon.errors() || `the private daemon ended: ${how}` }
      const nowMs = Math.round(terminal.monotonicMs() - beganMs)
      const there = answer.kind === 'document' && answer.document.schema === 'svctl.status/v1'
      if (there) trial.look(answer.document.processes, nowMs)
      const restMs = trial.endMs() - nowMs
      if (restMs <= 0 && there) return null
      if (restMs <= 0) return { kind: 'failed', message: `the private daemon did not answer within ${nowMs} ms` }
      await terminal.sleep(Math.min(pollMs, restMs))
      if (terminal.interrupted.aborted) return { kind: 'interrupted' }
    }
  } finally {
    close()
  }
}

/** @param moved - the same process as the private daemon has it */
function reportOn(
  spec: ProcessSpec,
  moved: ProcessSpec,
  choice: Extract<Choice, { ok: true }>,
  trial: Trial,
): SmokeProcess {
  const of = { name: nameOf(spec), program: spec.program }
  if (!choice.has(spec)) return { ...of, result: 'not-started', detail: choice.whyNot, durationMs: 0, stderrTail: [] }
  const { result, detail, atMs } = trial.verdict(of.name)
  // The kernel lets only root change users; most of what a smoke test finds does not depend on it.
  const note = moved.uid === spec.uid ? [] : [`ran as the user of this test, not as uid ${spec.uid}`]
  return {
    ...of,
    result,
    detail: [...(detail === '' ? [] : [detail]), ...note].join('; '),
    durationMs: atMs,
    stderrTail: result === 'failed' ? lastLines(moved) : [],
  }
}

function nameOf({ group, name }: ProcessSpec): string {
  return displayName(group, name)
}
