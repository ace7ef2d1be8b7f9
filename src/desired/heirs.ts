import type { Section } from '../config/document.js'
import type { Diagnostic } from '../model/diagnostic.js'
import type { Place, Words } from './problem.js'

/** Says what is wrong with inheritance. */
export type Say = (severity: Diagnostic['severity'], place: Place, words: Words) => void

/** Kinds of sections that inherit. */
const HEIRS = ['program', 'eventlistener', 'fcgi-program'] as const
export type HeirKind = (typeof HEIRS)[number]

/** Where a section inherits from. */
export interface Base {
  readonly section: Section
  /** Whether the base passes an option on to sections of this kind. */
  gives(key: string, kind: HeirKind): boolean
}

/** @returns `null` for a section that does not inherit */
export function heirKind(name: string): HeirKind | null {
  return HEIRS.find((kind) => name.startsWith(`${kind}:`)) ?? null
}

export function isTemplate(name: string): boolean {
  return name.startsWith('template:')
}

/** The part of a section's name after its kind. */
export function ownName(section: Section): string {
  return section.name.slice(section.name.indexOf(':') + 1).trim()
}
