import type { Entry, Section } from '../../../config/document.js'
import { parseEnvironment } from '../../../config/environment.js'
import {
  type Checked,
  declaredProcesses,
  type Finding,
  finding,
  sectionNamed,
} from '../../../desired/checks/finding.js'
import { listed } from '../../../desired/checks/sharing.js'
import { directoryOf } from '../../../desired/paths.js'
import { placeOfKey } from '../../../desired/problem.js'
import { isLoopback } from '../../../model/loopback.js'
import { soundsSecret } from '../../../model/secret.js'
import type { Rights } from './rights.js'

const OTHERS_READ = 0o004
const OTHERS_WRITE = 0o002
const STICKY = 0o1000

/** What a configuration gives away, and to whom: files that others may change or read, servers that others may use. */
export function checkSecurity(checked: Checked, rights: Rights): readonly Finding[] {
  return [
    ...writableFiles(checked, rights),
    ...openServers(checked),
    ...readableSecrets(checked, rights),
    ...programsOfRoot(checked),
  ]
}

function writableFiles({ written }: Checked, rights: Rights): readonly Finding[] {
  const mode = (path: string) => modeOf(rights, path)
  const open = (path: string, what: string, help: string) =>
    finding('SECURITY_WRITABLE_FILE', {
      section: null,
      place: { at: { file: written.file, line: 1, column: 1 }, excerpt: null },
      message: `Every user of this machine may ${what}, and so run programs as the daemon: ${path}`,
      help,
    })
  const files = written.files
    .filter((file) => (mode(file) & OTHERS_WRITE) !== 0)
    .map((file) => open(file, 'change this file', `run chmod o-w ${file}`))
  const watched = new Set(written.patterns.map(directoryOf).filter((folder) => !/[*?[]/.test(folder)))
  const folders = [...new Set([...written.files.map(directoryOf), ...watched])]
    // A sticky folder keeps files from being replaced, but not from being added where a pattern finds them.
    .filter((folder) => (mode(folder) & OTHERS_WRITE) !== 0 && ((mode(folder) & STICKY) === 0 || watched.has(folder)))
    .map((folder) => open(folder, 'put files of their own into this folder', `run chmod o-w ${folder}`))
  return [...files, ...folders]
}

function openServers(checked: Checked): readonly Finding[] {
  return checked.config.servers.flatMap((server) => {
    if (server.credentials !== null) return []
    const section = sectionNamed(checked, server.section)
    const help = 'set username= and password='
    if (server.kind === 'unix') {
      if ((server.mode & OTHERS_WRITE) === 0 || server.readOnly || server.allow) return []
      const message = `[${server.section}] lets every user of this machine start and stop programs`
      return finding('SECURITY_OPEN_SOCKET', {
        section,
        option: 'chmod',
        message,
        help: `write chmod=0700, or ${help}`,
      })
    }
    const at = `${server.host || '*'}:${server.port}`
    if (isLoopback(server.host)) {
      const message = `[${server.section}] at ${at} lets every user of this machine start and stop programs`
      return finding('SECURITY_LOCAL_PORT', {
        section,
        option: 'port',
        message,
        help: `${help}, or use [unix_http_server]`,
      })
    }
    const message = `[${server.section}] at ${at} lets everyone who reaches this machine start and stop programs, without a password`
    return finding('SECURITY_OPEN_PORT', {
      section,
      option: 'port',
      // With converge=auto the daemon does not start like this.
      severity: server.insecure ? 'note' : checked.config.daemon.converge.mode === 'auto' ? 'error' : 'warning',
      message,
      help: `write 127.0.0.1:${server.port}, or ${help}`,
    })
  })
}

/** Passwords and variables with telling names, in files that everyone may read. Values are never repeated. */
function readableSecrets({ written }: Checked, rights: Rights): readonly Finding[] {
  const exposed = (entry: Entry) => !entry.inherited && (modeOf(rights, entry.at.file) & OTHERS_READ) !== 0
  return written.sections.flatMap((section): readonly Finding[] => {
    const { password, environment } = section.entries
    const found: Finding[] = []
    if (
      password !== undefined &&
      exposed(password) &&
      isPlain(password.text) &&
      !/^\{(?:SHA|SCRYPT)\}/.test(password.text)
    )
      found.push(
        finding('SECURITY_READABLE_PASSWORD', {
          section,
          place: { ...placeOfKey(password), excerpt: null },
          message: `The password of [${section.name}] stands in a file that everyone may read: ${password.at.file}`,
          help: `run chmod o-r ${password.at.file}, write what svctl hash-password prints, or %(ENV_NAME)s`,
        }),
      )
    const names = environment !== undefined && exposed(environment) ? secretVariables(environment) : []
    if (environment !== undefined && names.length > 0)
      found.push(
        finding('SECURITY_READABLE_ENVIRONMENT', {
          section,
          place: { ...placeOfKey(environment), excerpt: null },
          message: `The environment of [${section.name}] has ${listed(names)} in a file that everyone may read: ${environment.at.file}`,
          help: `run chmod o-r ${environment.at.file}, or write %(ENV_NAME)s for the values`,
        }),
      )
    return found
  })
}

function secretVariables(entry: Entry): readonly string[] {
  const parsed = parseEnvironment(entry.text)
  const variables = entry.map ?? (parsed.ok ? parsed.variables : {})
  return Object.entries(variables).flatMap(([name, value]) => (soundsSecret(name) && isPlain(value) ? [name] : []))
}

/** Whether a value is written down rather than taken from the environment of the daemon. */
function isPlain(value: string): boolean {
  return value !== '' && !value.includes('%(ENV_')
}

/** Said once, not for each program: most files leave `user` away, and it matters only when root starts the daemon. */
function programsOfRoot(checked: Checked): readonly Finding[] {
  const { user } = checked.config.daemon
  if (user !== null && user !== 'root' && user !== '0') return []
  const names = new Set(declaredProcesses(checked).flatMap(({ spec }) => (spec.uid === null ? [spec.program] : [])))
  if (names.size === 0) return []
  const section: Section | null = sectionNamed(checked, 'supervisord')
  const [who, end] = names.size === 1 ? ['One program', 's'] : [`${names.size} programs`, '']
  const what = user === null ? `keep${end} the user who starts the daemon` : `run${end} as root`
  return [
    finding('SECURITY_ROOT_PROGRAMS', {
      section,
      message: `${who} without user= ${what}: ${listed([...names])}`,
      help: 'when root starts the daemon, set user= for each program, or user= in [supervisord] for all',
    }),
  ]
}

function modeOf(rights: Rights, path: string): number {
  const found = rights.look(path)
  return found.kind === 'there' ? found.stats.mode : 0
}
