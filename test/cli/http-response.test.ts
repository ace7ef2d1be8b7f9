import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { responseReader } from '../../src/cli/http-response.js'

/** Everything a reader says of an answer that arrives in the given pieces. */
function read(pieces: readonly Buffer[], closed = true) {
  const seen: string[] = []
  let body = ''
  const reader = responseReader({
    head: ({ status, headers }) => seen.push(`${status} ${JSON.stringify(headers)}`),
    data: (chunk) => {
      body += chunk.toString('latin1')
    },
    end: () => seen.push('end'),
  })
  let wrong: string | null = null
  for (const piece of pieces) wrong ??= reader.push(piece)
  if (closed) wrong ??= reader.close()
  return { seen, body, wrong, reusable: reader.reusable() }
}

const COUNTED = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX: a\r\n\r\nhello'
const CHUNKED =
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2;ext=1\r\nlo\r\n0\r\nTrailer: x\r\n\r\n'

describe('a whole answer', () => {
  for (const { name, text, body, reusable } of [
    { name: 'with a length', text: COUNTED, body: 'hello', reusable: true },
    { name: 'in chunks', text: CHUNKED, body: 'hello', reusable: true },
    { name: 'up to the end of the connection', text: 'HTTP/1.1 200 OK\r\n\r\nhello', body: 'hello', reusable: false },
    { name: 'of HTTP/1.0', text: 'HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi', body: 'hi', reusable: false },
    {
      name: 'that closes',
      text: 'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi',
      body: 'hi',
      reusable: false,
    },
    { name: 'without a body', text: 'HTTP/1.1 204 No Content\r\n\r\n', body: '', reusable: true },
    { name: 'of length 0', text: 'HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n', body: '', reusable: true },
    { name: 'behind a 100', text: `HTTP/1.1 100 Continue\r\n\r\n${COUNTED}`, body: 'hello', reusable: true },
    { name: 'with bare line feeds', text: COUNTED.replaceAll('\r\n', '\n'), body: 'hello', reusable: true },
  ]) {
    test(`${name} is read, wherever it is cut`, () => {
      const whole = read([Buffer.from(text, 'latin1')])
      expect(whole).toMatchObject({ body, wrong: null, reusable })
      expect(whole.seen.at(-1)).toBe('end')
      fc.assert(
        fc.property(fc.array(fc.nat(text.length), { maxLength: 6 }), (cuts) => {
          const at = [0, ...[...cuts].sort((a, b) => a - b), text.length]
          const pieces = at.slice(1).map((end, index) => Buffer.from(text.slice(at[index], end), 'latin1'))
          expect(read(pieces.filter((piece) => piece.length > 0))).toEqual(whole)
        }),
      )
    })
  }
})

describe('what is no answer', () => {
  for (const { name, text, wrong } of [
    { name: 'another protocol', text: 'SSH-2.0-OpenSSH\r\n\r\n', wrong: 'the answer is not HTTP' },
    {
      name: 'a bad length',
      text: 'HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n',
      wrong: 'the answer has a bad length',
    },
    {
      name: 'a bad chunk',
      text: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
      wrong: 'a chunk has no length',
    },
    {
      name: 'a chunk that is too long',
      text: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n',
      wrong: 'a chunk is longer than it said',
    },
    {
      name: 'an endless head',
      text: `HTTP/1.1 200 OK\r\n${'x'.repeat(70_000)}`,
      wrong: 'the head of the answer is too long',
    },
    {
      name: 'an answer that is cut off',
      text: 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe',
      wrong: 'the server closed the connection in the middle of its answer',
    },
    { name: 'silence', text: '', wrong: 'the server closed the connection before it had answered' },
  ]) {
    test(name, () => expect(read([Buffer.from(text, 'latin1')]).wrong).toBe(wrong))
  }

  test('no bytes make the reader throw', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array()), fc.constantFrom('', COUNTED, CHUNKED.slice(0, -9)), (pieces, before) => {
        read([Buffer.from(before, 'latin1'), ...pieces.map((piece) => Buffer.from(piece))])
      }),
    )
  })
})

test('small chunks are handed on whole, as tail -f wants them', () => {
  const seen: string[] = []
  const reader = responseReader({ head: () => {}, data: (chunk) => seen.push(chunk.toString()), end: () => {} })
  for (const char of 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n3\r\nyou\r\n') {
    reader.push(Buffer.from(char))
  }
  expect(seen).toEqual(['hello', 'you'])
})
