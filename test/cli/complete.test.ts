import { expect, test } from 'vitest'
import { complete } from '../../src/cli/ctl/complete.js'

const PROCESSES = [
  { group: 'cat', name: 'cat' },
  { group: 'multi', name: 'a' },
  { group: 'multi', name: 'b-1' },
]

for (const { line, candidates, fragment } of [
  { line: 'stat', candidates: ['status '], fragment: 'stat' },
  { line: 'help sta', candidates: ['start ', 'status '], fragment: 'sta' },
  { line: 'start ', candidates: ['cat ', 'multi:a ', 'multi:* ', 'multi:b-1 '], fragment: '' },
  { line: 'start c', candidates: ['cat '], fragment: 'c' },
  { line: 'start cat:', candidates: ['cat:cat ', 'cat:* '], fragment: 'cat:' },
  { line: 'stop cat multi:b', candidates: ['multi:b-1 '], fragment: 'multi:b' },
  { line: 'tail -f m', candidates: ['multi:a ', 'multi:* ', 'multi:b-1 '], fragment: 'm' },
  { line: 'update m', candidates: ['multi '], fragment: 'm' },
  { line: 'add ', candidates: ['cat ', 'multi '], fragment: '' },
  { line: 'maintail ', candidates: [], fragment: '' },
  { line: 'nosuch x', candidates: [], fragment: 'x' },
]) {
  test(`${JSON.stringify(line)} can go on with ${JSON.stringify(candidates)}`, async () => {
    expect(await complete(line, async () => PROCESSES)).toEqual([candidates, fragment])
  })
}

test('an empty line can become any action', async () => {
  const [candidates] = await complete('', async () => PROCESSES)
  expect(candidates).toContain('help ')
  expect(candidates).toContain('version ')
  expect(candidates).not.toContain('EOF ')
})

test('the server is not asked for names that are not wanted', async () => {
  let asked = 0
  const processes = async () => {
    asked++
    return PROCESSES
  }
  await complete('sta', processes)
  await complete('version ', processes)
  expect(asked).toBe(0)
})
