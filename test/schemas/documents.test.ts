import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'

const SCHEMAS = fileURLToPath(new URL('../../schemas/', import.meta.url))
const SOURCES = fileURLToPath(new URL('../../src/', import.meta.url))

type Schema = Readonly<Record<string, unknown>>

const files = readdirSync(SCHEMAS).filter((name) => /^svctl\.[a-z]+\.v\d+\.json$/.test(name))
const schemas = files.map((name): readonly [string, Schema] => [
  name,
  JSON.parse(readFileSync(join(SCHEMAS, name), 'utf8')),
])

/** The text of every file below a folder. */
function textsBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(folder, name), 'utf8'))
}

test('every document that is made has a schema, and every schema a document', () => {
  const made = textsBelow(SOURCES).flatMap((text) =>
    [...text.matchAll(/schema: '(svctl\.[a-z]+)\/(v\d+)'/g)].map(([, kind, version]) => `${kind}.${version}.json`),
  )
  expect([...new Set(made)].sort()).toEqual([...files].sort())
})

test.each(schemas)('%s says what it is, describes everything and allows nothing else', (name, schema) => {
  expect(schema).toMatchObject({ $schema: 'https://json-schema.org/draft/2020-12/schema', $id: name })
  expect(schema).toMatchObject({
    properties: { schema: { const: name.replace('.json', '').replace(/\.(v\d+)$/, '/$1') } },
  })
  expect(new Ajv2020({ strict: true, allowUnionTypes: true }).validateSchema(schema)).toBe(true)
  expect(partsOf(schema).flatMap(([path, part]) => wrongIn(path, part))).toEqual([])
})

/** Every schema within a schema, with the way to it. */
function partsOf(value: unknown, path = ''): readonly (readonly [string, Schema])[] {
  if (typeof value !== 'object' || value === null) return []
  const within = Object.entries(value).flatMap(([key, part]) => partsOf(part, `${path}/${key}`))
  return Array.isArray(value) ? within : [[path, value as Schema], ...within]
}

function wrongIn(path: string, { type, properties, additionalProperties }: Schema): readonly string[] {
  if (typeof properties !== 'object' || properties === null || path.endsWith('/properties')) return []
  // A whole document of another kind, which has a schema of its own.
  const isEmbedded = Object.keys(properties).join() === 'schema' && path !== ''
  const closed = isEmbedded || type === undefined || additionalProperties !== undefined
  const undescribed = Object.entries(properties as Readonly<Record<string, Schema>>)
    .filter(([, part]) => !isEmbedded && !('description' in part) && !('$ref' in part))
    .map(([key]) => `${path}/properties/${key} has no description`)
  return closed ? undescribed : [`${path} takes anything else`, ...undescribed]
}

describe('what several schemas define', () => {
  const byName = new Map<string, [string, Schema][]>()
  for (const [file, { $defs }] of schemas)
    for (const [name, part] of Object.entries(($defs ?? {}) as Readonly<Record<string, Schema>>))
      byName.set(name, [...(byName.get(name) ?? []), [file, part]])
  const shared = [...byName].filter(([, definitions]) => definitions.length > 1)

  test.each(shared)('%s is the same everywhere', (_, definitions) => {
    const [first] = definitions
    for (const [file, part] of definitions) expect([file, part]).toEqual([file, first?.[1]])
  })
})
