import { readDotenv } from '../config/dotenv.js'
import { expandHome } from '../config/values.js'
import { absolutePath, directoryOf } from './paths.js'
import type { Reading } from './reading.js'
import type { SectionReader } from './section.js'

/** Variables by name. */
type Variables = Readonly<Record<string, string>>

/** Longest file of variables, bytes; the system passes on 2 MiB to a process at most. */
const ENV_FILE_BYTES_MAX = 1024 * 1024

/**
 * Reads the files that `env_file` names: later ones win.
 *
 * A path is relative to the file that names it. A file that is not there is an error unless `-` stands before it.
 */
export function readEnvFiles(reader: SectionReader<'program'>, reading: Reading): Variables {
  const entry = reader.entry('env_file')
  if (entry === null) return {}
  const listed = reader.value('env_file') ?? []
  return Object.assign(
    {},
    ...listed.map((text): Variables => {
      const optional = text.startsWith('-')
      const wanted = expandHome(text.slice(optional ? 1 : 0).trim(), reading.request.home)
      if (wanted === '') {
        reader.error('env_file', {
          code: 'CONFIG_BAD_PATH',
          message: `Cannot read a file of variables without a name: ${JSON.stringify(entry.text)}`,
          help: 'write paths with commas between them',
        })
        return {}
      }
      return readEnvFile(absolutePath(wanted, directoryOf(entry.at.file)), optional, reader, reading)
    }),
  )
}

function readEnvFile(path: string, optional: boolean, reader: SectionReader<'program'>, reading: Reading): Variables {
  const known = reading.envFiles.get(path)
  if (known !== undefined && known !== 'missing') return known
  const read = reading.files.read(path)
  reading.envFiles.set(path, 'missing')
  if (!read.ok) {
    if (read.reason === 'missing' && optional) return {}
    reader.error('env_file', {
      code: read.reason === 'missing' ? 'CONFIG_ENV_FILE_MISSING' : 'CONFIG_ENV_FILE_UNREADABLE',
      message: `Cannot read the file of variables ${path}: ${read.errno}`,
      help: read.reason === 'missing' ? 'make the file, or write - before its path if it may be missing' : null,
    })
    return {}
  }
  if (read.bytes.length > ENV_FILE_BYTES_MAX) {
    reader.error('env_file', {
      code: 'CONFIG_TOO_LARGE',
      message: `Cannot take variables from ${path}: it is larger than ${ENV_FILE_BYTES_MAX / 1024 / 1024} MiB`,
      help: 'look at the file; it is hardly meant to hold variables',
    })
    return {}
  }
  const { variables, faults } = readDotenv(read.bytes, path)
  for (const { severity, message, help, at, excerpt } of faults) {
    const tell = severity === 'error' ? reading.error : reading.warn
    tell({ at, excerpt }, { code: 'CONFIG_BAD_ENV_FILE', message, help })
  }
  const byName = Object.fromEntries(variables.map(({ name, value }) => [name, value]))
  reading.envFiles.set(path, byName)
  return byName
}
