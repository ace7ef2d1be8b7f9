import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { parseArguments } from '../../src/cli/svctl/arguments.js'
import { splitWords } from '../../src/model/words.js'

/** Every `script:` or `run:` of a pipeline, one line each. */
function scripts(node: unknown, key = ''): readonly string[] {
  if (typeof node === 'string') return ['run', 'script', 'before_script'].includes(key) ? node.trim().split('\n') : []
  if (Array.isArray(node)) return node.flatMap((item) => scripts(item, key))
  if (typeof node !== 'object' || node === null) return []
  return Object.entries(node).flatMap(([name, value]) => scripts(value, name))
}

describe.each(['github-actions.yml', 'gitlab-ci.yml'])('examples/ci/%s', (name) => {
  const text = readFileSync(new URL(`../../examples/ci/${name}`, import.meta.url), 'utf8')
  const commands = scripts(parse(text, { strict: true })).filter((line) => line.startsWith('svctl '))

  test('checks, starts and compares', () => {
    expect(commands).toEqual([
      expect.stringMatching(/^svctl check -c /),
      expect.stringMatching(/^svctl check --run /),
      expect.stringMatching(/^svctl diff --offline /),
    ])
  })

  test.each(commands)('%s', (line) => {
    const read = splitWords(line.replace(/\s*(?:>|\|).*$/, ''))
    expect(read.ok && parseArguments(read.words.slice(1))).toMatchObject({ kind: 'run' })
  })

  test('what its comments offer can be given, too', () => {
    const offered = [...text.matchAll(/^ *# {3}(--\S+ \S+)/gm)].flatMap(([, flag = '']) => flag.split(' '))
    expect(offered).toHaveLength(4)
    expect(parseArguments(['check', '--run', ...offered])).toMatchObject({ kind: 'run' })
  })
})
