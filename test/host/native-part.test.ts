import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { findAddon, loadAddon, NativePartError } from '../../src/host/native/load.js'

const folder = mkdtempSync(join(tmpdir(), 'native-part-'))
afterAll(() => rmSync(folder, { recursive: true }))

const whole = readFileSync(findAddon())
const another = readFileSync(findAddon().replace(process.arch, process.arch === 'x64' ? 'arm64' : 'x64'))

for (const [index, { name, bytes, cause }] of [
  { name: 'that is empty', bytes: whole.subarray(0, 0), cause: 'its end is missing' },
  // The linker would map it and end the process by SIGBUS.
  { name: 'that is cut in half', bytes: whole.subarray(0, whole.length / 2), cause: 'its end is missing' },
  { name: 'whose last byte is missing', bytes: whole.subarray(0, -1), cause: 'its end is missing' },
  { name: 'that is something else', bytes: Buffer.alloc(4_096), cause: '.*' },
  { name: 'of another processor', bytes: another, cause: '.*' },
].entries()) {
  test(`a native part ${name} is an error that says what to do`, () => {
    const path = join(folder, `${index}.node`)
    writeFileSync(path, bytes)
    const load = () => loadAddon(path)
    expect(load).toThrow(NativePartError)
    const remedy = `it is damaged or not made for linux-${process.arch}: install svctl again`
    expect(load).toThrow(new RegExp(`^cannot load the native part "${path}" \\(${cause}\\); ${remedy}$`))
  })
}
