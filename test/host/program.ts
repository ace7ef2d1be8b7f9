import { symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'

/**
 * Bundles a small program that uses our modules into `folder`, laid out as in dist/.
 *
 * @param text - TypeScript; `@host/` stands for src/host/
 * @returns the path of the file to run
 */
export async function createProgram(folder: string, text: string): Promise<string> {
  const host = fileURLToPath(new URL('../../src/host/', import.meta.url))
  const input = join(folder, 'program.ts')
  writeFileSync(input, text.replaceAll('@host/', host))
  const bundle = await rolldown({ input, platform: 'node' })
  const file = join(folder, 'program.mjs')
  await bundle.write({ file, format: 'esm', codeSplitting: false })
  await bundle.close()
  symlinkSync(join(host, 'native/prebuilt'), join(folder, 'native'))
  return file
}
