import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ROOT } from './bootstrap.mjs'
import { judge } from './differences.mjs'

/**
 * Everything CI runs, in order; each part ends with how many checks held and how many did not. A part whose needs
 * are missing on this machine is skipped with a line that says so; in CI that counts as failed.
 */
export const PARTS = {
  types: () => command('types', ['node_modules/.bin/tsc', '--noEmit']),
  lint: () => command('lint', ['node_modules/.bin/biome', 'check', '--error-on-warnings', '.']),
  schemas: () => command('schemas up to date', [process.execPath, 'src/build/schemas.mjs', '--check']),
  unit: () => vitest('unit'),
  e2e: () => vitest('e2e'),
  conformance,
  realconfs,
}

/** How the outcome of one check is printed. */
export const report = {
  failed: (what, why) => console.log(`FAILED: ${what}${why ? ` (${why})` : ''}`),
}

const SHARED = join(ROOT, '..', 'shared')

function command(what, [program, ...args]) {
  const run = spawnSync(program, args, { cwd: ROOT, stdio: 'inherit' })
  if (run.status === 0) return { passed: 1, failed: 0 }
  report.failed(what, run.error?.message ?? `exit status ${run.status ?? run.signal}`)
  return { passed: 0, failed: 1 }
}

function skipped(what, why) {
  console.log(`skipped: ${what} (${why})`)
  return { passed: 0, failed: process.env.CI === 'true' ? 1 : 0 }
}

function vitest(project) {
  return withScratch((dir) => {
    const results = join(dir, 'results.json')
    const skips = join(dir, 'skips')
    const run = spawnSync(
      join(ROOT, 'node_modules/.bin/vitest'),
      [
        'run',
        '--config',
        'test/vitest.config.ts',
        '--project',
        project,
        '--reporter=default',
        '--reporter=json',
        `--outputFile.json=${results}`,
      ],
      {
        cwd: ROOT,
        stdio: 'inherit',
        env: { ...process.env, SVCTL_TEST_SKIPS: skips },
      },
    )
    const missing = existsSync(skips) ? [...new Set(readFileSync(skips, 'utf8').trim().split('\n'))] : []
    const excused = missing.map((line) => skipped(...line.split('\t'))).reduce((sum, { failed }) => sum + failed, 0)
    if (!existsSync(results)) {
      report.failed(project, run.error?.message ?? `vitest ended with ${run.status ?? run.signal} and no results`)
      return { passed: 0, failed: 1 }
    }
    const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(results, 'utf8'))
    // A file that does not load has no failed test of its own, an unhandled error has none at all.
    const unseen = run.status !== 0 && numFailedTests === 0 ? 1 : 0
    return {
      passed: numPassedTests,
      failed: numFailedTests + unseen + excused,
    }
  })
}

function conformance() {
  return compare('conformance', join(SHARED, 'conformance', 'compare.mjs'), [join(SHARED, 'conformance', 'scenarios')])
}

function realconfs() {
  return compare('realconfs', join(SHARED, 'realconfs', 'run.mjs'), [])
}

/** Runs scenarios on Debian's Supervisor and on ours; a deliberate difference is one named in a file with its reason. */
function compare(what, script, args) {
  const lacking = [
    [existsSync(script), `no ${script}`],
    [existsSync('/usr/bin/supervisord'), "Debian's supervisor is not installed"],
    [process.getuid() === 0, 'needs root'],
  ].find(([present]) => !present)
  if (lacking) return skipped(what, lacking[1])
  return withScratch((dir) => {
    const results = join(dir, 'results.json')
    const run = spawnSync(process.execPath, [script, '--retries', '1', '--width', '160', '--json', results, ...args], {
      cwd: ROOT,
      stdio: 'inherit',
      env: {
        ...process.env,
        // Scenarios edit a file and then ask: an edit accepted in between would answer before the question.
        SVCTL_CONVERGE: 'manual',
        SUPERVISORD: `${process.execPath} ${join(ROOT, 'dist/supervisord.js')}`,
        SUPERVISORCTL: `${process.execPath} ${join(ROOT, 'dist/supervisorctl.js')}`,
      },
    })
    if (!existsSync(results)) {
      report.failed(what, run.error?.message ?? `exit status ${run.status ?? run.signal}`)
      return { passed: 0, failed: 1 }
    }
    const deliberate = JSON.parse(readFileSync(join(ROOT, 'test', 'conformance-differences.json'), 'utf8'))[what] ?? {}
    const { passed, failed, lines } = judge(JSON.parse(readFileSync(results, 'utf8')), deliberate)
    for (const line of lines) console.log(line)
    return { passed, failed }
  })
}

function withScratch(use) {
  const dir = mkdtempSync(join(tmpdir(), 'svctl-test-'))
  try {
    return use(dir)
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}
