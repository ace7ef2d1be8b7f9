import type { Channel } from '../model/event.js'
import type { LogTarget, StreamSpec } from '../model/spec.js'
import type { Reading } from './reading.js'
import type { SectionReader } from './section.js'

/** One output of one process, with the notes Supervisor writes about it to its log. */
export function readStream(
  reader: SectionReader<'program'>,
  channel: Channel,
  shared: Pick<StreamSpec, 'captureBytesMax' | 'eventsEnabled'>,
  reading: Reading,
): StreamSpec {
  const { name } = reader.section
  const target = reader.value(`${channel}_logfile`)
  const logBackups = reader.value(`${channel}_logfile_backups`)
  const logBytesMax = reader.value(`${channel}_logfile_maxbytes`)
  const syslog = reader.value(`${channel}_syslog`)
  if (target.kind === 'syslog') {
    warnToo(
      reader,
      reading,
      `For [${name}], ${channel}_logfile=syslog but this is deprecated and will be removed.  Use ${channel}_syslog=true to enable syslog instead.`,
      `${channel}_logfile`,
      {
        code: 'CONFIG_DEPRECATED',
        message: `${channel}_logfile=syslog is an old way to write ${channel}_syslog=true`,
        help: `write ${channel}_logfile=NONE and ${channel}_syslog=true`,
      },
    )
    return { logfile: { kind: 'none' }, logBytesMax, logBackups, syslog: true, ...shared }
  }
  if (target.kind === 'auto' && logBytesMax === 0) {
    warnToo(
      reader,
      reading,
      `For [${name}], AUTO logging used for ${channel}_logfile without rollover, set maxbytes > 0 to avoid filling up filesystem unintentionally`,
      `${channel}_logfile_maxbytes`,
      {
        code: 'CONFIG_UNBOUNDED_LOG',
        message: `The log of ${channel} of [${name}] grows without end`,
        help: `set ${channel}_logfile_maxbytes, or ${channel}_logfile=NONE`,
      },
    )
  }
  return { logfile: target, logBytesMax, logBackups, syslog, ...shared }
}

/** Warns of what Supervisor warns of, too: its words go into the log, ours to whoever asks. */
function warnToo(
  reader: SectionReader<'program'>,
  reading: Reading,
  classic: string,
  ...[option, words]: Parameters<SectionReader<'program'>['warn']>
): void {
  reading.note('warn', classic)
  reader.warn(option, { ...words, classic })
}

/** Standard error that goes where standard output goes has no file of its own. */
export function redirected(reader: SectionReader<'program'>, stderr: StreamSpec, reading: Reading): StreamSpec {
  const none: LogTarget = { kind: 'none' }
  if (stderr.logfile.kind === 'file') {
    const { name } = reader.section
    warnToo(
      reader,
      reading,
      `For [${name}], redirect_stderr=true but stderr_logfile has also been set to a filename, the filename has been ignored`,
      'stderr_logfile',
      {
        code: 'CONFIG_NO_EFFECT',
        message: `stderr_logfile of [${name}] has no effect, because redirect_stderr is true`,
        help: 'remove one of the two',
      },
    )
  }
  return { ...stderr, logfile: none }
}
