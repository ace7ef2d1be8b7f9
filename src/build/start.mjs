import { spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { constants } from 'node:os'
import { join, relative } from 'node:path'
import { bootstrap, ROOT } from './bootstrap.mjs'

bootstrap()
const { build } = await import('./bundle.mjs')
try {
  await build()
} catch (error) {
  console.error(`Error: ${error.message}`)
  process.exit(1)
}

const example = join(ROOT, 'examples', 'quickstart')
mkdirSync(join(example, 'run'), { recursive: true })

/** Paths as the user can type them in a second terminal in this folder. */
const from = (path) => relative(process.cwd(), join(ROOT, path)) || '.'
const folder = from('examples/quickstart')
const svctl = `node ${from('dist/svctl.js')} --client-config ${folder}/supervisord.conf`

console.log(`
supervisord runs ${folder}/supervisord.conf in the foreground; Ctrl-C ends it.
In a second terminal, in this folder, try:

  ${svctl} status

  sed 's/^numprocs=1/numprocs=3/' ${folder}/supervisord.conf > ${folder}/next.conf; ${svctl} diff -c ${folder}/next.conf

  node ${from('dist/supervisorctl.js')} -c ${folder}/supervisord.conf tail -f ticker:ticker_0

The second shows what an edit would do; save it as ${folder}/supervisord.conf and it is done.
`)

const daemon = spawn(
  process.execPath,
  [join(ROOT, 'dist', 'supervisord.js'), '-n', '-c', join(example, 'supervisord.conf'), ...process.argv.slice(2)],
  { stdio: 'inherit', env: { SVCTL_STATE_DIRECTORY: join(example, 'run', 'state'), ...process.env } },
)
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2'])
  process.on(signal, () => {
    // A terminal has sent Ctrl-C and Ctrl-\ to both of us already.
    const fromTerminal = process.stdin.isTTY && (signal === 'SIGINT' || signal === 'SIGQUIT')
    if (!fromTerminal) daemon.kill(signal)
  })
daemon.on('error', (error) => {
  console.error(`Error: cannot start supervisord: ${error.message}`)
  process.exitCode = 1
})
daemon.on('exit', (code, signal) => {
  process.exitCode = code ?? 128 + (constants.signals[signal] ?? 0)
  // Handlers for signals keep nothing alive, but a pending terminal read may.
  process.exit()
})
