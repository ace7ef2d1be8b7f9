import { boolean } from '../config/values.js'
import type { DaemonLines, DaemonSpec } from '../model/config.js'
import { displayName } from '../model/names.js'
import type { ProcessSpec } from '../model/spec.js'
import type { SectionReader } from './section.js'

/** How `[supervisord]` wants lines to be written; empty when it says nothing of it. */
export function readDaemonLines(reader: SectionReader<'supervisord'>): Pick<DaemonSpec, 'lines'> {
  const prefix = prefixOf(reader.text('log_prefix'))
  const timestamps = timestampsOf(reader.value('log_timestamps'))
  const format = reader.value('log_format')
  const lines: DaemonLines = {
    ...(prefix === null || prefix === false ? {} : { prefix }),
    ...(timestamps === null || timestamps === false ? {} : { timestamps }),
    ...(format === 'json' ? { format } : {}),
  }
  return Object.keys(lines).length === 0 ? {} : { lines }
}

/** How the lines of one process are written: what its section says over what `[supervisord]` does. */
export function readProcessLines(
  reader: SectionReader<'program'>,
  { group, name }: Pick<ProcessSpec, 'group' | 'name'>,
  daemon: DaemonLines,
): Pick<ProcessSpec, 'logPrefix' | 'logTimestamps' | 'logFormat'> {
  const prefix = prefixOf(reader.text('log_prefix')) ?? daemon.prefix ?? false
  const timestamps = timestampsOf(reader.value('log_timestamps')) ?? daemon.timestamps ?? false
  const format = reader.value('log_format') ?? daemon.format
  return {
    ...(prefix === false ? {} : { logPrefix: prefix === true ? namePrefix(displayName(group, name)) : prefix }),
    ...(timestamps === false ? {} : { logTimestamps: timestamps }),
    ...(format === 'json' ? { logFormat: format } : {}),
  }
}

/** What `true` means as a prefix. */
export function namePrefix(name: string): string {
  return `${name} |`
}

function prefixOf(text: string | null): string | boolean | null {
  if (text === null) return null
  const truth = boolean(text)
  return truth.ok ? truth.value : text
}

function timestampsOf<T extends string>(word: T | null): Exclude<T, 'true' | 'false'> | 'iso' | false | null {
  if (word === 'true') return 'iso'
  return word === 'false' ? false : (word as Exclude<T, 'true' | 'false'> | null)
}
