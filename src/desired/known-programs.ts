import type { Entry, Section } from '../config/document.js'
import { sameJson } from '../model/equal.js'
import type { GroupSpec } from '../model/spec.js'
import type { ProgramContext } from './programs.js'
import type { Reading } from './reading.js'

/**
 * Programs as the read before this one had them: of 1,000 one has changed, and reading the others again was half of what
 * an `update` cost. It also gives the very groups of the last time, so that comparing them costs nothing.
 */
export interface KnownPrograms {
  /** Begins a read; what is not asked for in it is forgotten. */
  begin(): ReadProgram
}

/** Reads the section of a program that is a group of its own, or recalls what it came to. @param make - reads it */
export type ReadProgram = (
  section: Section,
  context: ProgramContext,
  make: (section: Section, context: ProgramContext) => GroupSpec | null,
) => GroupSpec | null

/** What a section came to, and all that went into it. */
interface Known {
  readonly text: string
  readonly around: string
  readonly questions: readonly Question[]
  readonly counted: readonly Parameters<ProgramContext['counted']>[]
  readonly group: GroupSpec
}

/** Something that was asked of files or users, and what they said. Plain data: nothing of an old read is held on to. */
interface Question {
  readonly port: 'files' | 'users'
  readonly name: string
  readonly what: string
  readonly answer: unknown
}

/** Makes an empty memory, for the reads of one main file. */
export function createKnownPrograms(): KnownPrograms {
  let known = new Map<string, Known>()
  return {
    begin() {
      const before = known
      const now = new Map<string, Known>()
      known = now
      let around: string | null = null
      return (section, context, make) => {
        around ??= aroundOf(context)
        const text = textOf(section)
        const last = before.get(section.name)
        const same = last?.text === text && last.around === around && sameAnswers(last.questions, context.reading)
        if (last !== undefined && same) for (const said of last.counted) context.counted(...said)
        const found = last !== undefined && same ? last : watched(section, context, make)
        if ('text' in found) now.set(section.name, found)
        else if (found.clean && found.group) now.set(section.name, { ...found, group: found.group, text, around })
        return found.group
      }
    },
  }
}

/** Reads a section and notes what went into it. `clean`: there was nothing to say about it. */
function watched(section: Section, context: ProgramContext, make: Parameters<ReadProgram>[2]) {
  const questions: Question[] = []
  const counted: Known['counted'][number][] = []
  // Files of variables are read once for all sections, and only the first one is seen to ask for them.
  let clean = !Object.hasOwn(section.entries, 'env_file')
  const { reading } = context
  const group = make(section, {
    ...context,
    reading: {
      ...reading,
      files: noting(reading, 'files', questions),
      users: noting(reading, 'users', questions),
      error(...told) {
        clean = false
        reading.error(...told)
      },
      warn(...told) {
        clean = false
        reading.warn(...told)
      },
      note(...told) {
        clean = false
        reading.note(...told)
      },
    },
    counted(...said) {
      counted.push(said)
      context.counted(...said)
    },
  })
  return { group, clean, questions, counted }
}

/** The same port; what is asked of it is noted. */
function noting<P extends Question['port']>(reading: Reading, port: P, questions: Question[]): Reading[P] {
  const noted = Object.keys(reading[port]).map((name) => {
    const ask = (what: string) => {
      const answer = answerTo(reading, port, name, what)
      questions.push({ port, name, what, answer })
      return answer
    }
    return [name, ask] as const
  })
  return Object.fromEntries(noted) as unknown as Reading[P]
}

function sameAnswers(questions: readonly Question[], reading: Reading): boolean {
  return questions.every(({ port, name, what, answer }) => sameJson(answerTo(reading, port, name, what), answer))
}

function answerTo(reading: Reading, port: Question['port'], name: string, what: string): unknown {
  // Every question to one of them is a name for a piece of text.
  const ports = reading[port] as unknown as Readonly<Record<string, (what: string) => unknown>>
  return ports[name]?.(what)
}

/** All that a section has to say, without the places: only mistakes tell them. */
function textOf({ name, file, entries }: Section): string {
  return JSON.stringify([name, file, Object.values(entries).map(wordsOf)])
}

function wordsOf({ key, text, list, map, at, layers }: Entry): unknown {
  return [key, text, list, map, at.file, layers?.map(wordsOf)]
}

/** What all sections are read with. */
function aroundOf({ reading, scopes, environment, lines, onDaemonDeath, serverUrl }: ProgramContext): string {
  return JSON.stringify([reading.request, reading.here, scopes('node'), environment, lines, onDaemonDeath, serverUrl])
}
