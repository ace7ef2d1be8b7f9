import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { loadFile } from './load.js'
import { askOriginal, inOriginalTerms, type OriginalCase, originalIsHere, type Reading } from './original.js'
import { fillIn, layOutRealConfigurations, REAL_CONFIGURATIONS } from './realconfs.js'

const SCENARIOS = fileURLToPath(new URL('../../../shared/conformance/scenarios/', import.meta.url))
const root = mkdtempSync(join(tmpdir(), 'original-'))
afterAll(() => rmSync(root, { recursive: true }))

/** What we make of a file, in the original's terms. */
function read(file: string, environment: Readonly<Record<string, string>>): Reading {
  const loaded = loadFile(file, { environment, cwd: dirname(file) })
  return loaded.ok ? inOriginalTerms(loaded.value) : { error: loaded.errors[0]?.classic ?? 'no text of the original' }
}

/** Whether both the original and what it is to read are here; says so on the output when not. */
function comparable(what: string, folder: string): boolean {
  if (!existsSync(folder)) process.stdout.write(`not compared: ${what}, because ${folder} is not here\n`)
  return existsSync(folder) && originalIsHere(what)
}

const hasConfigurations = comparable('configurations from public images', REAL_CONFIGURATIONS)
describe.skipIf(!hasConfigurations)('a configuration from a public image means what it means to the original', () => {
  const configurations = hasConfigurations ? layOutRealConfigurations(root) : []
  const answers = askOriginal(configurations.map((one) => ({ ...one, cwd: dirname(one.file) })))
  test('there are at least 21 of them', () => expect(configurations.length).toBeGreaterThanOrEqual(21))
  for (const [i, { name, file, environment }] of configurations.entries())
    test(name, () => expect(read(file, environment)).toEqual(answers[i]))
})

interface Scenario {
  readonly env?: Readonly<Record<string, string>>
  readonly files: Readonly<Record<string, string>>
}

const hasScenarios = comparable('files of conformance scenarios', SCENARIOS)
describe.skipIf(!hasScenarios)('a file of a conformance scenario means what it means to the original', async () => {
  const cases = hasScenarios ? await layOutScenarios() : []
  const answers = askOriginal(cases)
  test('there are at least 60 of them', () => expect(cases.length).toBeGreaterThanOrEqual(60))
  for (const [i, { name, file, environment }] of cases.entries())
    test(name, () => expect(read(file, environment)).toEqual(answers[i]))
})

interface ScenarioCase extends OriginalCase {
  readonly name: string
}

/** Scenarios whose main files say something about reading; the others have one of a few plain forms. */
const NAMES = /^(conf-.*|life-.*|log-.*|ev-.*|fcgi|auth)\.mjs$/

async function layOutScenarios(): Promise<readonly ScenarioCase[]> {
  const cases: ScenarioCase[] = []
  for (const script of readdirSync(SCENARIOS)
    .filter((name) => NAMES.test(name))
    .sort()) {
    const { default: scenario } = (await import(join(SCENARIOS, script))) as { readonly default: Scenario }
    const folder = join(root, script)
    for (const [path, text] of Object.entries(scenario.files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      if (typeof text === 'string') writeFileSync(join(folder, path), fillIn(text, folder))
    }
    const environment = { PATH: '/usr/bin:/bin', HOME: '/root', ...scenario.env }
    for (const main of Object.keys(scenario.files).filter((path) => /^[^/]+\.conf$/.test(path)))
      cases.push({ name: `${script} ${main}`, file: join(folder, main), cwd: folder, environment })
  }
  return cases
}
