import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createProtocol, type Protocol } from '../../../src/control/listeners/protocol.js'

/** What a listener says after each event it is sent, and what comes of it, in short. */
function converse(protocol: Protocol, chunks: readonly (string | Buffer)[]): readonly string[] {
  const said: string[] = []
  for (const chunk of chunks) {
    for (const step of protocol.feed(Buffer.from(chunk))) {
      if (step.type === 'state') said.push(step.to)
      else if (step.type === 'result') said.push(`=${step.data.toString()}`)
      else said.push(`?${step.line.toString()}`)
    }
    // As a pool does: an event goes out as soon as the listener can take it.
    if (protocol.state() === 'READY') protocol.sent()
  }
  return said
}

/** A protocol that is busy with an event. */
function busy(): Protocol {
  const protocol = createProtocol()
  protocol.feed(Buffer.from('READY\n'))
  protocol.sent()
  return protocol
}

describe('before its first READY a listener', () => {
  test.each([
    ['is ready with exactly that', ['READY\n'], ['READY']],
    ['may say it in pieces', ['R', 'EA', 'DY', '\n'], ['READY']],
    ['is not heard before six bytes came', ['hello'], []],
    ['is out with six other bytes', ['hello\n'], ['UNKNOWN']],
    ['is out with a Windows line end', ['READY\r\n'], ['UNKNOWN']],
    ['is out with a blank line before it', ['\nREADY\n'], ['UNKNOWN']],
    ['is out for good', ['hello\nREADY\n', 'READY\n'], ['UNKNOWN']],
    ['is out when it says more than that', ['READY\nREADY\n'], ['READY', 'UNKNOWN']],
  ])('%s', (_, chunks, said) => {
    expect(converse(createProtocol(), chunks)).toEqual(said)
  })
})

describe('a busy listener', () => {
  test.each([
    ['answers OK', ['RESULT 2\nOK'], ['=OK', 'ACKNOWLEDGED']],
    ['answers FAIL', ['RESULT 4\nFAIL'], ['=FAIL', 'ACKNOWLEDGED']],
    ['answers and is ready in one piece', ['RESULT 2\nOKREADY\n'], ['=OK', 'ACKNOWLEDGED', 'READY']],
    ['answers byte by byte', [...'RESULT 2\nOKREADY\n'], ['=OK', 'ACKNOWLEDGED', 'READY']],
    ['may write any seven characters for RESULT', ['FOOBAR 2\nOK'], ['=OK', 'ACKNOWLEDGED']],
    ['may pad the length as Python reads it', ['RESULT  +02 \r\nOK'], ['=OK', 'ACKNOWLEDGED']],
    ['is out with a newline after OK', ['RESULT 2\nOK\nREADY\n'], ['=OK', 'ACKNOWLEDGED', 'UNKNOWN']],
    ['is out without a length', ['RESULT\n'], ['?RESULT', 'UNKNOWN']],
    ['is out with a length that is no number', ['RESULT two\nOK'], ['?RESULT two', 'UNKNOWN']],
    ['is out with a negative length', ['RESULT -1\nOK'], ['?RESULT -1', 'UNKNOWN']],
    ['is out with a length no result has', ['RESULT 99999999999\n'], ['?RESULT 99999999999', 'UNKNOWN']],
    ['is out with READY instead of a result', ['READY\n'], ['?READY', 'UNKNOWN']],
    ['has not answered with a result of no length', ['RESULT 0\n'], []],
    ['has then with the next byte', ['RESULT 0\n', 'READY\n'], ['=', 'ACKNOWLEDGED', 'READY']],
    ['may answer with bytes that are no text', [Buffer.from('RESULT 1\n\xff', 'latin1')], ['=\ufffd', 'ACKNOWLEDGED']],
  ])('%s', (_, chunks, said) => {
    expect(converse(busy(), chunks)).toEqual(said)
  })

  test('that floods without a newline is out after a kilobyte, and what it says is dropped', () => {
    const protocol = busy()
    expect(converse(protocol, ['x'.repeat(1024)])).toEqual([])
    expect(converse(protocol, ['x'])).toEqual([`?${'x'.repeat(1024)}`, 'UNKNOWN'])
    const heap = process.memoryUsage().arrayBuffers
    for (let i = 0; i < 1000; i++) protocol.feed(Buffer.alloc(64 * 1024, 'x'))
    expect(process.memoryUsage().arrayBuffers - heap).toBeLessThan(128 * 1024 * 1024)
    expect(protocol.state()).toBe('UNKNOWN')
  })

  test('may take its time for a long result', () => {
    const protocol = busy()
    const length = 8 * 1024 * 1024
    expect(converse(protocol, [`RESULT ${length}\n`])).toEqual([])
    const chunk = Buffer.alloc(4096, 'x')
    const startedMs = performance.now()
    for (let i = 0; i < length / chunk.length - 1; i++) expect(protocol.feed(chunk)).toEqual([])
    const steps = protocol.feed(Buffer.concat([chunk, Buffer.from('READY\n')]))
    expect(steps.map((step) => (step.type === 'result' ? step.data.length : step.type))).toEqual([
      length,
      'state',
      'state',
    ])
    // Joining at every piece would take minutes.
    expect(performance.now() - startedMs).toBeLessThan(10_000)
  })
})

describe('however the bytes are cut', () => {
  const word = fc.constantFrom('READY\n', 'RESULT 2\nOK', 'RESULT 4\nFAIL', 'RESULT 0\n', 'RESULT x\n', 'FOOBAR 2\nOK')
  const stream = fc
    .array(fc.oneof({ weight: 8, arbitrary: word }, { weight: 1, arbitrary: fc.string({ maxLength: 8 }) }))
    .map((words) => Buffer.from(words.join('')))

  test('the steps of one answer are the same', () => {
    fc.assert(
      fc.property(stream, fc.array(fc.nat(80)), (bytes, cuts) => {
        const whole = steps(busy(), [bytes])
        expect(steps(busy(), cut(bytes, cuts))).toEqual(whole)
      }),
    )
  })

  test('the last state is one of the four, and UNKNOWN is final', () => {
    fc.assert(
      fc.property(stream, stream, fc.array(fc.nat(80)), (first, second, cuts) => {
        const protocol = createProtocol()
        steps(protocol, cut(first, cuts))
        if (protocol.state() !== 'UNKNOWN') return
        expect(steps(protocol, [second])).toEqual([])
        expect(protocol.state()).toBe('UNKNOWN')
      }),
    )
  })
})

function steps(protocol: Protocol, chunks: readonly Buffer[]): readonly unknown[] {
  return chunks.flatMap((chunk) => [...protocol.feed(chunk)])
}

function cut(bytes: Buffer, cuts: readonly number[]): readonly Buffer[] {
  const at = [...new Set([0, ...cuts.map((one) => one % (bytes.length + 1)), bytes.length])].sort((a, b) => a - b)
  return at.slice(1).map((end, i) => bytes.subarray(at[i], end))
}
