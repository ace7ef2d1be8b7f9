import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fault } from '../../src/api/faults.js'
import { decodeJsonAnswer, encodeJsonAnswer } from '../../src/api/rpc-json.js'
import type { XmlValue } from '../../src/api/value.js'
import { decodeResponse, encodeFault, encodeResponse } from '../../src/api/xml.js'

const texts = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string(),
  fc.constantFrom('a\r\nb', '\\u001b', '\u001b[0m', '\ud800', '\ufffe'),
)
const values: fc.Arbitrary<XmlValue> = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    texts,
    fc.integer(),
    fc.boolean(),
    fc.array(tie('value')),
    fc.dictionary(fc.stringMatching(/^[a-z]\w*$/), tie('value')),
  ),
})).value as fc.Arbitrary<XmlValue>

test('a client reads the same from JSON as from XML', () => {
  fc.assert(
    fc.property(values, (answer) => {
      expect(decodeJsonAnswer(encodeJsonAnswer({ kind: 'value', value: answer }))).toEqual(
        decodeResponse(encodeResponse(answer)),
      )
    }),
  )
})

test('a fault is the same in both', () => {
  const bad = fault('BAD_NAME', 'x\u0007')
  expect(decodeJsonAnswer(encodeJsonAnswer(bad))).toEqual(decodeResponse(encodeFault(bad.code, bad.text)))
})

for (const [text, reason] of [
  ['', 'not JSON'],
  ['[]', 'not an object'],
  ['{}', 'neither a value nor a fault'],
  ['{"fault":{"code":"1","text":""}}', 'a fault without code and text'],
] as const)
  test(`${text === '' ? 'nothing' : text} is no answer`, () => {
    expect(decodeJsonAnswer(text)).toEqual({ kind: 'malformed', reason })
  })
