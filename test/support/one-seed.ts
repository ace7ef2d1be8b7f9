import fc from 'fast-check'

// The same inputs on every run, so that one change does not fail for another; `FC_SEED` tries others, and a failure
// names its own.
fc.configureGlobal({ seed: Number(process.env.FC_SEED ?? 1) })
