import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { XmlValue } from '../../src/api/value.js'
import { decodeCall, decodeResponse, encodeCall, encodeFault, encodeResponse } from '../../src/api/xml.js'

const call = (param: string) =>
  `<?xml version="1.0"?><methodCall><methodName>m</methodName><params><param>${param}</param></params></methodCall>`

describe('decodeCall reads one parameter', () => {
  for (const c of [
    { name: 'int', xml: '<value><int>-7</int></value>', value: -7 },
    { name: 'i4 with blanks and a sign', xml: '<value><i4> +12\n</i4></value>', value: 12 },
    { name: 'i8 as a number', xml: '<value><i8>4294967296</i8></value>', value: 4294967296 },
    { name: 'boolean 1', xml: '<value><boolean>1</boolean></value>', value: true },
    {
      name: 'boolean true, which is false as in the original',
      xml: '<value><boolean>true</boolean></value>',
      value: false,
    },
    { name: 'bare text, untrimmed', xml: '<value> a b </value>', value: ' a b ' },
    { name: 'an empty value', xml: '<value/>', value: '' },
    { name: 'an empty string', xml: '<value><string></string></value>', value: '' },
    { name: 'entities and references', xml: '<value>&lt;&amp;&gt;&quot;&apos;&#65;&#x42;</value>', value: '<&>"\'AB' },
    { name: 'CDATA', xml: '<value><string><![CDATA[<a>&b]]></string></value>', value: '<a>&b' },
    { name: 'text around a comment', xml: '<value><string>a<!-- x -->b</string></value>', value: 'ab' },
    { name: 'blanks around a typed element', xml: '\n<value>\n<string>x</string>\n</value>\n', value: 'x' },
    { name: 'double', xml: '<value><double>-1.5e3</double></value>', value: -1500 },
    {
      name: 'dateTime as its text',
      xml: '<value><dateTime.iso8601>20260102T03:04:05</dateTime.iso8601></value>',
      value: '20260102T03:04:05',
    },
    { name: 'base64 as UTF-8 text', xml: '<value><base64>w6TDtg==</base64></value>', value: 'äö' },
    { name: 'nil', xml: '<value><nil/></value>', value: null },
    { name: 'nil with a prefix', xml: '<value><ex:nil/></value>', value: null },
    { name: 'an empty array', xml: '<value><array><data/></array></value>', value: [] },
    {
      name: 'an array of arrays',
      xml: '<value><array><data><value><array><data><value><int>1</int></value></data></array></value></data></array></value>',
      value: [[1]],
    },
    {
      name: 'a struct',
      xml: '<value><struct><member><name>a</name><value>1</value></member><member><name>b</name><value><int>2</int></value></member></struct></value>',
      value: { a: '1', b: 2 },
    },
    { name: 'an empty struct', xml: '<value><struct/></value>', value: {} },
  ] satisfies readonly { name: string; xml: string; value: XmlValue }[]) {
    test(c.name, () => {
      expect(decodeCall(call(c.xml))).toEqual({ ok: true, methodName: 'm', params: [c.value] })
    })
  }

  test('a member named __proto__ is a member like any other', () => {
    const xml = '<value><struct><member><name>__proto__</name><value>x</value></member></struct></value>'
    const read = decodeCall(call(xml))
    expect(read.ok && Object.entries(read.params[0] as object)).toEqual([['__proto__', 'x']])
    expect(({} as Record<string, unknown>).x).toBeUndefined()
  })
})

describe('decodeCall refuses', () => {
  for (const c of [
    { name: 'what is no XML', text: 'this is not XML' },
    { name: 'nothing', text: '' },
    { name: 'an unclosed element', text: '<methodCall><methodName>m</methodName>' },
    { name: 'two roots', text: '<a/><b/>' },
    { name: 'a document type', text: `<!DOCTYPE methodCall>${call('<value>x</value>').slice(21)}` },
    {
      name: 'entities that expand each other',
      text: '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><methodCall><methodName>&b;</methodName></methodCall>',
    },
    { name: 'an entity that is none of the five', text: call('<value>&nbsp;</value>') },
    {
      name: 'an external entity',
      text: '<!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/passwd">]><methodCall><methodName>&a;</methodName></methodCall>',
    },
    { name: 'a control character', text: call('<value>\u0001</value>') },
    { name: 'an int that is none', text: call('<value><int>x</int></value>') },
    { name: 'an empty int', text: call('<value><int/></value>') },
    { name: 'an int that a number cannot hold', text: call('<value><int>99999999999999999999</int></value>') },
    { name: 'a double that is none', text: call('<value><double>one</double></value>') },
    { name: 'base64 that is not UTF-8', text: call('<value><base64>/w==</base64></value>') },
    { name: 'a date that is none', text: call('<value><dateTime.iso8601>today</dateTime.iso8601></value>') },
    { name: 'a type there is not', text: call('<value><int7>1</int7></value>') },
    { name: 'two types in one value', text: call('<value><int>1</int><int>2</int></value>') },
    { name: 'a parameter without a value', text: call('') },
    {
      name: 'a member without a name',
      text: call('<value><struct><member><value>x</value></member></struct></value>'),
    },
    { name: 'elements where they have no place', text: '<methodCall><param><value>x</value></param></methodCall>' },
    {
      name: 'arrays nested 1,000 deep',
      text: call('<value><array><data>'.repeat(1000) + '</data></array></value>'.repeat(1000)),
    },
  ]) {
    test(c.name, () => {
      expect(decodeCall(c.text)).toEqual({ ok: false, reason: 'unmarshallable' })
    })
  }

  test('a call without a method name', () => {
    expect(decodeCall('<methodCall></methodCall>')).toEqual({ ok: false, reason: 'no method name' })
    expect(decodeCall(call('<value/>').replace('>m<', '><'))).toEqual({ ok: false, reason: 'no method name' })
  })

  test('nothing for params missing or for another root', () => {
    expect(decodeCall('<x><methodName>a.b</methodName></x>')).toEqual({ ok: true, methodName: 'a.b', params: [] })
  })
})

