import { expect } from 'vitest'
import { readDotenv } from '../../src/config/dotenv.js'
import { expand } from '../../src/config/expand.js'
import { readIni } from '../../src/config/ini.js'
import { readYaml } from '../../src/config/yaml.js'
import { loadConfig } from '../../src/desired/load.js'
import type { Diagnostic } from '../../src/model/diagnostic.js'
import type { Files } from '../../src/model/ports.js'
import { fuzz } from './fuzz.js'

const FILE = '/etc/fuzz/supervisord.conf'
const NAMES = {
  here: '/etc/fuzz',
  program_name: 'web',
  process_num: 7,
  numprocs: 8,
  ENV_HOME: '/root',
  'nested(x)': '',
}

fuzz('ini', (input) => {
  const parsed = readIni(input, FILE)
  for (const each of [...parsed.warnings, ...(parsed.ok ? [] : parsed.errors)]) checkPlace(each)
  loadAs(FILE, input)
})

fuzz('yaml', (input) => {
  const file = `${FILE}.yaml`
  const parsed = readYaml(input, file)
  for (const each of [...parsed.warnings, ...(parsed.ok ? [] : parsed.errors)]) checkPlace(each)
  loadAs(file, input)
})

fuzz('expansion', (input) => {
  const expanded = expand(new TextDecoder().decode(input), NAMES, 'program:web.command')
  if (!expanded.ok) expect(expanded.message).not.toBe('')
})

fuzz('dotenv', (input) => {
  for (const each of readDotenv(input, '/etc/fuzz/.env').faults) checkPlace(each)
})

/** Reads it all the way to what would be run. */
function loadAs(file: string, bytes: Uint8Array): void {
  const files: Files = {
    read: (path) => (path === file ? { ok: true, bytes } : { ok: false, reason: 'missing', errno: 'ENOENT' }),
    kind: (path) => (path === file ? 'file' : 'directory'),
    glob: () => [],
  }
  const users = { user: () => null, group: () => null }
  const environment = { HOME: '/root', PATH: '/bin' }
  const request = { file, environment, hostName: 'host', cwd: '/', home: '/root', strict: false, scales: {} }
  const parsed = loadConfig(request, files, users)
  for (const each of parsed.ok ? [] : parsed.errors) checkPlace(each)
}

function checkPlace({ at, message }: Pick<Diagnostic, 'at' | 'message'>): void {
  expect(message).not.toBe('')
  if (at === null) return
  expect(at.line).toBeGreaterThan(0)
  expect(at.column).toBeGreaterThan(0)
}
