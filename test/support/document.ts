import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'

const SCHEMAS = new URL('../../schemas/', import.meta.url)
const ajv = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true })
const validators = new Map<string, ValidateFunction>()

/** @returns what keeps a document from being what `schemas/svctl.<kind>.v1.json` says; '' for nothing */
export function documentProblems(document: { readonly schema: string }): string {
  const name = document.schema.replace('/', '.')
  const known = validators.get(name)
  const validate =
    known ?? ajv.compile(JSON.parse(readFileSync(fileURLToPath(new URL(`${name}.json`, SCHEMAS)), 'utf8')))
  validators.set(name, validate)
  const own = validate(document) ? '' : ajv.errorsText(validate.errors, { separator: '\n' })
  return [own, ...Object.values(document).map(problemsWithin)].filter((problem) => problem !== '').join('\n')
}

/** Whole documents within a document, such as the diff of an acceptance, are held against their own schema. */
function problemsWithin(value: unknown): string {
  const isDocument =
    typeof value === 'object' && value !== null && 'schema' in value && typeof value.schema === 'string'
  return isDocument ? documentProblems(value as { readonly schema: string }) : ''
}