describe('the layout of answers is the original’s', () => {
  test('a struct with an array', () => {
    expect(encodeResponse({ statecode: 1, list: ['a<b', true] })).toBe(
      "<?xml version='1.0'?>\n<methodResponse>\n<params>\n<param>\n<value><struct>\n<member>\n<name>statecode</name>\n" +
        '<value><int>1</int></value>\n</member>\n<member>\n<name>list</name>\n<value><array><data>\n' +
        '<value><string>a&lt;b</string></value>\n<value><boolean>1</boolean></value>\n</data></array></value>\n' +
        '</member>\n</struct></value>\n</param>\n</params>\n</methodResponse>\n',
    )
  })

  test('a fault', () => {
    expect(encodeFault(10, 'BAD_NAME: x')).toBe(
      "<?xml version='1.0'?>\n<methodResponse>\n<fault>\n<value><struct>\n<member>\n<name>faultCode</name>\n" +
        '<value><int>10</int></value>\n</member>\n<member>\n<name>faultString</name>\n' +
        '<value><string>BAD_NAME: x</string></value>\n</member>\n</struct></value>\n</fault>\n</methodResponse>\n',
    )
  })

  test('what XML forbids is replaced, so that a log with control characters can be read', () => {
    const text = 'a\u0000b\u001b[31mc\ud800d\ufffe\u{1f600}\t\n'
    expect(decodeResponse(encodeResponse(text))).toEqual({
      kind: 'value',
      value: 'a\ufffdb\ufffd[31mc\ufffdd\ufffd\u{1f600}\t\n',
    })
  })

  test('an integer beyond 32 bits is sent as a double', () => {
    expect(encodeResponse(4 * 1024 ** 3)).toContain('<double>4294967296</double>')
    expect(encodeResponse(2 ** 31 - 1)).toContain('<int>2147483647</int>')
  })
})

describe('decodeResponse', () => {
  test('reads an answer of Python’s xmlrpc server', () => {
    const text =
      "<?xml version='1.0'?>\n<methodResponse>\n<params>\n<param>\n<value><array><data>\n<value><string>a</string></value>\n" +
      '<value><base64>\neHl6\n</base64></value>\n<value><nil/></value></data></array></value>\n</param>\n</params>\n</methodResponse>\n'
    expect(decodeResponse(text)).toEqual({ kind: 'value', value: ['a', 'xyz', null] })
  })

  test('reads the raw control characters that the original sends', () => {
    const raw = encodeResponse('x').replace('>x<', '>\u001b[0m<')
    expect(decodeResponse(raw)).toEqual({ kind: 'value', value: '\ufffd[0m' })
  })

  test('reads a fault', () => {
    expect(decodeResponse(encodeFault(70, 'NOT_RUNNING: <x>'))).toEqual({
      kind: 'fault',
      code: 70,
      text: 'NOT_RUNNING: <x>',
    })
  })

  test('tells what is none', () => {
    expect(decodeResponse('<html>').kind).toBe('malformed')
    expect(decodeResponse('<methodResponse><params/></methodResponse>').kind).toBe('malformed')
    expect(decodeResponse('<methodResponse><fault/></methodResponse>').kind).toBe('malformed')
  })
})

/** What a reader gets for a text: line ends are one kind in XML, and what it forbids was replaced. */
const asRead = (text: string) =>
  text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff\p{Surrogate}]/gu, '\ufffd').replace(/\r\n?/g, '\n')

const texts = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), fc.string()).map(asRead)

const values: fc.Arbitrary<XmlValue> = fc.letrec<{ value: XmlValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    texts,
    fc.integer(),
    fc.maxSafeInteger().map((n) => n + 0),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => n + 0),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(texts, tie('value'), { maxKeys: 4 }),
  ),
})).value

describe('for any value', () => {
  test('what was encoded is decoded as it was', () => {
    fc.assert(
      fc.property(values, (value) => {
        expect(decodeResponse(encodeResponse(value))).toEqual({ kind: 'value', value })
        expect(decodeCall(encodeCall('a.b', [value, value]))).toEqual({
          ok: true,
          methodName: 'a.b',
          params: [value, value],
        })
      }),
    )
  })

  test('no text throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        decodeCall(text)
        decodeResponse(text)
        decodeCall(call(`<value>${text}</value>`))
      }),
    )
  })

  test('a valid call with bytes changed, cut out or doubled never throws', () => {
    const tokens = [
      '<',
      '>',
      '</',
      '/>',
      '<value>',
      '</value>',
      '<array><data>',
      '</data></array>',
      '&',
      '&lt;',
      '<![CDATA[',
      '<!--',
      '<?',
      '<!DOCTYPE',
      '\0',
      '\ud800',
      '"',
      '=',
    ]
    fc.assert(
      fc.property(
        values,
        fc.array(fc.tuple(fc.nat(), fc.nat(20), fc.constantFrom(...tokens)), { minLength: 1, maxLength: 6 }),
        (value, changes) => {
          let text = encodeCall('supervisor.x', [value])
          for (const [at, cut, token] of changes) {
            const index = at % text.length
            text = text.slice(0, index) + token + text.slice(index + cut)
          }
          decodeCall(text)
          decodeResponse(text)
        },
      ),
    )
  })
})
