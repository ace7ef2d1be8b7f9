import { expect, test } from 'vitest'
import { createLoginReport } from '../../src/api/login-report.js'

/** A report whose spans end when it is said so. */
function report() {
  const lines: string[] = []
  const ends: (() => void)[] = []
  const log = { write: (level: string, text: string) => void lines.push(`${level} ${text}`), enabled: () => true }
  const { failed } = createLoginReport(log, () => new Promise<void>((end) => void ends.push(end)))
  const guess = (name: string, peer = '::1') => failed({ peer, name, path: '/RPC2' })
  return { lines, guess, over: () => new Promise((done) => setImmediate(done, ends.shift()?.())) }
}

test('a failed login is told of with who, as whom and for what', () => {
  const { lines, guess } = report()
  guess('ann', 'uid 33, pid 7')
  expect(lines).toEqual(["warn failed login as 'ann' from uid 33, pid 7 for '/RPC2'"])
})

test('a name is shown on one line and in part, whatever it is', () => {
  const { lines, guess } = report()
  guess(`a\n\u001b[2J${'x'.repeat(10_000)}`)
  expect(lines[0]).toMatch(/^warn failed login as 'a\\n\\x1b\[2Jx{50,80}…' from ::1/)
})

test('who guesses fast gets a few lines and a number; then it is quiet, and told of again', async () => {
  const { lines, guess, over } = report()
  for (let i = 0; i < 51; i++) guess(`name${i}`)
  expect(lines).toHaveLength(10)
  await over()
  expect(lines.slice(10)).toEqual([
    "warn 41 more failed logins in the last 60 s, the last one as 'name50' from ::1 for '/RPC2'",
  ])
  guess('later')
  await over()
  expect(lines.slice(11)).toEqual(["warn failed login as 'later' from ::1 for '/RPC2'"])
})
