import { type Checked, type Finding, finding, sectionNamed } from './finding.js'

/** Event listeners that subscribe to output which no program of the file sends. */
export function checkListeners(checked: Checked): readonly Finding[] {
  const processes = checked.config.groups.flatMap(({ processes }) => processes)
  const sends = (event: string): boolean => {
    const [, family, channel] = /^PROCESS_(LOG|COMMUNICATION)(?:_(STDOUT|STDERR))?$/.exec(event) ?? []
    if (family === undefined) return true
    const channels = (['stdout', 'stderr'] as const).filter((one) => !channel || one === channel.toLowerCase())
    return processes.some((spec) =>
      channels.some((one) => (family === 'LOG' ? spec[one].eventsEnabled : spec[one].captureBytesMax > 0)),
    )
  }
  return checked.config.groups.flatMap(({ name, pool }) =>
    (pool?.events ?? [])
      .filter((event) => !sends(event))
      .map((event) =>
        finding('CHECK_SILENT_EVENTS', {
          section: sectionNamed(checked, `eventlistener:${name}`),
          option: 'events',
          message: `[eventlistener:${name}] waits for ${event}, which no program of this file sends`,
          help: event.startsWith('PROCESS_LOG')
            ? 'set stdout_events_enabled=true or stderr_events_enabled=true for the programs it is to hear of'
            : 'set stdout_capture_maxbytes, for example to 1MB, for the programs it is to hear of',
        }),
      ),
  )
}
