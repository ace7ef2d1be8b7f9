declare const __VERSION__: string | undefined

/** The version of this build; sources that were never built call themselves `0.0.0-dev`. */
export const VERSION = typeof __VERSION__ === 'string' ? __VERSION__ : '0.0.0-dev'
