import { versions } from './sides.mjs'
import { median, spread } from './statistics.mjs'

/**
 * Renders rows as a table: medians with the spread of the middle half, and the ratio ours/theirs.
 *
 * @param rows - `{suite, name, unit, ours, theirs, goal, better?, broken?}`; `goal` is the ratio we want, at most, or
 *   at least where `better` is 'more'
 */
export function renderTable(rows) {
  const lines = rows.map(cells)
  const head = ['suite', 'what', 'ours', 'theirs', 'ratio', 'goal', '']
  const widths = head.map((title, at) => Math.max(title.length, ...lines.map((line) => line[at].length)))
  const render = (line) =>
    line
      .map((cell, at) => (at >= 2 && at <= 5 ? cell.padStart(widths[at]) : cell.padEnd(widths[at])))
      .join('  ')
      .trimEnd()
  return [versions(), render(head), render(widths.map((width) => '-'.repeat(width))), ...lines.map(render)].join('\n')
}

function cells({ suite, name, unit, ours, theirs, goal, better = 'less', broken }) {
  const ratio = median(ours) / median(theirs)
  const met = better === 'more' ? ratio >= goal : ratio <= goal
  return [
    suite,
    name,
    figure(ours, unit),
    figure(theirs, unit),
    ratio.toFixed(ratio < 0.1 ? 4 : 2),
    goal === null ? '' : `${better === 'more' ? '>=' : '<='} ${goal}`,
    broken ?? (goal === null || met ? '' : 'missed'),
  ]
}

function figure(samples, unit) {
  const middle = median(samples)
  const digits = middle >= 100 ? 0 : middle >= 10 ? 1 : 2
  return `${middle.toFixed(digits)} ${unit} +-${(spread(samples) * 100).toFixed(0)}%`
}
