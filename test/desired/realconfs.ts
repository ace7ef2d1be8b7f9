import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Where the collection lies when it is beside this checkout. */
export const REAL_CONFIGURATIONS = fileURLToPath(new URL('../../../shared/realconfs/', import.meta.url))

/** One configuration found in a public image, fitted to this machine and laid out below a folder. */
export interface RealConfiguration {
  readonly name: string
  readonly file: string
  readonly environment: Readonly<Record<string, string>>
}

interface Scenario {
  readonly name: string
  readonly env: Readonly<Record<string, string>>
  readonly files: Readonly<Record<string, string>>
}

/** Lays the collection out below `root`, each as its own runner changes it. */
export function layOutRealConfigurations(root: string): readonly RealConfiguration[] {
  const scenarios = join(root, 'scenarios')
  mkdirSync(scenarios)
  // The runner hands its scenarios, as the last argument, to a program of our choice: one that keeps them.
  const keeper = join(root, 'keep.mjs')
  writeFileSync(
    keeper,
    `import { cpSync } from 'node:fs'; cpSync(process.argv.at(-1), ${JSON.stringify(scenarios)}, { recursive: true })`,
  )
  const done = spawnSync(process.execPath, [join(REAL_CONFIGURATIONS, 'run.mjs')], {
    env: { ...process.env, COMPARE: keeper },
  })
  if (done.status !== 0) throw new Error(`run.mjs failed: ${done.stderr}`)
  return readdirSync(scenarios)
    .sort()
    .map((name) => layOut(JSON.parse(readFileSync(join(scenarios, name), 'utf8')) as Scenario, root))
}

function layOut({ name, env, files }: Scenario, root: string): RealConfiguration {
  const folder = join(root, name)
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), fillIn(text, folder))
  }
  const kept = Object.fromEntries(Object.entries(env).map(([key, text]) => [key, fillIn(text, folder)]))
  return {
    name,
    file: join(folder, 'supervisord.conf'),
    environment: { PATH: '/usr/bin:/bin', HOME: '/root', ...kept },
  }
}

/** Fills in what stands between `@` in the files of scenarios. */
export function fillIn(text: string, folder: string): string {
  return text.replaceAll('@BASE@', BASE).replaceAll('@DIR@', folder).replaceAll('@PORT@', '9001')
}

const BASE = `[supervisord]
logfile=@DIR@/supervisord.log
pidfile=@DIR@/supervisord.pid
[unix_http_server]
file=@DIR@/s.sock
[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
[supervisorctl]
serverurl=unix://@DIR@/s.sock
`
