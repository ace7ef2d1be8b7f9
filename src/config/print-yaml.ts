import type { YamlValue } from './native.js'
import { ALWAYS_NAMED } from './shape.js'
import { stringifyYaml } from './yaml.js'

/** What is needed of a section to write it. Comments come with their `#`. */
export interface YamlSection {
  readonly name: string
  readonly before: readonly string[]
  readonly entries: readonly YamlEntry[]
}

/** What is needed of an option to write it. */
export interface YamlEntry {
  readonly key: string
  readonly value: YamlValue
  readonly before: readonly string[]
  readonly beside: string | null
}

/**
 * Writes sections as YAML for people: programs, groups and the like below a key for their kind, in their order.
 *
 * @param last - lines after everything else
 */
export function printYaml(sections: readonly YamlSection[], last: readonly string[] = []): string {
  const blocks = kindsOf(sections).map(({ kind, members }) => {
    if (kind === null) return members.map((section) => printSection(section.name, section)).join('\n')
    const [first, ...others] = members
    if (first === undefined) return ''
    // What stands apart from the first section is about the whole file, or about all of them.
    const apart = first.before.lastIndexOf('') + 1
    const nested = [{ ...first, before: first.before.slice(apart) }, ...others].map((section) =>
      indented(printSection(section.name.slice(kind.length + 1), section)),
    )
    return `${printLines(first.before.slice(0, apart))}${kind}:\n${nested.join('\n')}`
  })
  const text = blocks.join('\n')
  return last.length === 0 ? text : `${text}\n${printLines(last)}`
}

interface KindBlock {
  /** `null` for one section under its own name. */
  readonly kind: string | null
  readonly members: readonly YamlSection[]
}

function kindsOf(sections: readonly YamlSection[]): readonly KindBlock[] {
  const blocks = new Map<string, { kind: string | null; members: YamlSection[] }>()
  for (const section of sections) {
    const kind = ALWAYS_NAMED.find((one) => section.name.startsWith(`${one}:`)) ?? null
    const id = kind === null ? `alone ${section.name}` : `kind ${kind}`
    const block = blocks.get(id) ?? { kind, members: [] }
    block.members.push(section)
    blocks.set(id, block)
  }
  return [...blocks.values()]
}

function printSection(key: string, { before, entries }: YamlSection): string {
  if (entries.length === 0) return printLines(before) + stringifyYaml({ [key]: {} })
  const header = stringifyYaml({ [key]: '' }).replace(/ ""\n$/, '\n')
  return printLines(before) + header + indented(entries.map(printEntry).join(''))
}

function printEntry({ key, value, before, beside }: YamlEntry): string {
  const text = isShort(value)
    ? `${stringifyYaml({ [key]: '' }).slice(0, -3)}[${value.join(', ')}]\n`
    : stringifyYaml({ [key]: value })
  if (beside === null) return printLines(before) + text
  const isOneLine = text.indexOf('\n') === text.length - 1
  return isOneLine ? `${printLines(before)}${text.slice(0, -1)} ${beside}\n` : printLines([...before, beside]) + text
}

/** A list that reads well on one line, and needs no quotes there. */
function isShort(value: YamlValue): value is readonly (string | number)[] {
  if (!Array.isArray(value)) return false
  return (
    value.join(', ').length <= 80 && value.every((item) => typeof item === 'number' || /^[A-Za-z_][\w./-]*$/.test(item))
  )
}

function printLines(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('')
}

function indented(text: string): string {
  return text.replace(/^(?=.)/gm, '  ')
}
