import type { Field, FieldTable, FieldType } from '../config/fields/row.js'
import { FIELDS, isOpenEnded, SECTION_KINDS, SECTIONS, type SectionKind } from '../config/fields.js'
import { invariant } from '../model/assert.js'
import { EVENT_TYPES } from './event-types.js'

/** A JSON Schema, or a part of one. */
export type Schema = Readonly<Record<string, unknown>>

/**
 * The schema of the YAML form, from the table of options: JSON Schema, draft 2020-12.
 *
 * It describes what editors should offer and underline. The reader accepts a little more: every value may be a text as
 * INI would have it, and section names may be written out (`"program:web":`).
 */
export function yamlSchema(): Schema {
  const sections = Object.fromEntries(SECTION_KINDS.map((kind) => [kind, sectionSchema(kind)]))
  const patterns = SECTION_KINDS.filter((kind) => SECTIONS[kind].naming !== 'alone').map((kind) => [
    `^${kind}:.`,
    { $ref: `#/$defs/${kind}` },
  ])
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'svctl configuration',
    description: 'Programs that should run, with the options of Supervisor and a few more',
    type: 'object',
    properties: { $schema: { type: 'string', description: 'Where editors find this schema' }, ...sections },
    patternProperties: {
      '^x-': { description: 'Free, for anchors that other sections refer to' },
      ...Object.fromEntries(patterns),
    },
    additionalProperties: false,
    $defs: Object.fromEntries(SECTION_KINDS.map((kind) => [kind, bodySchema(kind)])),
  }
}

function sectionSchema(kind: SectionKind): Schema {
  const { naming, doc: description } = SECTIONS[kind]
  const body = { $ref: `#/$defs/${kind}` }
  if (naming === 'alone') return { description, ...body }
  const named = { type: 'object', additionalProperties: body }
  // A server stands alone, or has its options one level further down below a name.
  if (naming === 'either') return { description, anyOf: [body, named] }
  return { description: `${description}, by name`, ...named }
}

function bodySchema(kind: SectionKind): Schema {
  const table: FieldTable = FIELDS[kind]
  const rows = Object.entries(table)
  const required = rows.filter(([, field]) => field.required).map(([name]) => name)
  // What a section needs may come from the one that it extends.
  const needs = required.length === 0 ? {} : 'extends' in table ? { anyOf: [{ required }, EXTENDS] } : { required }
  return {
    type: ['object', 'null'],
    description: SECTIONS[kind].doc,
    properties: Object.fromEntries(rows.map(([name, field]) => [name, fieldSchema(name, field)])),
    ...needs,
    additionalProperties: isOpenEnded(kind) ? { type: ['string', 'number', 'boolean'] } : false,
  }
}

const EXTENDS: Schema = { required: ['extends'] }

function fieldSchema(name: string, field: Field): Schema {
  const shape = name === 'events' ? listOf(EVENT_TYPES) : shapeOf(field)
  const byDefault = field.default === null ? {} : { default: defaultOf(field) }
  const examples = field.example === undefined ? {} : { examples: [field.example] }
  return { description: describe(field), ...withExpansion(field, shape), ...byDefault, ...examples }
}

function describe({ doc, unit, defaultNote, note }: Field): string {
  const parts = [doc, unit && `In ${unit}`, defaultNote && `Default: ${defaultNote}`, note && capital(note)]
  return parts.flatMap((part) => (part ? [`${part}.`] : [])).join(' ')
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

const TEXT: Schema = { type: 'string' }
const SHAPES: Readonly<Record<Exclude<FieldType, 'choice' | 'log-level'>, Schema>> = {
  text: { type: ['string', 'number', 'boolean'] },
  command: { type: ['string', 'array'], items: { type: ['string', 'number'] } },
  integer: { anyOf: [{ type: 'integer' }, { type: 'string', pattern: '^[+-]?[0-9]+$' }] },
  boolean: {
    anyOf: [{ type: 'boolean' }, { enum: [0, 1, 'yes', 'no', 'on', 'off'] }],
  },
  // 022 is the number 22 to most readers of YAML; this one keeps the digits.
  octal: {
    anyOf: [
      { type: 'integer', minimum: 0 },
      { type: 'string', pattern: '^(0o)?[0-7]+$' },
    ],
  },
  bytes: {
    anyOf: [{ type: 'integer' }, { type: 'string', pattern: '^[+-]?[0-9]+ *([kKmMgG][bB])?$' }],
  },
  signal: { type: ['string', 'integer'] },
  'exit-codes': {
    anyOf: [
      { type: 'integer', minimum: 0, maximum: 255 },
      { type: 'string', pattern: '^ *[0-9]+ *(, *[0-9]+ *)*$' },
      { type: 'array', items: { type: 'integer', minimum: 0, maximum: 255 } },
    ],
  },
  list: { type: ['string', 'array'], items: { type: ['string', 'number'] } },
  lines: { type: ['string', 'array'], items: { type: 'string' } },
  autorestart: { anyOf: [{ type: 'boolean' }, { enum: ['unexpected', 'yes', 'no', 'on', 'off'] }] },
  'log-file': TEXT,
  file: TEXT,
  directory: TEXT,
  user: { type: ['string', 'integer'] },
  owner: { type: ['string', 'integer'] },
  address: { type: ['string', 'integer'] },
  limit: { type: ['string', 'integer'] },
  'io-priority': TEXT,
  'cpu-share': { type: ['string', 'number'] },
  environment: {
    type: ['string', 'object'],
    additionalProperties: { type: ['string', 'number', 'boolean'] },
  },
}

function shapeOf({ type, choices = [] }: Field): Schema {
  // What may be written true or false in a file of words is a boolean in YAML.
  const truths = choices.includes('true') ? [true, false] : []
  return type === 'choice' || type === 'log-level' ? { enum: [...choices, ...truths] } : SHAPES[type]
}

function listOf(words: readonly string[]): Schema {
  return { anyOf: [{ type: 'string' }, { type: 'array', items: { enum: words } }] }
}

/** Where variables may stand a text that has one is fine whatever it comes to. */
function withExpansion({ expands }: Field, shape: Schema): Schema {
  const takesAnyText = shape.type === 'string' || (Array.isArray(shape.type) && shape.type.includes('string'))
  if (expands === 'none' || takesAnyText) return shape
  const variable = { type: 'string', pattern: '%\\(' }
  return { anyOf: [...(Array.isArray(shape.anyOf) ? shape.anyOf : [shape]), variable] }
}

/** A default as YAML would have it. */
function defaultOf({ type, default: text }: Field): unknown {
  invariant(text !== null, 'only fields with a default have one')
  switch (type) {
    case 'integer':
      return Number(text)
    case 'boolean':
      return text === 'true'
    case 'exit-codes':
      return text.split(',').map(Number)
    case 'environment':
      return {}
    default:
      return text
  }
}
