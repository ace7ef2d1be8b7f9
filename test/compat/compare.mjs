#!/usr/bin/env node
// Runs scenarios against the reference supervisor and against a candidate, and
// prints side by side wherever the two differ. See README.md.
import * as fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { allMeant } from '../../src/build/differences.mjs'
import { compareTranscripts, sideBySide } from './lib/columns.mjs'
import { runScenario } from './lib/engine.mjs'
import { loadScenarios } from './lib/load.mjs'
import { readRecording, writeRecording } from './lib/recorded.mjs'
import { splitCommand } from './lib/system.mjs'

const USAGE = `usage: compare.mjs [options] SCENARIO|FOLDER...
  --supervisord CMD        the candidate's daemon   (else $SUPERVISORD)
  --supervisorctl CMD      the candidate's client   (else $SUPERVISORCTL)
  --ref-supervisord CMD    the reference's daemon   (else $REF_SUPERVISORD, /usr/bin/supervisord)
  --ref-supervisorctl CMD  the reference's client   (else $REF_SUPERVISORCTL, /usr/bin/supervisorctl)
  --self                   the reference on both sides: shows that the comparison is sound
  --record FOLDER          write what the reference answered to FOLDER/NAME.json, run no candidate
  --expected FOLDER        take the reference's answers from there, run no reference
  --verify FOLDER          run both; the reference must also answer what FOLDER has recorded of it
  --show ref|cand          run one side and print its transcript, compare nothing
  --only REGEX             only scenarios whose name matches
  -j N                     scenarios at a time (default 2)
  --retries N              run a differing scenario again, up to N times (default 0)
  --meant FILE             JSON of differences that are meant: with no others a scenario is not run again
  --full                   show whole steps, not only the differing part
  --width N                columns to print in (default: the terminal's, or 160)
  --json FILE              results as JSON
  --keep                   leave the run folders
  --list                   names and what they check
exit status: 0 all equal, 1 some differ, 2 a scenario could not be carried out on the reference`

const VALUES = {
  '--supervisord': 'supervisord',
  '--supervisorctl': 'supervisorctl',
  '--ref-supervisord': 'refDaemon',
  '--ref-supervisorctl': 'refClient',
  '--record': 'record',
  '--expected': 'expected',
  '--verify': 'verify',
  '--show': 'show',
  '--only': 'only',
  '-j': 'j',
  '--retries': 'retries',
  '--meant': 'meant',
  '--width': 'width',
  '--json': 'json',
}
/** A scenario that took longer is not run again. */
const SECONDS_AGAIN = 90

const FLAGS = { '--self': 'self', '--full': 'full', '--keep': 'keep', '--list': 'list' }

// Not only the exit code: timers of steps that were over sooner may still run.
process.exit(await main(parseArgs(process.argv.slice(2))))

async function main(o) {
  const scenarios = await loadScenarios(o.paths, o.only)
  if (o.list) {
    for (const s of scenarios) console.log(`${s.name.padEnd(34)} ${s.about ?? ''}`)
    return 0
  }
  if (wantsCandidate(o) && !(o.supervisord && o.supervisorctl))
    fail('no candidate: give --supervisord and --supervisorctl (or $SUPERVISORD and $SUPERVISORCTL), or --self')
  process.umask(0o022)
  const results = []
  const queue = [...scenarios]
  const worker = async () => {
    for (let s = queue.shift(); s; s = queue.shift()) results.push(await judge(o, s))
  }
  await Promise.all(Array.from({ length: Math.max(1, o.show ? 1 : o.j) }, worker))
  results.sort((a, b) => (a.name < b.name ? -1 : 1))
  if (o.json) fs.writeFileSync(o.json, `${JSON.stringify(results, null, 1)}\n`)
  if (o.show) return 0
  const broken = results.filter((r) => r.broken.length > 0).length
  const differ = results.filter((r) => r.broken.length === 0 && r.diffs.length > 0).length
  const good = `${results.length - broken - differ} of ${results.length}`
  console.log(o.record ? `${good} recorded` : `${good} equal${broken ? `, ${broken} broken` : ''}`)
  return broken ? 2 : differ ? 1 : 0
}

