import type { Document } from '../config/document.js'
import { readDocument } from '../config/read.js'
import { expandHome } from '../config/values.js'
import type { ClientConfig } from '../model/config.js'
import type { Parsed } from '../model/diagnostic.js'
import type { Files, Users } from '../model/ports.js'
import { absolutePath, directoryOf } from './paths.js'
import { readCtlPlugins } from './plugins.js'
import { type LoadRequest, type Reading, startReading } from './reading.js'
import { baseScopes } from './scopes.js'
import { readSection } from './section.js'

/** What the clients use when they find no file at all. @see Supervisor options.py, ClientOptions */
export const CLIENT_DEFAULTS: ClientConfig = {
  file: null,
  serverUrl: 'http://localhost:9001',
  username: null,
  password: null,
  prompt: 'supervisor',
  historyFile: null,
  plugins: [],
}

/**
 * Reads `[supervisorctl]` and `[ctlplugin:x]` for the clients. Unlike Supervisor they are found in included files too.
 *
 * Mistakes in sections of the daemon are not looked for: a client has to work while the daemon's part is broken.
 *
 * @see Supervisor options.py, ClientOptions.read_config
 */
export function loadClientConfig(request: LoadRequest, files: Files): Parsed<ClientConfig> {
  const file = absolutePath(request.file, request.cwd)
  const place = { ...request, file, shownAs: request.file }
  const whole = readDocument(place, files)
  // Broken includes are the daemon's affair, too; the original's client never looks at them.
  const document = whole.ok ? whole : readDocument({ ...place, withoutIncludes: true }, files)
  return document.ok ? interpretForClient(document.value, request, files) : document
}

/** A document to what the clients use of it. */
export function interpretForClient(document: Document, request: LoadRequest, files: Files): Parsed<ClientConfig> {
  const here = directoryOf(document.file)
  const reading = startReading({ request, files, users: NOBODY, mainFile: document.file, here })
  const { environment, hostName } = request
  const scopes = baseScopes({ environment, hostName, here })
  const settings = readSettings(document, reading, scopes)
  const plugins = readCtlPlugins(document, reading, scopes)
  const warnings = [...document.warnings, ...reading.warnings]
  if (settings === null || reading.errors.length > 0) return { ok: false, errors: reading.errors, warnings }
  return { ok: true, value: { ...settings, file: document.file, plugins }, warnings }
}

/** No option of a client names a user. */
const NOBODY: Users = { user: () => null, group: () => null }

function readSettings(
  document: Document,
  reading: Reading,
  scopes: ReturnType<typeof baseScopes>,
): Omit<ClientConfig, 'file' | 'plugins'> | null {
  const section = document.sections.find(({ name }) => name === 'supervisorctl')
  if (section === undefined) {
    reading.error(
      { at: { file: document.file, line: 1, column: 1 }, excerpt: null },
      {
        code: 'CONFIG_NO_SECTION',
        message: 'The file has no [supervisorctl] section',
        help: 'add one with serverurl=unix:///path of the socket, or name the server with -s',
        classic: '.ini file does not include supervisorctl section',
      },
    )
    return null
  }
  const reader = readSection('supervisorctl', section, { reading, scopes, suffix: '' })
  const absolute = (path: string) => absolutePath(expandHome(path, reading.request.home), reading.request.cwd)
  const url = reader.value('serverurl')
  const serverUrl = url.startsWith('unix://') ? `unix://${absolute(url.slice('unix://'.length))}` : url
  const prompt = reader.value('prompt')
  const username = reader.value('username')
  const password = reader.value('password')
  const caFile = reader.value('cafile')
  const history = reader.value('history_file')
  const trusted = caFile ? { caFile: absolute(caFile) } : {}
  return { serverUrl, username, password, ...trusted, prompt, historyFile: history ? absolute(history) : null }
}
