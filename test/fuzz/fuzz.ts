import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { expect, test } from 'vitest'

/** What one target may take, in ms, before it ends well; `FUZZ_MS=60000` looks longer. */
const TARGET_MS = Number(process.env.FUZZ_MS ?? 600)
/** What one input may take: far more than any does, far less than a hang. */
const INPUT_MS_MAX = 2_000
/** What the whole of a target may add to what this process has. */
const MEMORY_BYTES_MAX = 512 * 1024 * 1024
const INPUT_BYTES_MAX = 4096

/** The same inputs on every run, so that one change does not fail for another; `FUZZ_SEED` tries others. */
const SEED = Number(process.env.FUZZ_SEED ?? 1)

/** The inputs kept in the repository, by name: what was found once and what shows the way into the code. */
export function corpus(target: string): readonly (readonly [string, Uint8Array])[] {
  const folder = fileURLToPath(new URL(`corpus/${target}/`, import.meta.url))
  return readdirSync(folder)
    .sort()
    .map((name) => [name, new Uint8Array(readFileSync(`${folder}${name}`))] as const)
}

/**
 * Tries a target with its corpus, then with changed pieces of it and with any bytes, until its time is up.
 *
 * @param attempt - fails by throwing, by taking long, or by keeping much memory
 */
export function fuzz(target: string, attempt: (input: Uint8Array) => void): void {
  const kept = corpus(target)
  const timed = (input: Uint8Array) => {
    const startMs = performance.now()
    attempt(input)
    expect(performance.now() - startMs).toBeLessThan(INPUT_MS_MAX)
  }
  test.each(kept)(`${target}: %s`, (_, input) => timed(input))
  test(`${target}: anything else`, () => {
    const before = process.memoryUsage().rss
    fc.assert(fc.property(inputs(kept.map(([, input]) => input)), timed), options())
    expect(process.memoryUsage().rss - before).toBeLessThan(MEMORY_BYTES_MAX)
  })
}

/** The same for a target that takes time to answer. */
export function fuzzAsync(target: string, attempt: (input: Uint8Array) => Promise<void>): void {
  const kept = corpus(target)
  test.each(kept)(`${target}: %s`, (_, input) => attempt(input))
  test(`${target}: anything else`, async () => {
    const before = process.memoryUsage().rss
    await fc.assert(fc.asyncProperty(inputs(kept.map(([, input]) => input)), attempt), options())
    expect(process.memoryUsage().rss - before).toBeLessThan(MEMORY_BYTES_MAX)
  })
}

function options() {
  return { seed: SEED, numRuns: 1_000_000, interruptAfterTimeLimit: TARGET_MS, markInterruptAsFailure: false }
}

/** One change of an input: bytes put in, taken out, flipped, repeated, or a piece of another input. */
type Change = readonly [kind: number, at: number, length: number, bytes: Uint8Array]

function inputs(kept: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> {
  const change = fc.tuple(fc.nat(5), fc.nat(), fc.integer({ min: 1, max: 64 }), fc.uint8Array({ maxLength: 8 }))
  const changed = fc
    .tuple(fc.constantFrom(...kept), fc.constantFrom(...kept), fc.array(change, { minLength: 1, maxLength: 6 }))
    .map(([input, other, changes]) => changes.reduce((bytes, each) => apply(bytes, other, each), input))
  const any = fc.uint8Array({ maxLength: 300 })
  const text = fc
    .array(fc.integer({ min: 0, max: 0x10ffff }), { maxLength: 100 })
    .map((points) => new TextEncoder().encode(String.fromCodePoint(...points)))
  const documents = kept.flatMap(asJson)
  const distorted = fc
    .tuple(fc.nat(documents.length), fc.nat(), fc.option(fc.jsonValue({ maxDepth: 2 }), { nil: undefined }))
    .map(([which, where, value]) => distort(documents[which % documents.length], where, value))
  return fc.oneof(
    { arbitrary: changed, weight: 6 },
    { arbitrary: any, weight: 1 },
    { arbitrary: text, weight: 1 },
    { arbitrary: distorted, weight: documents.length > 0 ? 6 : 0 },
  )
}

function asJson(input: Uint8Array): readonly unknown[] {
  try {
    return [JSON.parse(new TextDecoder().decode(input))]
  } catch {
    return [] // kept because it is none
  }
}

/** A document in which one value is another one, or missing: what is well written and means nothing. */
function distort(document: unknown, where: number, value: unknown): Uint8Array {
  let count = 0
  JSON.stringify(document, (_, each) => {
    count++
    return each
  })
  let at = where % Math.max(1, count)
  const text = JSON.stringify(document, (_, each) => (at-- === 0 ? value : each))
  return new TextEncoder().encode(text ?? '')
}

function apply(input: Uint8Array, other: Uint8Array, [kind, where, length, bytes]: Change): Uint8Array {
  const at = where % (input.length + 1)
  const [head, piece, tail] = [input.subarray(0, at), input.subarray(at, at + length), input.subarray(at + length)]
  const from = where % (other.length + 1)
  const next: readonly Uint8Array[] = [
    [head, bytes, piece, tail],
    [head, tail],
    [head, piece.map((byte) => byte ^ (bytes[0] ?? 0x20)), tail],
    [head, ...Array.from({ length: 1 + (length % 20) }, () => piece), tail],
    [head, other.subarray(from, from + length), piece, tail],
    [head],
  ][kind] ?? [input]
  return new Uint8Array(Buffer.concat(next)).subarray(0, INPUT_BYTES_MAX)
}

/** The input cut into pieces as a stream might be: by its own bytes, so that a failing input fails again. */
export function pieces(input: Uint8Array): readonly Uint8Array[] {
  const cut: Uint8Array[] = []
  for (let at = 0; at < input.length; ) {
    const length = 1 + ((input[at] ?? 0) % 17)
    cut.push(input.subarray(at, at + length))
    at += length
  }
  return cut
}
