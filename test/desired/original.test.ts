import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { loadFile } from './load.js'
import { askOriginal, inOriginalTerms, originalIsHere, type Reading } from './original.js'
import { fillIn, layOutRealConfigurations, realConfigurationsAreHere } from './realconfs.js'

const SCENARIOS = fileURLToPath(new URL('../../../shared/conformance/scenarios/', import.meta.url))
const root = mkdtempSync(join(tmpdir(), 'original-'))
afterAll(() => rmSync(root, { recursive: true }))

/** What we make of a file, in the original's terms. */
function read(file: string, environment: Readonly<Record<string, string>>): Reading {
  const loaded = loadFile(file, { environment, cwd: dirname(file) })
  return loaded.ok ? inOriginalTerms(loaded.value) : { error: loaded.errors[0]?.classic ?? 'no text of the original' }
}

describe.skipIf(!originalIsHere('whole configurations'))('what the original makes of a file, we make of it', () => {
  if (realConfigurationsAreHere()) {
    const configurations = layOutRealConfigurations(root)
    const answers = askOriginal(configurations.map((one) => ({ ...one, cwd: dirname(one.file) })))
    for (const [i, { name, file, environment }] of configurations.entries())
      test(`${name}, from a public image`, () => {
        expect(read(file, environment)).toEqual(answers[i])
      })
  } else test('no collection of real configurations beside this checkout', () => expect(SCENARIOS).toBeTruthy())
})

interface Scenario {
  readonly env?: Readonly<Record<string, string>>
  readonly files: Readonly<Record<string, string>>
}

describe.skipIf(!existsSync(SCENARIOS) || !originalIsHere('conformance files'))(
  'files of the conformance scenarios',
  async () => {
    const names = [
      'conf-errors-values',
      'conf-errors-sections',
      'conf-defaults',
      'conf-expansions',
      'conf-includes',
      'conf-syntax',
      'conf-environment',
      'life-groups',
      'life-priorities',
      'fcgi',
      'ev-protocol',
      'auth',
    ]
    const cases = []
    for (const name of names) {
      const { default: scenario } = (await import(join(SCENARIOS, `${name}.mjs`))) as { readonly default: Scenario }
      const folder = join(root, name)
      for (const [path, text] of Object.entries(scenario.files)) {
        mkdirSync(dirname(join(folder, path)), { recursive: true })
        if (typeof text === 'string') writeFileSync(join(folder, path), fillIn(text, folder))
      }
      const mains = Object.keys(scenario.files).filter((path) => /^[^/]+\.conf$/.test(path))
      const environment = { PATH: '/usr/bin:/bin', HOME: '/root', ...scenario.env }
      for (const main of mains)
        cases.push({ name: `${name}/${main}`, file: join(folder, main), cwd: folder, environment })
    }
    const answers = askOriginal(cases)
    for (const [i, { name, file, environment }] of cases.entries())
      test(name, () => {
        expect(read(file, environment)).toEqual(answers[i])
      })
  },
)
