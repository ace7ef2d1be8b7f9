import { directoryOf } from './paths.js'

/** Where a command looks for its file when no -c names one. */
export interface SearchRequest {
  /** The command as it was typed: `supervisord`, `/usr/local/bin/supervisord`. */
  readonly argv0: string
  /** Whether something is at a path; relative ones are taken from the working directory. */
  readonly exists: (path: string) => boolean
}

/** `tried` holds the places looked at, in order, as they are shown to people. */
export type SearchResult =
  | { readonly ok: true; readonly file: string }
  | { readonly ok: false; readonly tried: readonly string[]; readonly classic: string }

/** Said on standard error by a daemon that runs as root and was given no -c. */
export const ROOT_SEARCH_WARNING =
  'Supervisord is running as root and it is searching for its configuration file in default locations (including its current working directory); you probably want to specify a "-c" argument specifying an absolute path to a configuration file for improved security.'

/** Places that the original does not know: only looked at where it would have found nothing. */
const OURS = ['svctl.yaml', 'etc/svctl.yaml', '/etc/svctl.yaml', '/etc/svctl/svctl.yaml']

/**
 * Finds the configuration file of supervisord or supervisorctl. Clients go on without one.
 *
 * @see Supervisor options.py, searchpaths
 */
export function findConfig({ argv0, exists }: SearchRequest): SearchResult {
  const prefix = directoryOf(directoryOf(argv0))
  const below = (path: string) => (prefix === '' ? path : `${prefix.replace(/\/$/, '')}/${path}`)
  const original = [
    below('etc/supervisord.conf'),
    below('supervisord.conf'),
    'supervisord.conf',
    'etc/supervisord.conf',
    '/etc/supervisord.conf',
    '/etc/supervisor/supervisord.conf',
  ]
  const tried = [...original, ...OURS]
  const file = tried.find(exists)
  if (file !== undefined) return { ok: true, file }
  return {
    ok: false,
    tried,
    classic: `No config file found at default paths (${original.join(', ')}); use the -c option to specify a config file at a different path`,
  }
}
