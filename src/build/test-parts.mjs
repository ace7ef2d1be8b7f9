import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
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
  compat,
  conformance,
  realconfs,
}

/** How the outcome of one check is printed; `lines` has what is worth saying once more at the end. */
export const report = {
  lines: [],
  failed: (what, why) => tell(`FAILED: ${what}${why ? ` (${why})` : ''}`),
  flaky: (what) => tell(`passed at the second try only: ${what}`),
}

function tell(line) {
  report.lines.push(line)
  console.log(line)
}

const SHARED = join(ROOT, '..', 'shared')
const DIFFERENCES = join(ROOT, 'test', 'conformance-differences.json')
const REFERENCE = '/usr/bin/supervisord'

function command(what, [program, ...args]) {
  const run = spawnSync(program, args, { cwd: ROOT, stdio: 'inherit' })
  if (run.status === 0) return { passed: 1, failed: 0 }
  report.failed(what, run.error?.message ?? `exit status ${run.status ?? run.signal}`)
  return { passed: 0, failed: 1 }
}

function skipped(what, why) {
  tell(`skipped: ${what} (${why})`)
  return { passed: 0, failed: process.env.CI === 'true' ? 1 : 0 }
}

/**
 * The tests of one project. Real processes on a busy machine meet what no deadline foresees: files with a failure run
 * once more, by themselves, and what passes only then is named, so that it is looked into and lands all the same.
 */
function vitest(project) {
  return withScratch((dir) => {
    const skips = join(dir, 'skips')
    const first = vitestRun(project, [], join(dir, 'first.json'), skips)
    let { passed, failed } = first
    if (first.files.length > 0 && first.files.length <= FEW_FILES) {
      console.log(`\n== ${project}: once more, by themselves: ${first.files.join(' ')}`)
      const again = vitestRun(project, ['--maxWorkers=1', ...first.files], join(dir, 'again.json'), skips)
      for (const name of first.names.filter((name) => !again.names.includes(name))) report.flaky(name)
      passed += first.failed - again.failed
      failed = again.failed
      for (const name of again.names) report.failed(name)
    } else for (const name of first.names) report.failed(name)
    const missing = existsSync(skips) ? [...new Set(readFileSync(skips, 'utf8').trim().split('\n'))] : []
    const excused = missing.map((line) => skipped(...line.split('\t'))).reduce((sum, { failed }) => sum + failed, 0)
    return { passed, failed: failed + excused }
  })
}

/** More files than this do not fail by chance. */
const FEW_FILES = 5

/** One run of vitest: the counts, and the failed files and tests by name. */
function vitestRun(project, args, results, skips) {
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
      ...args,
    ],
    { cwd: ROOT, stdio: 'inherit', env: { ...process.env, SVCTL_TEST_SKIPS: skips } },
  )
  if (!existsSync(results)) {
    const why = run.error?.message ?? `vitest ended with ${run.status ?? run.signal} and no results`
    return { passed: 0, failed: 1, files: [], names: [`${project} (${why})`] }
  }
  const { numPassedTests, testResults } = readJson(results)
  const bad = testResults
    .filter(({ status }) => status !== 'passed')
    .map(({ name, assertionResults }) => ({
      file: relative(ROOT, name),
      tests: assertionResults.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName),
    }))
  // A file that does not load has no failed test of its own, an unhandled error has not even a file.
  const names = bad.flatMap(({ file, tests }) => (tests.length > 0 ? tests.map((test) => `${file}: ${test}`) : [file]))
  if (run.status !== 0 && bad.length === 0) names.push(`${project}: an unhandled error`)
  return { passed: numPassedTests, failed: names.length, files: bad.map(({ file }) => file), names }
}

