import type { Document, Section } from '../../config/document.js'
import type { Config } from '../../model/config.js'
import type { Diagnostic } from '../../model/diagnostic.js'
import type { Files } from '../../model/ports.js'
import type { ProcessSpec } from '../../model/spec.js'
import { type Place, placeOfSection, placeOfValue } from '../problem.js'
import type { LoadRequest } from '../reading.js'
import { CHECKS, type CheckCode } from './codes.js'

/** A diagnostic that knows which section it is about; `null` for the configuration as a whole. */
export interface Finding extends Diagnostic {
  readonly section: string | null
}

/** A configuration that could be read, in every form that a check may need. */
export interface Checked {
  readonly request: LoadRequest
  readonly files: Files
  /** As the files have it. */
  readonly written: Document
  /** With what sections inherit filled in. */
  readonly document: Document
  readonly config: Config
}

/** What a check has to say. */
export interface Said {
  readonly section: Section | null
  /** The option it is about; its section when left out or not written. */
  readonly option?: string
  /** Instead of the place of section and option. */
  readonly place?: Place
  readonly message: string
  readonly help?: string
  /** Instead of what the code has. */
  readonly severity?: Diagnostic['severity']
}

/** @returns what a check found, in the form of every other diagnostic */
export function finding(code: CheckCode, said: Said): Finding {
  const { section, message, help = null, severity = CHECKS[code].severity } = said
  const { at, excerpt } = said.place ?? placeOf(section, said.option)
  return { severity, code, message, at, excerpt, help, classic: null, section: section?.name ?? null }
}

function placeOf(section: Section | null, option: string | undefined): Place {
  if (section === null) return { at: null, excerpt: null }
  const entry = option !== undefined && Object.hasOwn(section.entries, option) ? section.entries[option] : undefined
  return entry === undefined ? placeOfSection(section) : placeOfValue(entry)
}

/** @returns the section by its name as written, `null` for none */
export function sectionNamed({ document }: Checked, name: string): Section | null {
  return document.sections.find((section) => section.name === name) ?? null
}

/** A process with the section that declares it. */
export interface Declared {
  readonly spec: ProcessSpec
  readonly section: Section | null
}

/** Every process of the configuration, in the order of the groups. */
export function declaredProcesses({ document, config }: Checked): readonly Declared[] {
  const sections = new Map(document.sections.map((section) => [identity(section.name), section]))
  return config.groups.flatMap(({ processes }) =>
    processes.map((spec) => ({ spec, section: sections.get(`${spec.kind}:${spec.program}`) ?? null })),
  )
}

/** Sections that declare programs, in the order of the files. */
export function programSections({ sections }: Document): readonly Section[] {
  return sections.filter(({ name }) => /^(?:program|eventlistener|fcgi-program):/.test(name))
}

/** The kind and the name as specs have them: without blanks around the name. */
function identity(name: string): string {
  const colon = name.indexOf(':')
  return colon < 0 ? name : `${name.slice(0, colon)}:${name.slice(colon + 1).trim()}`
}

/** @returns the findings without repetition: the processes of one section have much in common */
export function onceEach(findings: readonly Finding[]): readonly Finding[] {
  const seen = new Map<string, Finding>()
  for (const one of findings) {
    const key = JSON.stringify([one.code, one.message, one.at])
    if (!seen.has(key)) seen.set(key, one)
  }
  return [...seen.values()]
}
