import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const SRC = fileURLToPath(new URL('../src/', import.meta.url))

/** A file imports only from a lower rank; folders of one rank do not know each other. */
const RANKS: Readonly<Record<string, number>> = {
  model: 0,
  config: 1,
  reconcile: 1,
  actions: 1,
  host: 1,
  observed: 1,
  'log.ts': 2,
  desired: 2,
  api: 2,
  control: 3,
  cli: 3,
  daemon: 4,
}

/** Where the machine may be touched. */
const MAY_IMPORT_NODE = ['host', 'api', 'cli', 'daemon', 'log.ts']

/** The one home of each package. `cac` may live in any one file of `cli/`. */
const HOMES: Readonly<Record<string, string>> = {
  yaml: 'config/yaml.ts',
  immer: 'observed/store.ts',
  'fast-json-patch': 'reconcile/diff.ts',
  chokidar: 'host/watch.ts',
  pino: 'log.ts',
  saxes: 'api/xml.ts',
  ini: 'config/print.ts',
}

interface Import {
  readonly file: string
  readonly target: string
}

const imports: readonly Import[] = sources().flatMap((file) =>
  targets(readFileSync(join(SRC, file), 'utf8')).map((target) => ({
    file,
    target,
  })),
)

describe('ranks', () => {
  test('every folder and top-level file of src has a rank', () => {
    const unknown = sources().filter((file) => RANKS[part(file)] === undefined)
    expect(unknown).toEqual([])
  })

  test('no file imports from a higher rank or from another folder of its own rank', () => {
    const wrong = imports
      .filter(({ target }) => target.startsWith('.'))
      .filter(({ file, target }) => {
        const to = part(normalize(join(dirname(file), target)))
        return to !== part(file) && !((RANKS[to] ?? 99) < (RANKS[part(file)] ?? -1))
      })
    expect(wrong.map(arrow)).toEqual([])
  })

  test('relative imports end in .js and stay inside src', () => {
    const wrong = imports
      .filter(({ target }) => target.startsWith('.'))
      .filter(({ file, target }) => {
        const to = normalize(join(dirname(file), target))
        return (
          !(target.endsWith('.js') || target.endsWith('.json')) || (to.startsWith('..') && to !== '../package.json')
        )
      })
    expect(wrong.map(arrow)).toEqual([])
  })

  test('only the edges import modules of Node', () => {
    const wrong = imports.filter(
      ({ file, target }) => target.startsWith('node:') && !MAY_IMPORT_NODE.includes(part(file)),
    )
    expect(wrong.map(arrow)).toEqual([])
  })

  test('processes are started by the addon; only launchers of the daemon and pidproxy use node:child_process', () => {
    const users = imports.filter(({ target }) => /^node:(child_process|cluster|worker_threads)$/.test(target))
    const allowed = ['host/daemonize.ts', 'host/private-daemon.ts', 'cli/pidproxy.ts']
    expect(users.filter(({ file }) => !allowed.includes(file)).map(arrow)).toEqual([])
  })

  test('each package is imported by one file, its home', () => {
    const homes = new Map<string, Set<string>>()
    for (const { file, target } of imports) {
      if (target.startsWith('.') || target.startsWith('node:')) continue
      const name = packageName(target)
      homes.set(name, (homes.get(name) ?? new Set()).add(file))
    }
    const crowded = [...homes].filter(([, files]) => files.size > 1).map(([name, files]) => `${name}: ${[...files]}`)
    expect(crowded).toEqual([])
    const astray = [...homes].filter(([name, files]) => {
      const [file = ''] = files
      return name === 'cac' ? part(file) !== 'cli' : HOMES[name] !== file
    })
    expect(astray.map(([name, files]) => `${name}: ${[...files]}`)).toEqual([])
  })
})

describe('the reader of import lines', () => {
  test('sees every form', () => {
    const text = [
      "import { a } from './a.js'",
      "import type { B } from '../b.js'",
      "import {\n  c,\n} from 'c'",
      "import './d.js'",
      "export { e } from './e.js'",
      "const f = await import('./f.js')",
      "type G = import('./g.js').G",
    ].join('\n')
    expect(targets(text)).toEqual(['./a.js', '../b.js', 'c', './d.js', './e.js', './f.js', './g.js'])
  })

  test('does not take comments for imports', () => {
    expect(targets("// import { a } from './a.js'\n/* from './b.js' */\n * from './c.js'")).toEqual([])
  })
})

function sources(): readonly string[] {
  return (readdirSync(SRC, { recursive: true }) as string[])
    .filter((name) => name.endsWith('.ts') && !name.startsWith('build/'))
    .sort()
}

function targets(text: string): readonly string[] {
  const code = text.replace(/\/\*[\s\S]*?\*\/|^\s*(\/\/|\*).*$/gm, '')
  const pattern =
    /^\s*(?:import|export)\b[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]|^\s*import\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/gm
  return [...code.matchAll(pattern)].map((match) => match[1] ?? match[2] ?? match[3] ?? '')
}

/** Folder directly below src, or the file itself; `daemon.ts` is one with the folder of its parts. */
function part(file: string): string {
  const first = (file.split('/')[0] ?? '').replace(/\.js$/, '.ts')
  return first === 'daemon.ts' ? 'daemon' : first
}

function packageName(target: string): string {
  return target
    .split('/')
    .slice(0, target.startsWith('@') ? 2 : 1)
    .join('/')
}

function arrow({ file, target }: Import): string {
  return `${file} -> ${target}`
}
