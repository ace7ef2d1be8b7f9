import type { Packing, StateStore } from '../../src/model/ports.js'

/** A state directory in memory; `broken` ones take nothing. */
export function memoryState(broken = false): StateStore & { readonly files: Map<string, Uint8Array> } {
  const files = new Map<string, Uint8Array>()
  return {
    files,
    directory: '/state',
    problem: () => (broken ? 'cannot make /state: EROFS' : null),
    read: (name) => files.get(name) ?? null,
    write(name, bytes) {
      if (!broken) files.set(name, bytes)
      return !broken
    },
    remove: (name) => void files.delete(name),
    setAside(name) {
      const bytes = files.get(name)
      if (broken || bytes === undefined) return null
      files.delete(name)
      files.set(`${name}.corrupt-0`, bytes)
      return `/state/${name}.corrupt-0`
    },
    list: () => [...files.keys()].sort(),
  }
}

/** Packs nothing, at once. */
export const plainPacking: Packing = {
  pack: (text, done) => done(new TextEncoder().encode(text)),
  unpack: (bytes) => new TextDecoder().decode(bytes),
}
