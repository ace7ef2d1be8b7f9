/**
 * Judges compared scenarios against the differences that are meant.
 *
 * @param results - what `compare.mjs --json` wrote: name, diffs (steps that differ), broken
 * @param deliberate - scenario name to the titles of the steps that may differ, each with its reason
 * @returns how many scenarios are as expected and how many are not, and a line for each that needs a word
 */
export function judge(results, deliberate) {
  const verdicts = results.map((result) => verdict(result, deliberate[result.name] ?? {}))
  const equal = results.filter(({ diffs, broken }) => diffs.length === 0 && broken.length === 0).length
  return {
    passed: verdicts.filter(({ held }) => held).length,
    failed: verdicts.filter(({ held }) => !held).length,
    lines: [...verdicts.flatMap(({ lines }) => lines), `${equal} of ${results.length} equal`],
  }
}

/** Whether every step that differs is listed: to carry the scenario out again would tell nothing new. */
export function allMeant(diffs, reasons) {
  return diffs.every(({ title }) => reasonFor(title, reasons) !== null)
}

function verdict({ name, diffs, broken }, reasons) {
  if (broken.length > 0)
    return {
      held: false,
      lines: [`FAILED: ${name}: the reference could not be taken through it (${broken.join('; ')})`],
    }
  const titles = diffs.map(({ title }) => title)
  const unexpected = titles.filter((title) => reasonFor(title, reasons) === null)
  const equalNow = Object.keys(reasons).filter((step) => !titles.some((title) => matches(title, step)))
  return {
    held: unexpected.length === 0,
    lines: [
      ...unexpected.map((title) => `FAILED: ${name}: unexpected difference: ${title}`),
      ...equalNow.map((step) => `note: ${name}: equal now, remove it from the list: ${step}`),
      ...titles
        .flatMap((title) => reasonFor(title, reasons) ?? [])
        .map((reason) => `differs on purpose: ${name}: ${reason}`),
    ],
  }
}

function reasonFor(title, reasons) {
  const step = Object.keys(reasons).find((candidate) => matches(title, candidate))
  return step === undefined ? null : reasons[step]
}

/** Steps are listed by the beginning of their title, `step 4:`, or `*` for a whole scenario. */
function matches(title, step) {
  return step === '*' || title.startsWith(step)
}
