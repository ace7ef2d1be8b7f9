/** What a field of a request body may be; `?` marks those that may be left out. */
type Shape = 'text' | 'text?' | 'texts' | 'texts?' | 'flag?' | 'number?' | 'object?'

type ValueOf<S extends Shape> = S extends 'text'
  ? string
  : S extends 'texts'
    ? readonly string[]
    : S extends 'texts?'
      ? readonly string[] | undefined
      : S extends 'text?'
        ? string | undefined
        : S extends 'number?'
          ? number | undefined
          : S extends 'object?'
            ? object | undefined
            : boolean | undefined

/** A request body that has the shape asked for, or what is wrong with it. */
export type Read<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly message: string }

/**
 * Reads a request body strictly: a field that is missing, unknown or of another type is refused, so that a typing
 * mistake in `allowRemovals` is never taken for its absence.
 */
export function readObject<T extends Readonly<Record<string, Shape>>>(
  body: unknown,
  shapes: T,
): Read<{ readonly [K in keyof T]: ValueOf<T[K]> }> {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    return { ok: false, message: 'The body has to be a JSON object' }
  }
  const unknown = Object.keys(body).find((key) => !Object.hasOwn(shapes, key))
  if (unknown !== undefined) {
    return {
      ok: false,
      message: `Unknown field ${JSON.stringify(unknown)}; known are ${Object.keys(shapes).join(', ')}`,
    }
  }
  const fields: Readonly<Record<string, unknown>> = { ...body }
  for (const [key, shape] of Object.entries(shapes)) {
    if (!fits(fields[key], shape)) return { ok: false, message: `${key} has to be ${WANTED[shape]}` }
  }
  return { ok: true, value: fields as { readonly [K in keyof T]: ValueOf<T[K]> } }
}

const WANTED = {
  text: 'a text',
  'text?': 'a text',
  texts: 'a list of texts',
  'texts?': 'a list of texts',
  'flag?': 'true or false',
  'number?': 'a whole number, 0 or more',
  'object?': 'a JSON object',
} as const satisfies Record<Shape, string>

function fits(value: unknown, shape: Shape): boolean {
  if (value === undefined) return shape.endsWith('?')
  if (shape === 'text' || shape === 'text?') return typeof value === 'string'
  if (shape === 'flag?') return typeof value === 'boolean'
  if (shape === 'number?') return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
  if (shape === 'object?') return typeof value === 'object' && value !== null && !Array.isArray(value)
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
}
