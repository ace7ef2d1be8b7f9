import { createHash } from 'node:crypto'
import * as fs from 'node:fs'
import path from 'node:path'

/** Keeps what the reference answered, one line of JSON a step, so that a change of it reads well. */
export function writeRecording(dir, scenario, transcript) {
  fs.mkdirSync(dir, { recursive: true })
  const steps = transcript.map(({ title, lines }) => JSON.stringify({ title, lines }))
  fs.writeFileSync(fileOf(dir, scenario), `{"scenario":"${digest(scenario)}","steps":[\n${steps.join(',\n')}\n]}\n`)
}

/**
 * What was recorded for a scenario.
 *
 * @returns transcript, and failed with the reason when there is none of the scenario as it stands now
 */
export function readRecording(dir, scenario) {
  const file = fileOf(dir, scenario)
  if (!fs.existsSync(file)) return { transcript: [], failed: [`nothing recorded: no ${file}`] }
  const { scenario: of, steps } = JSON.parse(fs.readFileSync(file, 'utf8'))
  if (of !== digest(scenario)) return { transcript: [], failed: ['recorded for another version of it: record anew'] }
  return { transcript: steps, failed: [] }
}

function fileOf(dir, scenario) {
  return path.join(dir, `${scenario.name}.json`)
}

/** Of all that decides what happens; the words about it may change. */
function digest({ about: _about, ...rest }) {
  return createHash('sha256').update(JSON.stringify(rest)).digest('hex').slice(0, 16)
}
