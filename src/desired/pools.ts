import { closest } from '../config/suggest.js'
import type { PoolSpec } from '../model/spec.js'
import { EVENT_TYPES } from './event-types.js'
import type { SectionReader } from './section.js'

const DEFAULT_HANDLER = 'supervisor.dispatchers:default_handler'

/** What an `[eventlistener:x]` subscribes to, and how it is told. */
export function readPool(reader: SectionReader<'eventlistener'>): PoolSpec {
  const { name } = reader.section
  const bufferSize = reader.value('buffer_size')
  if (bufferSize < 1)
    reader.error('buffer_size', {
      code: 'CONFIG_OUT_OF_RANGE',
      message: `Cannot keep ${bufferSize} events for [${name}]`,
      help: 'write 1 or more',
      classic: `[${name}] section sets invalid buffer_size (${bufferSize})`,
    })
  const resultHandler = reader.value('result_handler').trim()
  if (resultHandler !== DEFAULT_HANDLER)
    reader.error('result_handler', {
      code: 'CONFIG_PYTHON_PLUGIN',
      message: `Cannot load ${resultHandler} for [${name}]: it is written in Python`,
      help: 'remove result_handler; a listener that answers FAIL gets the event again',
      classic: `${resultHandler} cannot be resolved within [${name}]`,
    })
  const events = readEvents(reader)
  if (reader.value('redirect_stderr'))
    reader.error('redirect_stderr', {
      code: 'CONFIG_CONTRADICTION',
      message: `Cannot mix standard error into the answers of [${name}]`,
      help: 'remove redirect_stderr; the standard output of a listener is its protocol',
      classic: `[${name}] section sets redirect_stderr=true but this is not allowed because it will interfere with the eventlistener protocol`,
    })
  return { events, bufferSize, resultHandler, lengthUnit: reader.value('length_unit') }
}

function readEvents(reader: SectionReader<'eventlistener'>): readonly string[] {
  const { name } = reader.section
  const listed = reader.value('events') ?? []
  if (listed.length === 0)
    reader.error(reader.entry('events') === null ? null : 'events', {
      code: 'CONFIG_NO_OPTION',
      message: `[${name}] names no events`,
      help: 'add events=…, for example events=PROCESS_STATE',
      classic: `[${name}] section requires an "events" line`,
    })
  const events = [...new Set(listed.map((event) => event.toUpperCase()))]
  for (const event of events) {
    if (EVENT_TYPES.includes(event)) continue
    const near = closest(event, EVENT_TYPES)
    reader.error('events', {
      code: 'CONFIG_UNKNOWN_EVENT',
      message: `[${name}] names an event type that does not exist: ${JSON.stringify(event)}`,
      help: near === null ? 'for all events write EVENT' : `did you mean ${near}`,
      classic: `Unknown event type ${event} in [${name}] events`,
    })
  }
  return events
}
