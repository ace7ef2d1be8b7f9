import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

const PYTHON = '/usr/bin/python3'

/** Whether the original's language, or a module of it, is there to be asked. */
export function pythonHas(module: string): boolean {
  return existsSync(PYTHON) && spawnSync(PYTHON, ['-c', `import ${module}`]).status === 0
}

/** Says on the test's output that a comparison did not run, and why. */
export function sayUncompared(what: string, module: string): void {
  process.stdout.write(`not compared: ${what}, because ${PYTHON} with ${module} is not here\n`)
}

/**
 * Runs `def answer(case)` of a Python script on every case.
 *
 * @param script - defines `answer`; cases and answers travel as JSON
 */
export function askPython(script: string, cases: readonly unknown[]): readonly unknown[] {
  const run = `import json, sys\n${script}\njson.dump([answer(case) for case in json.load(sys.stdin)], sys.stdout)\n`
  const done = spawnSync(PYTHON, ['-c', run], { input: JSON.stringify(cases), maxBuffer: 1 << 28, encoding: 'utf8' })
  if (done.status !== 0) throw new Error(`python3 failed: ${done.stderr}`)
  return JSON.parse(done.stdout) as readonly unknown[]
}
