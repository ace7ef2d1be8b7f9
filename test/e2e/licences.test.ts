import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ROOT } from './run.js'

const PERMISSIVE = ['MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', '0BSD', 'BlueOak-1.0.0']

test('every package in dist is listed with the text of a licence that lets everyone use it', () => {
  const listed = readFileSync(join(ROOT, 'dist/THIRD_PARTY_LICENSES'), 'utf8').split(`\n${'-'.repeat(80)}\n\n`)
  const [first = '', ...others] = listed
  const packages = [first.replace(/^.*\n\n/, ''), ...others].map((entry) => {
    const [, name = '', version, text = ''] = /^(\S+) (\S+)\n\n(.*)$/s.exec(entry) ?? []
    return { name, version, text }
  })
  for (const { name, version, text } of packages) {
    const described = JSON.parse(readFileSync(join(ROOT, 'node_modules', name, 'package.json'), 'utf8'))
    expect(described).toMatchObject({ name, version })
    expect(PERMISSIVE, name).toContain(described.license)
    expect(text.length, name).toBeGreaterThan(0)
  }
  // What our own sources import is among them: the list cannot be empty by mistake.
  expect(packages.map(({ name }) => name)).toEqual(expect.arrayContaining(['yaml', 'immer', 'pino', 'saxes', 'cac']))
})
