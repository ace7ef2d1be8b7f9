/**
 * What both sides are started with: nothing that steers an interpreter. `NODE_EXTRA_CA_CERTS` alone makes Node 20 parse
 * 140 certificates before its first line, 40 ms that say nothing of a supervisor; the `PYTHON…` variables are the other
 * side's.
 */
export function plainEnvironment() {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(NODE_|PYTHON)/.test(name)))
}
