import { writeFileSync } from 'node:fs'
import { cleanUp, compileChild } from './scratch.mjs'
import { sides } from './sides.mjs'
import { boot } from './suites/boot.mjs'
import { change } from './suites/change.mjs'
import { converge } from './suites/converge.mjs'
import { crash } from './suites/crash.mjs'
import { growth } from './suites/growth.mjs'
import { idle } from './suites/idle.mjs'
import { logs } from './suites/logs.mjs'
import { memory } from './suites/memory.mjs'
import { rpc } from './suites/rpc.mjs'
import { shutdown } from './suites/shutdown.mjs'
import { status } from './suites/status.mjs'
import { update } from './suites/update.mjs'
import { renderTable } from './table.mjs'

/** Each yields rows as they are done; `quick` takes fewer samples and shorter waits. */
const SUITES = { boot, crash, status, rpc, update, change, converge, shutdown, growth, memory, idle, logs }

const USAGE = `usage: npm run bench -- [--quick] [--suite NAME[,NAME]] [--json FILE]
Our supervisord against Debian's, measured alternately in one run. Suites: ${Object.keys(SUITES).join(', ')}
  --quick       fewer samples, shorter waits: shows the direction, not the number
  --suite LIST  only these
  --json FILE   the samples, too
BENCH_SUPERVISORD, BENCH_SUPERVISORCTL and BENCH_SVCTL name other commands for our side.`

const options = readArguments(process.argv.slice(2))
await main()

async function main() {
  const rows = []
  try {
    compileChild()
    const both = await sides()
    for (const name of options.suites)
      for await (const row of SUITES[name](both, options)) {
        rows.push({ suite: name, ...row })
        if (process.stderr.isTTY) console.error(`${name}: ${row.name} measured`)
      }
  } finally {
    cleanUp()
    if (rows.length > 0) console.log(renderTable(rows))
    if (options.json) writeFileSync(options.json, `${JSON.stringify(rows, null, 1)}\n`)
  }
  // A lost or torn byte is a failure whatever the speed; everything else is a number for people to judge.
  if (rows.some(({ broken }) => broken)) process.exitCode = 1
}

function readArguments(words) {
  const read = { quick: false, suites: Object.keys(SUITES), json: null }
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at]
    if (word === '--quick') read.quick = true
    else if (word === '--suite') read.suites = (words[++at] ?? '').split(',')
    else if (word === '--json') read.json = words[++at] ?? ''
    else if (word === '--help' || word === '-h') {
      console.log(USAGE)
      process.exit(0)
    } else usageError(`unknown option ${word}`)
  }
  const unknown = read.suites.filter((name) => !Object.hasOwn(SUITES, name))
  if (unknown.length > 0) usageError(`no such suite: ${unknown.join(', ')}`)
  if (read.json === '') usageError('--json wants a file')
  return read
}

function usageError(message) {
  console.error(`Error: ${message}\n${USAGE}`)
  process.exit(2)
}
