import { expect } from 'vitest'
import { responseReader } from '../../src/cli/http-response.js'
import { createProtocol } from '../../src/control/listeners/protocol.js'
import { createAnsiStripper } from '../../src/host/logs/ansi.js'
import { createCapture } from '../../src/host/logs/capture.js'
import { fuzz, pieces } from './fuzz.js'

fuzz('http-response', (input) => {
  const read = (parts: readonly Uint8Array[]) => {
    let body = ''
    let ended = 0
    const reader = responseReader({
      head: ({ status }) => expect(status).toBeGreaterThanOrEqual(100),
      data: (chunk) => {
        body += chunk.toString('latin1')
      },
      end: () => {
        ended++
      },
    })
    let wrong: string | null = null
    for (const part of parts) if (wrong === null && ended === 0) wrong = reader.push(Buffer.from(part))
    if (wrong === null && ended === 0) wrong = reader.close()
    expect(ended).toBeLessThanOrEqual(1)
    return { body, ended, failed: wrong !== null }
  }
  // What comes after the end of an answer counts for nothing, so only the answer is compared.
  expect(read(pieces(input))).toEqual(read([input]))
})

fuzz('listener', (input) => {
  const hear = (parts: readonly Uint8Array[]) => {
    const protocol = createProtocol()
    const steps: unknown[] = []
    for (const part of parts) {
      for (const step of protocol.feed(part)) {
        steps.push(step.type === 'state' ? `${step.from} ${step.to}` : step.type)
        if (step.type === 'state' && step.to === 'READY') protocol.sent()
      }
    }
    return { steps, state: protocol.state() }
  }
  hear(pieces(input))
  hear([input])
})

fuzz('ansi', (input) => {
  const strip = (parts: readonly Uint8Array[]) => {
    const stripper = createAnsiStripper()
    return Buffer.concat(parts.map((part) => new Uint8Array(stripper.strip(part)))).toString('latin1')
  }
  const whole = strip([input])
  expect(whole.length).toBeLessThanOrEqual(input.length)
  expect(strip(pieces(input))).toBe(whole)
})

fuzz('capture', (input) => {
  const take = (parts: readonly Uint8Array[]) => {
    let text = ''
    let captured = ''
    const capture = createCapture(64, {
      text: (data) => {
        text += Buffer.from(data).toString('latin1')
      },
      inside: () => undefined,
      captured: (data) => {
        captured += `[${Buffer.from(data).toString('latin1')}]`
      },
    })
    for (const part of parts) capture.push(part)
    capture.end()
    return { text, captured }
  }
  expect(take(pieces(input)).text).toBe(take([input]).text)
})
