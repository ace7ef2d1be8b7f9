import { createHash } from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { authorize } from '../../src/api/auth.js'

const basic = (text: string, scheme = 'Basic') => `${scheme} ${Buffer.from(text).toString('base64')}`
const plain = { username: 'joe', password: 'secret' }
const hashed = { username: 'ann', password: '{SHA}906072001efddf3e11e6d2b5782f4777fe038739' }

describe('authorize', () => {
  for (const c of [
    { name: 'grants name and password', header: basic('joe:secret'), result: 'granted' },
    { name: 'takes the scheme in any case', header: basic('joe:secret', 'bASIC'), result: 'granted' },
    { name: 'denies a wrong password', header: basic('joe:wrong'), result: 'denied' },
    { name: 'denies an empty password', header: basic('joe:'), result: 'denied' },
    { name: 'denies a longer password', header: basic('joe:secret1'), result: 'denied' },
    { name: 'denies a name in another case', header: basic('JOE:secret'), result: 'denied' },
    { name: 'denies a missing header', header: '', result: 'denied' },
    { name: 'denies another scheme', header: 'Bearer x', result: 'denied' },
    { name: 'denies a scheme alone', header: 'Basic', result: 'denied' },
    { name: 'calls text without a colon malformed', header: basic('joesecret'), result: 'malformed' },
    { name: 'calls what is no base64 malformed', header: 'Basic !!!', result: 'malformed' },
  ] as const) {
    test(c.name, () => expect(authorize(c.header, plain)).toBe(c.result))
  }

  test('takes colons after the first for a part of the password', () => {
    expect(authorize(basic('joe:a:b:c'), { username: 'joe', password: 'a:b:c' })).toBe('granted')
  })

  test('compares a {SHA} password by its digest, never by its text', () => {
    expect(authorize(basic('ann:geheim'), hashed)).toBe('granted')
    expect(authorize(basic(`ann:${hashed.password}`), hashed)).toBe('denied')
    expect(authorize(basic('ann:906072001efddf3e11e6d2b5782f4777fe038739'), hashed)).toBe('denied')
  })

  test('for any name without a colon and any password: the same are granted, others are not, plain or hashed', () => {
    const names = fc.string({ unit: 'grapheme' }).filter((text) => !text.includes(':'))
    const passwords = fc.string({ unit: 'grapheme' }).filter((text) => !text.startsWith('{SHA}'))
    fc.assert(
      fc.property(names, passwords, passwords, (username, password, other) => {
        const sha = `{SHA}${createHash('sha1').update(password).digest('hex')}`
        for (const stored of [password, sha]) {
          expect(authorize(basic(`${username}:${password}`), { username, password: stored })).toBe('granted')
          const expected = other === password ? 'granted' : 'denied'
          expect(authorize(basic(`${username}:${other}`), { username, password: stored })).toBe(expected)
        }
      }),
    )
  })
})
