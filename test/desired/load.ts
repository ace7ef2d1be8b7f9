import { hostname } from 'node:os'
import { loadConfig } from '../../src/desired/load.js'
import type { LoadRequest } from '../../src/desired/reading.js'
import { hostFiles } from '../../src/host/files.js'
import { createUsers } from '../../src/host/users.js'
import type { Config } from '../../src/model/config.js'
import type { Diagnostic, Parsed } from '../../src/model/diagnostic.js'
import type { FileRead, Files, Users } from '../../src/model/ports.js'
import type { GroupSpec, ProcessSpec } from '../../src/model/spec.js'

/** A request for a file, with an environment of its own. */
export function requestFor(file: string, more: Partial<LoadRequest> = {}): LoadRequest {
  const base = { environment: { HOME: '/root', COLOUR: 'blue', PERCENTY: '50%' }, hostName: hostname() }
  return { file, ...base, cwd: '/tmp', home: '/root', strict: false, ...more }
}

/** Reads a file of this machine. */
export function loadFile(file: string, more: Partial<LoadRequest> = {}): Parsed<Config> {
  return loadConfig(requestFor(file, more), hostFiles, createUsers())
}

/** Files that exist only here; a few folders of every machine and those of all files are there. */
export function filesOf(texts: Readonly<Record<string, string>>): Files {
  const folders = new Set(['/', '/tmp', '/var/log', '/var/run', '/root', ...Object.keys(texts).map(folderOf)])
  return {
    read: (path): FileRead => {
      const text = texts[path]
      if (text !== undefined) return { ok: true, bytes: new TextEncoder().encode(text) }
      return folders.has(path)
        ? { ok: false, reason: 'directory', errno: 'EISDIR' }
        : { ok: false, reason: 'missing', errno: 'ENOENT' }
    },
    kind: (path) => (texts[path] !== undefined ? 'file' : folders.has(path) ? 'directory' : null),
    glob: (pattern) =>
      Object.keys(texts)
        .filter((path) => matches(pattern, path))
        .sort(),
  }
}

const matches = (pattern: string, path: string) =>
  new RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '[^/]*')}$`).test(path)
const folderOf = (path: string) => path.slice(0, path.lastIndexOf('/')) || '/'

/** root and nobody. */
export const TWO_USERS: Users = {
  user: (name) =>
    name === 'root' || name === '0'
      ? { uid: 0, gid: 0, name: 'root' }
      : name === 'nobody' || name === '65534'
        ? { uid: 65_534, gid: 65_534, name: 'nobody' }
        : null,
  group: (name) => (name === 'nogroup' || name === '65534' ? { gid: 65_534, name: 'nogroup' } : null),
}

/** Reads a text as `/etc/x/supervisord.conf` of a machine that has nothing else. */
export function loadText(text: string, more: Partial<LoadRequest> = {}, others: Readonly<Record<string, string>> = {}) {
  const file = more.file ?? '/etc/x/supervisord.conf'
  return loadConfig(requestFor(file, { hostName: 'box', ...more }), filesOf({ ...others, [file]: text }), TWO_USERS)
}

/** The configuration that a text means. */
export function configOf(...args: Parameters<typeof loadText>): Config {
  const loaded = loadText(...args)
  if (!loaded.ok) throw new Error(`does not load: ${JSON.stringify(loaded.errors)}`)
  return loaded.value
}

/** What is wrong with a text, in order. */
export function errorsOf(...args: Parameters<typeof loadText>): readonly Diagnostic[] {
  const loaded = loadText(...args)
  return loaded.ok ? [] : loaded.errors
}

/** Every process of a configuration, by `group:name`. */
export function processesOf(config: Config): Readonly<Record<string, ProcessSpec>> {
  const all = config.groups.flatMap((group: GroupSpec) => group.processes)
  return Object.fromEntries(all.map((spec) => [`${spec.group}:${spec.name}`, spec]))
}
