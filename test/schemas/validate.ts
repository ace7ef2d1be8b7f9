type Schema = Readonly<Record<string, unknown>>

/**
 * Says where a value breaks a JSON Schema: the few words of draft 2020-12 that our schemas use. A word it does not know
 * is an error too, so that a schema cannot outgrow this unseen.
 */
export function violations(root: Schema, value: unknown, schema: Schema = root, path = ''): readonly string[] {
  const check = (inner: unknown, part: unknown, at: string) => violations(root, part, inner as Schema, at)
  return Object.entries(schema).flatMap(([word, rule]): readonly string[] => {
    switch (word) {
      case '$schema':
      case '$defs':
      case 'title':
      case 'description':
      case 'default':
      case 'examples':
        return []
      case '$ref': {
        const name = String(rule).replace('#/$defs/', '')
        return check((root.$defs as Schema)[name], value, path)
      }
      case 'type':
        return [rule].flat().includes(typeOf(value)) ||
          ([rule].flat().includes('number') && typeOf(value) === 'integer')
          ? []
          : [`${path}: is no ${[rule].flat().join(' or ')}`]
      case 'enum':
        return (rule as readonly unknown[]).includes(value) ? [] : [`${path}: not among ${JSON.stringify(rule)}`]
      case 'pattern':
        return typeof value !== 'string' || new RegExp(String(rule)).test(value)
          ? []
          : [`${path}: does not match ${rule}`]
      case 'minimum':
        return typeof value !== 'number' || value >= Number(rule) ? [] : [`${path}: below ${rule}`]
      case 'maximum':
        return typeof value !== 'number' || value <= Number(rule) ? [] : [`${path}: above ${rule}`]
      case 'anyOf':
        return (rule as readonly Schema[]).some((one) => check(one, value, path).length === 0)
          ? []
          : [`${path}: fits nothing`]
      case 'items':
        return Array.isArray(value) ? value.flatMap((item, i) => check(rule, item, `${path}/${i}`)) : []
      case 'required':
        return isObject(value)
          ? (rule as readonly string[]).flatMap((name) => (name in value ? [] : [`${path}: lacks ${name}`]))
          : []
      case 'properties':
        return isObject(value)
          ? Object.entries(value).flatMap(([name, part]) =>
              Object.hasOwn(rule as Schema, name) ? check((rule as Schema)[name], part, `${path}/${name}`) : [],
            )
          : []
      case 'patternProperties':
        return isObject(value)
          ? Object.entries(value).flatMap(([name, part]) =>
              Object.entries(rule as Schema).flatMap(([pattern, inner]) =>
                new RegExp(pattern).test(name) ? check(inner, part, `${path}/${name}`) : [],
              ),
            )
          : []
      case 'additionalProperties':
        return isObject(value)
          ? Object.entries(value).flatMap(([name, part]) => {
              if (isDeclared(schema, name)) return []
              return rule === false ? [`${path}: has ${name}`] : check(rule, part, `${path}/${name}`)
            })
          : []
      default:
        return [`${path}: the schema says ${word}, which this does not know`]
    }
  })
}

function isDeclared(schema: Schema, name: string): boolean {
  const patterns = Object.keys((schema.patternProperties as Schema | undefined) ?? {})
  const properties = (schema.properties as Schema | undefined) ?? {}
  return Object.hasOwn(properties, name) || patterns.some((pattern) => new RegExp(pattern).test(name))
}

function isObject(value: unknown): value is Schema {
  return typeOf(value) === 'object'
}

function typeOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  return Number.isInteger(value) ? 'integer' : typeof value
}
