import { leadingBlanks, strip } from './blanks.js'
import type { Entry, Section } from './document.js'

/** A comment of a file. */
export interface Remark {
  /** From 1. */
  readonly line: number
  /** What follows its mark. */
  readonly text: string
  /** Nothing else stands on its line. */
  readonly alone: boolean
}

/** The comments of one section or option. */
export interface Remarks {
  /** Lines above it, marks included; an empty one is an empty line. */
  readonly before: readonly string[]
  /** On its own line, mark included. */
  readonly beside: string | null
}

/** The comments of a file, handed to what they are about. */
export interface Attached {
  of(element: Section | Entry): Remarks
  /** Lines after everything else. */
  readonly last: readonly string[]
}

/**
 * Hands each comment to the section or option that follows it, or on whose line it stands. A comment within a value of
 * several lines goes above the option.
 *
 * @param lines - the whole file
 * @param remarks - by line
 * @param mark - what comments are to begin with
 */
export function attachRemarks(
  lines: readonly string[],
  remarks: readonly Remark[],
  sections: readonly Section[],
  mark: '#' | ';',
): Attached {
  const file = { lines, alone: new Set(remarks.filter(({ alone }) => alone).map(({ line }) => line)) }
  const elements = elementsOf(sections)
  const above = new Map<Section | Entry | null, Remark[]>()
  const beside = new Map<Section | Entry | null, string>()
  for (const remark of remarks) {
    const line = nextContent(remark.line, file)
    const start = elements.find((one) => one.line === line)
    const owner = start ?? ownerOf(line, lines, elements)
    if (start !== undefined && !remark.alone) beside.set(start.element, mark + remark.text)
    else above.set(owner?.element ?? null, [...(above.get(owner?.element ?? null) ?? []), remark])
  }
  const render = (element: Section | Entry | null) => {
    const own = above.get(element) ?? []
    return own.flatMap(({ line, text }, at) => {
      const isLast = at === own.length - 1
      const gap = isBlank(lines[line]) && (!isLast || element !== null)
      return gap ? [mark + text, ''] : [mark + text]
    })
  }
  return { of: (element) => ({ before: render(element), beside: beside.get(element) ?? null }), last: render(null) }
}

interface Placed {
  readonly element: Section | Entry
  readonly line: number
}

/** Sections and options by line; of several on one line the first. */
function elementsOf(sections: readonly Section[]): readonly Placed[] {
  const byLine = new Map<number, Placed>()
  for (const section of sections) {
    for (const element of [section, ...Object.values(section.entries)]) {
      const { line } = 'keyAt' in element ? element.keyAt : element.at
      if (!byLine.has(line)) byLine.set(line, { element, line })
    }
  }
  return [...byLine.values()].sort((a, b) => a.line - b.line)
}

/** The line itself or the first below it that has more than a comment. */
function nextContent(
  line: number,
  { lines, alone }: { readonly lines: readonly string[]; readonly alone: ReadonlySet<number> },
): number {
  let at = line
  while (at <= lines.length && (alone.has(at) || isBlank(lines[at - 1]))) at++
  return at
}

/** What a line that begins nothing belongs to: deeper than what is above it, it goes on with that. */
function ownerOf(line: number, lines: readonly string[], elements: readonly Placed[]): Placed | undefined {
  const indent = (at: number) => leadingBlanks(lines[at - 1] ?? '')
  const previous = elements.findLast((one) => one.line < line)
  if (previous !== undefined && line <= lines.length && indent(line) > indent(previous.line)) return previous
  return elements.find((one) => one.line > line)
}

function isBlank(line: string | undefined): boolean {
  return line !== undefined && strip(line) === ''
}
