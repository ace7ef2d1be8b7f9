import { bootstrap } from './bootstrap.mjs'

bootstrap()
const { build } = await import('./bundle.mjs')
const { PARTS, report } = await import('./test-parts.mjs')

const known = Object.keys(PARTS)
const wanted = process.argv.slice(2).filter((word) => word !== '--')
const unknown = wanted.filter((name) => !known.includes(name))
if (unknown.length > 0) {
  console.error(`Error: no such part: ${unknown.join(', ')}; there are: ${known.join(', ')}`)
  process.exit(2)
}

let passed = 0
let failed = 0
try {
  await build()
} catch (error) {
  // The parts that need no bundle still say what they have to say.
  report.failed('build', error.message)
  failed += 1
}
for (const name of known.filter((part) => wanted.length === 0 || wanted.includes(part))) {
  console.log(`\n== ${name}`)
  const outcome = await PARTS[name]({ named: wanted.includes(name) })
  passed += outcome.passed
  failed += outcome.failed
}
// What a reader of the last screen wants to know.
if (report.lines.length > 0) console.log(`\n${report.lines.join('\n')}`)
console.log(`\n${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