/** Our own scenarios and public configuration files: beside Debian's Supervisor, or against what it answered once. */
function compat() {
  const here = join(ROOT, 'test', 'compat')
  const recorded = join(here, 'recorded')
  const paths = ['--meant', DIFFERENCES, join(here, 'scenarios'), join(here, 'confs')]
  if (process.getuid() !== 0) return skipped('compat', 'needs root')
  if (existsSync(REFERENCE)) return compare('compat', join(here, 'compare.mjs'), ['--verify', recorded, ...paths])
  const lacking = skipped(
    'compat beside the original',
    "Debian's supervisor is not installed; compared with recordings",
  )
  const { passed, failed } = compare('compat', join(here, 'compare.mjs'), ['--expected', recorded, ...paths])
  return { passed, failed: failed + lacking.failed }
}

/** The shared scenarios; unless asked for by name, only those that `compat` does not hold. */
async function conformance({ named }) {
  const script = join(SHARED, 'conformance', 'compare.mjs')
  const scenarios = join(SHARED, 'conformance', 'scenarios')
  if (named || !existsSync(script)) return compareShared('conformance', script, [scenarios])
  const { loadScenarios } = await import('../../test/compat/lib/load.mjs')
  const text = ({ about: _about, ...scenario }) => JSON.stringify(scenario)
  const ours = new Map((await loadScenarios([join(ROOT, 'test/compat/scenarios')])).map((s) => [s.name, text(s)]))
  const others = (await loadScenarios([scenarios])).filter((s) => ours.get(s.name) !== text(s)).map((s) => s.name)
  if (others.length === 0) return covered('conformance')
  return compareShared('conformance', script, ['--only', `^(${others.join('|')})$`, scenarios])
}

/** The shared configuration files; unless asked for by name, only when `compat` lacks one of them. */
function realconfs({ named }) {
  const shared = join(SHARED, 'realconfs')
  const script = join(shared, 'run.mjs')
  if (named || !existsSync(script)) return compareShared('realconfs', script, [])
  const ours = join(ROOT, 'test', 'compat', 'confs')
  const same = readdirSync(shared)
    .filter((name) => name.endsWith('.conf'))
    .every(
      (name) => existsSync(join(ours, name)) && readFileSync(join(ours, name)).equals(readFileSync(join(shared, name))),
    )
  return same ? covered('realconfs') : compareShared('realconfs', script, [])
}

function covered(what) {
  console.log(`${what}: the same as in compat; run by name: npm test -- ${what}`)
  return { passed: 0, failed: 0 }
}

function compareShared(what, script, args) {
  if (!existsSync(script)) {
    console.log(`${what}: no shared folder beside the repository; compat has scenarios of its own`)
    return { passed: 0, failed: 0 }
  }
  const lacking = [
    [existsSync(REFERENCE), "Debian's supervisor is not installed"],
    [process.getuid() === 0, 'needs root'],
  ].find(([present]) => !present)
  return lacking ? skipped(what, lacking[1]) : compare(what, script, args)
}

/** Runs scenarios on the original and on ours; a deliberate difference is one named in a file with its reason. */
function compare(what, script, args) {
  return withScratch((dir) => {
    const results = join(dir, 'results.json')
    const run = spawnSync(
      process.execPath,
      [script, '-j', '3', '--retries', '2', '--width', '160', '--json', results, ...args],
      {
        cwd: ROOT,
        stdio: 'inherit',
        env: {
          ...process.env,
          // Commands get an environment of their own. Scenarios edit a file and then ask: an edit accepted in between
          // would answer before the question.
          SUPERVISORD: `env SVCTL_CONVERGE=manual SVCTL_STATE_DIRECTORY=none ${process.execPath} ${join(ROOT, 'dist/supervisord.js')}`,
          SUPERVISORCTL: `${process.execPath} ${join(ROOT, 'dist/supervisorctl.js')}`,
        },
      },
    )
    if (!existsSync(results)) {
      report.failed(what, run.error?.message ?? `exit status ${run.status ?? run.signal}`)
      return { passed: 0, failed: 1 }
    }
    const { passed, failed, lines } = judge(readJson(results), readJson(DIFFERENCES))
    for (const line of lines) console.log(line)
    report.lines.push(...lines.filter((line) => line.startsWith('FAILED')))
    return { passed, failed }
  })
}

function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'))
}

function withScratch(use) {
  const dir = mkdtempSync(join(tmpdir(), 'svctl-test-'))
  try {
    return use(dir)
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}
