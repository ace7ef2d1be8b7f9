// Runs one scenario against one pair of commands and returns a transcript:
// a list of { title, lines } that holds only what must not differ.
import * as fs from 'node:fs'
import { applyModifiers } from './normalise.mjs'
import { Run } from './run.mjs'
import { VERBS } from './verbs.mjs'

/** cmds: { supervisord, supervisorctl, masks } -> { transcript, failed } */
export async function runScenario(scenario, cmds, dir, { keep } = {}) {
  const run = new Run(scenario, { masks: [], ...cmds }, dir)
  const cap = Date.now() + (scenario.timeout ?? 180000)
  try {
    await run.setup()
    for (const [i, step] of scenario.steps.entries()) {
      const t = title(step, i)
      let lines
      const began = Date.now()
      if (Date.now() > cap) {
        run.transcript.push({ title: t, lines: ['!!TIMEOUT: the scenario as a whole took too long'], ms: 0 })
        run.failed.push(t)
        break
      }
      try {
        lines = await VERBS[verbOf(step)].call(run, run.subst(step[verbOf(step)]), step)
      } catch (e) {
        lines = [`!!ERROR: ${run.norm(String(e.code ?? e.message))}`]
      }
      const bad = lines.some((l) => l.startsWith('!!'))
      if (bad && !step.mayFail) run.failed.push(`${t}: ${lines.find((l) => l.startsWith('!!'))}`)
      run.transcript.push({ title: t, lines: bad ? lines : applyModifiers(lines, step), ms: Date.now() - began })
    }
  } finally {
    await run.cleanup()
    if (!keep) fs.rmSync(dir, { recursive: true, force: true })
  }
  return { transcript: run.transcript, failed: run.failed }
}

function verbOf(step) {
  const verb = Object.keys(step).find((k) => k in VERBS)
  if (!verb) throw new Error(`no verb in step ${JSON.stringify(step)}`)
  return verb
}

function title(step, i) {
  const verb = verbOf(step)
  let what = step[verb]
  if (verb === 'rpc') what = `${what}(${(step.params ?? []).map((p) => JSON.stringify(p)).join(', ')})`
  else if (verb === 'write' || verb === 'append') what = Object.keys(what).join(' ')
  else if (typeof what !== 'string')
    what = Array.isArray(what) && what.every((x) => typeof x === 'string') ? what.join(' ') : JSON.stringify(what)
  return `step ${i + 1}: ${verb} ${String(what).slice(0, 100)}${step.label ? `  (${step.label})` : ''}`
}
