import type { Section } from '../config/document.js'
import { closest } from '../config/suggest.js'
import { type Base, heirKind, isTemplate, ownName, type Say } from './heirs.js'
import { placeOfSection, placeOfValue } from './problem.js'

/** @returns for each section that extends another: what it extends, the nearest first */
export function findBases(sections: readonly Section[], say: Say): ReadonlyMap<Section, readonly Base[]> {
  const extendable = sections.filter(({ name }) => heirKind(name) !== null || isTemplate(name))
  const everywhere = extendable.map(({ entries }) => entries.extends).find((entry) => entry?.inherited)
  if (everywhere !== undefined)
    say('warning', placeOfValue(everywhere), {
      code: 'CONFIG_NO_EFFECT',
      message: 'extends has no effect in [DEFAULT]',
      help: 'write the options into [program-default]',
    })
  const byName = new Map<string, Section[]>()
  for (const section of extendable)
    for (const name of [ownName(section), section.name]) byName.set(name, [...(byName.get(name) ?? []), section])
  const baseOf = new Map<Section, Section>()
  for (const section of extendable) {
    const base = findBase(section, byName, say)
    if (base !== null) baseOf.set(section, base)
  }
  const told = new Set<Section>()
  return new Map(
    [...baseOf.keys()].map((section) => {
      const chain = chainOf(section, baseOf)
      if (chain === null) tellCycle(section, baseOf, told, say)
      return [section, (chain ?? []).map((base): Base => ({ section: base, gives: (key) => key !== 'extends' }))]
    }),
  )
}

function findBase(section: Section, byName: ReadonlyMap<string, readonly Section[]>, say: Say): Section | null {
  const entry = section.entries.extends
  if (entry === undefined || entry.inherited) return null
  const wanted = entry.text.trim()
  const [base, second] = (byName.get(wanted) ?? []).filter((one) => one !== section)
  if (base !== undefined && second === undefined) return base
  if (base !== undefined && second !== undefined) {
    say('error', placeOfValue(entry), {
      code: 'CONFIG_AMBIGUOUS_BASE',
      message: `[${section.name}] extends ${wanted}, which is both [${base.name}] and [${second.name}]`,
      help: `write extends=${base.name} or extends=${second.name}`,
    })
    return null
  }
  if (byName.get(wanted)?.includes(section)) {
    tellCycle(section, new Map([[section, section]]), new Set(), say)
    return null
  }
  const near = closest(
    wanted,
    [...byName.keys()].filter((name) => byName.get(name)?.some((one) => one !== section)),
  )
  say('error', placeOfValue(entry), {
    code: 'CONFIG_UNKNOWN_BASE',
    message: `[${section.name}] extends a section that does not exist: ${JSON.stringify(wanted)}`,
    help: near === null ? 'name one [template:x] or one program' : `did you mean ${near}`,
  })
  return null
}

/** @returns `null` when it never ends */
function chainOf(section: Section, baseOf: ReadonlyMap<Section, Section>): readonly Section[] | null {
  const chain: Section[] = []
  for (let base = baseOf.get(section); base !== undefined; base = baseOf.get(base)) {
    if (base === section || chain.includes(base)) return null
    chain.push(base)
  }
  return chain
}

/** Tells of each cycle once, from whichever of its sections comes first. */
function tellCycle(section: Section, baseOf: ReadonlyMap<Section, Section>, told: Set<Section>, say: Say): void {
  const cycle = [section]
  for (let base = baseOf.get(section); base !== undefined && base !== section; base = baseOf.get(base)) {
    // Its base runs in a circle that it is no part of.
    if (cycle.includes(base)) return
    cycle.push(base)
  }
  if (told.has(section)) return
  for (const one of cycle) told.add(one)
  const entry = section.entries.extends
  const steps = cycle.map((one) => {
    const { file, line } = one.entries.extends?.at ?? one.at
    return `[${one.name}] (${file}:${line})`
  })
  say('error', entry === undefined ? placeOfSection(section) : placeOfValue(entry), {
    code: 'CONFIG_CYCLE',
    message: `[${section.name}] extends itself: ${[...steps, `[${section.name}]`].join(' > ')}`,
    help: 'take one extends out, or move what they share into a [template:x]',
  })
}
