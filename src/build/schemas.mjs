import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** What is made from the table of options: file, module below `src/`, function that gives its content. */
const SCHEMAS = [{ file: join(ROOT, 'schemas', 'svctl.schema.json'), module: 'desired/schema.ts', make: 'yamlSchema' }]

/**
 * Loads a module of the sources, with what it imports, through the bundler: plain Node does not read TypeScript.
 *
 * @param {string} path - below `src/`
 */
async function load(path) {
  const { rolldown } = await import('rolldown')
  const bundle = await rolldown({ input: join(ROOT, 'src', path), cwd: ROOT, platform: 'node' })
  const { output } = await bundle.generate({ format: 'esm' })
  await bundle.close()
  return import(`data:text/javascript;base64,${Buffer.from(output[0].code).toString('base64')}`)
}

function readOrNothing(file) {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (error.code === 'ENOENT') return ''
    throw error
  }
}

/** @returns {Promise<readonly string[]>} the files whose content is not what the table says */
async function writeSchemas({ check }) {
  const stale = []
  for (const { file, module, make } of SCHEMAS) {
    const text = `${JSON.stringify((await load(module))[make](), null, 2)}\n`
    if (readOrNothing(file) === text) continue
    stale.push(relative(ROOT, file))
    if (check) continue
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
  }
  return stale
}

const check = process.argv.includes('--check')
const stale = await writeSchemas({ check })
if (check && stale.length > 0) {
  console.error(`out of date: ${stale.join(', ')}; run node src/build/schemas.mjs and commit what it writes`)
  process.exitCode = 1
} else if (stale.length > 0) console.log(`wrote ${stale.join(', ')}`)