/** One scenario, as often as it takes, with what is printed of it. */
async function judge(o, s) {
  const meant = o.meant ? (JSON.parse(fs.readFileSync(o.meant, 'utf8'))[s.name] ?? {}) : {}
  let tries = 0
  let run
  do {
    run = await both(o, s)
    tries += 1
    // One that ran into its time-outs did not differ by chance.
    if (run.seconds > SECONDS_AGAIN) break
  } while ((run.broken.length > 0 || !allMeant(run.diffs, meant)) && tries <= o.retries)
  if (o.verify && run.liveFailed.length > 0) run = againstRecording(o, s, run)
  const { transcript, diffs, broken, seconds, liveFailed } = run
  if (o.show) printTranscript(s, transcript, broken)
  else if (o.record) {
    if (broken.length === 0) writeRecording(o.record, s, transcript)
    console.log(broken.length === 0 ? `RECORDED ${s.name}` : `BROKEN ${s.name}: ${broken.join('; ')}`)
  } else if (broken.length > 0) {
    console.log(`BROKEN ${s.name}: the reference itself did not get through: ${broken.join('; ')}`)
  } else if (diffs.length > 0) {
    console.log(
      `DIFF   ${s.name}: ${diffs.length} of ${s.steps.length} steps differ (${seconds.toFixed(1)} s)  ${s.about ?? ''}`,
    )
    for (const d of diffs) console.log(`  ${d.title}\n${sideBySide(d.ref, d.cand, o).join('\n')}`)
  } else {
    const again = tries > 1 ? `, try ${tries}` : ''
    console.log(`EQUAL  ${s.name} (${s.steps.length} steps, ${seconds.toFixed(1)} s${again})`)
  }
  if (o.verify && liveFailed.length > 0)
    console.log(
      `       ${s.name}: compared with the recording, the reference did not get through: ${liveFailed.join('; ')}`,
    )
  return { name: s.name, steps: s.steps.length, seconds, tries, diffs, broken, liveFailed }
}

/**
 * A reference that a slow machine did not let through, however often, tells nothing of the candidate: it is held
 * against what the reference answered when it did get through.
 */
function againstRecording(o, s, run) {
  const { transcript, failed } = readRecording(o.verify, s)
  if (failed.length > 0) return run
  return { ...run, diffs: compareTranscripts(transcript, run.candidate), broken: [] }
}

/** The sides that are asked for, beside each other, in folders whose names have one length: what is printed has, too. */
async function both(o, s) {
  const base = fs.mkdtempSync(path.join(os.tmpdir(), 'cf-'))
  fs.chmodSync(base, 0o755)
  const side = (name, commands) => {
    const dir = path.join(base, name)
    fs.mkdirSync(dir)
    return runScenario(s, commands, dir, { keep: o.keep })
  }
  const began = Date.now()
  const [ref, cand] = await Promise.all([
    o.show === 'cand'
      ? null
      : o.expected
        ? readRecording(o.expected, s)
        : side('r', commands(o.refDaemon, o.refClient)),
    wantsCandidate(o) ? side('c', commands(o.supervisord, o.supervisorctl)) : null,
  ])
  if (o.keep) console.log(`kept ${base}`)
  else fs.rmSync(base, { recursive: true, force: true })
  return {
    transcript: (ref ?? cand).transcript,
    candidate: cand?.transcript ?? [],
    diffs: ref && cand ? compareTranscripts(ref.transcript, cand.transcript) : [],
    liveFailed: o.expected ? [] : (ref?.failed ?? []),
    broken: [...((ref ?? (o.show ? cand : null))?.failed ?? []), ...(o.verify ? unlikeRecorded(o, s, ref) : [])],
    seconds: (Date.now() - began) / 1000,
  }
}

function unlikeRecorded(o, s, live) {
  const { transcript, failed } = readRecording(o.verify, s)
  if (failed.length > 0 || live.failed.length > 0) return failed
  return compareTranscripts(transcript, live.transcript).map(
    (d) => `not as recorded: ${d.title}\n${sideBySide(d.ref, d.cand, o).join('\n')}`,
  )
}

function wantsCandidate(o) {
  return !o.record && o.show !== 'ref'
}

/** A command's own path is masked where it is printed: its last word, when that is a path. */
function commands(supervisord, supervisorctl) {
  const masks = [supervisord, supervisorctl].map((c) => splitCommand(c).pop()).filter((word) => word.startsWith('/'))
  return { supervisord, supervisorctl, masks }
}

function printTranscript(s, transcript, failed) {
  console.log(`==== ${s.name}: ${s.about ?? ''}`)
  for (const { title, ms, lines } of transcript) {
    console.log(`  ${title}${ms === undefined ? '' : `  [${(ms / 1000).toFixed(1)} s]`}`)
    for (const line of lines) console.log(`      ${line}`.trimEnd())
  }
  for (const f of failed) console.log(`  NOT CARRIED OUT: ${f}`)
}

function parseArgs(argv) {
  const o = { j: 2, retries: 0, paths: [], width: process.stdout.columns || 160 }
  const words = [...argv]
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (word === '-h' || word === '--help') {
      console.log(USAGE)
      process.exit(0)
    } else if (VALUES[word]) o[VALUES[word]] = words.shift()
    else if (FLAGS[word]) o[FLAGS[word]] = true
    else if (word.startsWith('-')) fail(`unknown option ${word}\n${USAGE}`)
    else o.paths.push(word)
  }
  if (o.paths.length === 0) fail(USAGE)
  for (const key of ['j', 'retries', 'width']) o[key] = Number(o[key])
  o.refDaemon ??= process.env.REF_SUPERVISORD ?? '/usr/bin/supervisord'
  o.refClient ??= process.env.REF_SUPERVISORCTL ?? '/usr/bin/supervisorctl'
  o.supervisord ??= process.env.SUPERVISORD
  o.supervisorctl ??= process.env.SUPERVISORCTL
  if (o.self) {
    o.supervisord = o.refDaemon
    o.supervisorctl = o.refClient
  }
  return o
}

function fail(text) {
  console.error(text)
  process.exit(2)
}
