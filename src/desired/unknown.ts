import type { Document, Entry, Section } from '../config/document.js'
import { fieldNames, fieldOf, isOpenEnded, SECTION_KINDS, SECTIONS, sectionKind } from '../config/fields.js'
import { closest } from '../config/suggest.js'
import { type Place, placeOfKey, placeOfSection, type Words } from './problem.js'
import type { Reading } from './reading.js'

/**
 * Reports sections and options that nobody reads. Supervisor is silent about them, so they are errors only for those who
 * ask for strictness.
 */
export function reportUnknown(document: Document, reading: Reading): void {
  const report = (place: Place, words: Words) =>
    reading.request.strict ? reading.error(place, words) : reading.warn(place, words)
  for (const section of document.sections) {
    const kind = sectionKind(section.name)
    if (kind === null) {
      report(placeOfSection(section), unknownSection(section))
      continue
    }
    if (isOpenEnded(kind)) continue
    for (const entry of Object.values(section.entries)) {
      // What [DEFAULT] gives to every section is meant for some of them only.
      if (entry.inherited || fieldOf(kind, entry.key) !== null) continue
      const near = closest(entry.key, fieldNames(kind))
      report(placeOfKey(entry), {
        code: 'CONFIG_UNKNOWN_OPTION',
        message: `[${section.name}] has an option that nobody reads: ${entry.key}`,
        help: unclosedHeader(entry) ?? (near === null ? elsewhere(entry.key) : `did you mean ${near}`),
      })
    }
  }
}

function unknownSection(section: Section): Words {
  const [first = '', ...rest] = section.name.split(':')
  const near = closest(first.trim(), SECTION_KINDS)
  const tail = rest.length > 0 ? `:${rest.join(':')}` : ''
  const suggestion =
    near === null
      ? null
      : SECTIONS[near as keyof typeof SECTIONS].naming === 'named' && tail === ''
        ? `${near}:name`
        : near + tail
  return {
    code: 'CONFIG_UNKNOWN_SECTION',
    message: `Nobody reads a section named [${section.name}]`,
    help: suggestion === null ? null : `did you mean [${suggestion}]`,
  }
}

/** `[program:web` is the option `[program` with the value `web`, and what follows goes to the section before. */
function unclosedHeader({ excerpt }: Entry): string | null {
  const header = /^\[[\w-]+ *: *[\w.-]+$/.exec(excerpt.trim())
  return header === null ? null : `close the header of the section: ${header[0]}]`
}

function elsewhere(option: string): string | null {
  const kind = SECTION_KINDS.find((one) => fieldOf(one, option) !== null)
  return kind === undefined
    ? null
    : `${option} belongs into [${kind}${SECTIONS[kind].naming === 'named' ? ':name' : ''}]`
}
