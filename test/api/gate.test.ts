import { Buffer } from 'node:buffer'
import { describe, expect, test } from 'vitest'
import { createFailedLogins, delayAfter } from '../../src/api/failed-logins.js'
import { createGate } from '../../src/api/gate.js'
import { hashPassword } from '../../src/cli/svctl/hash-password.js'
import { parseScrypt, printScrypt } from '../../src/config/scrypt-text.js'

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`
const RIGHT = basic('ann:geheim')
const WRONG = basic('ann:guess')

/** A gate whose delays end when the test says so. */
function gate(password = 'geheim', now = () => 0) {
  const delays: { readonly ms: number; readonly end: () => void }[] = []
  const wait = (ms: number) => new Promise<void>((end) => delays.push({ ms, end }))
  const made = createGate({ username: 'ann', password }, createFailedLogins(now), wait)
  return { check: made.check, delays }
}

const turns = () => new Promise((resolve) => setImmediate(resolve))

describe('failed logins', () => {
  test('answers come later and later, up to a bound', () => {
    expect([1, 3, 4, 5, 6, 8, 9, 99].map(delayAfter)).toEqual([0, 0, 250, 500, 1000, 4000, 5000, 5000])
  })

  test('guesses from one address wait, then are refused unseen; the right password gets in at once, from elsewhere always', async () => {
    const { check, delays } = gate()
    for (let i = 0; i < 3; i++) expect(await check(WRONG, '10.0.0.1')).toBe('denied')
    const held = Array.from({ length: 4 }, () => check(WRONG, '10.0.0.1'))
    await turns()
    expect(delays.map(({ ms }) => ms)).toEqual([250, 500, 1000, 2000])
    expect(await check(WRONG, '10.0.0.1')).toBe('guessing')
    expect(await check(RIGHT, '10.0.0.1')).toBe('guessing')
    expect(await check(RIGHT, '10.0.0.2')).toBe('granted')
    for (const { end } of delays) end()
    expect(await Promise.all(held)).toEqual(['denied', 'denied', 'denied', 'denied'])
    expect(await check(RIGHT, '10.0.0.1')).toBe('granted')
  })

  test('who has one IPv6 address has them all; IPv4 within IPv6 is told apart', async () => {
    const { check, delays } = gate()
    for (const host of ['::1', '::2', '1:2:3:4::5', '1:2:3:4:5:6:7:8', '1:2:3:4::9', '1:2:3:4::a'])
      void check(WRONG, host)
    for (let i = 1; i < 7; i++) void check(WRONG, `::ffff:10.0.0.${i}`)
    await turns()
    expect(delays).toHaveLength(1)
  })

  test('nobody waits at a unix socket, and what failed long ago is forgotten', async () => {
    let nowMs = 0
    const { check, delays } = gate('geheim', () => nowMs)
    for (let i = 0; i < 9; i++) await check(WRONG, null)
    for (let i = 0; i < 3; i++) await check(WRONG, '10.0.0.1')
    nowMs = 11 * 60_000
    await check(WRONG, '10.0.0.1')
    expect(delays).toEqual([])
  })

  test('a million addresses take no more memory than a thousand', () => {
    const logins = createFailedLogins(() => 0)
    for (let i = 0; i < 3; i++) logins.failed('first')
    for (let i = 0; i < 2000; i++) logins.failed(`10.0.${i >> 8}.${i & 255}`)
    expect(logins.failed('first').delayMs).toBe(0)
  })
})

describe('hashed passwords', () => {
  test('what hash-password prints lets in the password and nothing else, and is never twice the same', async () => {
    const [one, two] = [await hashPassword('geheim'), await hashPassword('geheim')]
    expect(one).not.toBe(two)
    expect(one).toMatch(/^\{SCRYPT\}\d+:8:1:[\w-]+:[\w-]+$/)
    const { check } = gate(one)
    expect(await check(RIGHT, null)).toBe('granted')
    expect(await check(RIGHT, null)).toBe('granted')
    expect(await check(WRONG, null)).toBe('denied')
    expect(await check(basic(`ann:${one}`), null)).toBe('denied')
    expect(await check(basic('bob:geheim'), null)).toBe('denied')
  })

  test('a flood of guesses is turned away before it takes all threads, and leaves the loop its turns', async () => {
    const { check } = gate(await hashPassword('geheim'))
    const verdicts = Array.from({ length: 60 }, (_, i) => check(basic(`ann:${i}`), null))
    let ticks = 0
    const timer = setInterval(() => ticks++, 5)
    const settled = await Promise.all(verdicts)
    clearInterval(timer)
    expect(settled.filter((verdict) => verdict === 'denied')).toHaveLength(18)
    expect(settled.filter((verdict) => verdict === 'busy')).toHaveLength(42)
    expect(ticks).toBeGreaterThan(18)
    expect(await check(RIGHT, null)).toBe('granted')
  })

  for (const c of [
    { name: 'no salt', text: '{SCRYPT}16384:8:1::x' },
    { name: 'a cost that is no power of two', text: `{SCRYPT}16383:8:1:saltsalt:${'x'.repeat(43)}` },
    { name: 'more memory than a check may take', text: `{SCRYPT}1048576:8:1:saltsalt:${'x'.repeat(43)}` },
    { name: 'a hash that is too short to mean anything', text: '{SCRYPT}16384:8:1:saltsalt:x' },
    { name: 'letters of another case', text: `{scrypt}16384:8:1:saltsalt:${'x'.repeat(43)}` },
  ]) {
    test(`parseScrypt refuses ${c.name}`, () => expect(parseScrypt(c.text)).toBeNull())
  }

  test('parseScrypt reads what printScrypt writes', () => {
    const text = { n: 1024, r: 8, p: 1, salt: 'saltsalt', hash: 'h'.repeat(43) }
    expect(parseScrypt(printScrypt(text))).toEqual(text)
  })
})
