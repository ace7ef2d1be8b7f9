declare const __VERSION__: string | undefined

/** The package's version, filled in by the bundler; X.Y.Z, as clients of Supervisor expect it. */
export const VERSION = typeof __VERSION__ === 'string' ? __VERSION__ : '0.0.0'
