import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

interface Scenario {
  readonly name: string
  readonly steps: readonly unknown[]
}
interface Recording {
  readonly transcript: readonly { readonly title: string; readonly lines: readonly string[] }[]
  readonly failed: readonly string[]
}

const here = fileURLToPath(new URL('.', import.meta.url))
const recorded = join(here, 'recorded')
const { loadScenarios }: { loadScenarios(paths: readonly string[]): Promise<readonly Scenario[]> } = await import(
  new URL('lib/load.mjs', import.meta.url).href
)
const { readRecording }: { readRecording(dir: string, scenario: Scenario): Recording } = await import(
  new URL('lib/recorded.mjs', import.meta.url).href
)
const scenarios = await loadScenarios([join(here, 'scenarios'), join(here, 'confs')])

test('every scenario has a recording of what the original answered, of the scenario as it stands now', () => {
  const lacking = scenarios.filter((scenario) => {
    const { transcript, failed } = readRecording(recorded, scenario)
    return failed.length > 0 || transcript.length !== scenario.steps.length
  })
  expect(lacking.map(({ name }) => name)).toEqual([])
})

test('every recording is of a scenario that is there', () => {
  const names = new Set(scenarios.map(({ name }) => `${name}.json`))
  expect(names.size).toBe(scenarios.length)
  expect(readdirSync(recorded).filter((file) => !names.has(file))).toEqual([])
})

test('every deliberate difference names a scenario and a step that are there', () => {
  const listed: Record<string, Record<string, string>> = JSON.parse(
    readFileSync(join(here, '..', 'conformance-differences.json'), 'utf8'),
  )
  const wrong = Object.entries(listed).flatMap(([name, steps]) => {
    const scenario = scenarios.find((candidate) => candidate.name === name)
    if (!scenario) return [name]
    const titles = readRecording(recorded, scenario).transcript.map(({ title }) => title)
    return Object.keys(steps)
      .filter((step) => step !== '*' && !titles.some((title) => title.startsWith(step)))
      .map((step) => `${name}: ${step}`)
  })
  expect(wrong).toEqual([])
})

test('recordings hold nothing of the machine they were made on', () => {
  const names = existsSync(recorded) ? readdirSync(recorded) : []
  expect(names.length).toBeGreaterThan(40)
  const telling = names.filter((name) => /\/tmp\/cf-|\/work\//.test(readFileSync(join(recorded, name), 'utf8')))
  expect(telling).toEqual([])
})
