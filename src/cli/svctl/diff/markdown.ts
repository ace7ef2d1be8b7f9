import type { ChangeRow, DiffDocument } from '../../../api/json/diff-document.js'
import type { FieldChange } from '../../../model/operator.js'
import { printable } from '../paint.js'
import {
  base,
  cluster,
  effectText,
  hasChanges,
  place,
  SIGN,
  showValue,
  spanText,
  stepsText,
  subject,
  summaryLine,
  title,
  worstOf,
} from '../render-diff.js'

/** A diff as a comment on a pull request: GitHub's and GitLab's Markdown, nothing in it can break out of its cell. */
export function renderMarkdown(document: DiffDocument): string {
  const head = `${code(subject(document))} against ${code(base(document))}`
  if (!hasChanges(document)) return `${head}: no changes\n`
  const rows = [
    ...cluster(document.processes).map(programRow),
    ...document.groupFields.map(({ group, fields }) =>
      cells('~', `group ${group}`, 'changed in itself', '', '', fields),
    ),
    ...(document.daemonFields.length === 0
      ? []
      : [cells('~', 'the daemon', 'when it is started anew', '', '', document.daemonFields)]),
  ]
  return [
    head,
    '',
    '| | Program | Effect | Steps | At most | Changes |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows,
    '',
    `**${escapeMarkdown(summaryLine(document))}**`,
    ...(document.guard === null ? [] : ['', `> **Held back:** ${escapeMarkdown(printable(document.guard.message))}`]),
    '',
  ].join('\n')
}

function programRow(rows: readonly [ChangeRow, ...ChangeRow[]]): string {
  const [{ change, fields }] = rows
  const worst = stepsText(rows) === '' ? null : worstOf(rows)
  const span = worst === null ? '' : spanText(worst)
  return cells(SIGN[change], title(rows), effectText(rows), stepsText(rows), span, fields)
}

function cells(
  sign: string,
  name: string,
  effect: string,
  steps: string,
  span: string,
  fields: readonly FieldChange[],
): string {
  const changes = fields.map(({ field, from, to, at }) => {
    const where = at === null ? '' : ` (${code(printable(place(at)))})`
    return `${code(printable(field))}: ${code(showValue(from))} → ${code(showValue(to))}${where}`
  })
  return `| ${code(sign)} | ${code(name)} | ${escapeMarkdown(effect)} | ${steps} | ${span} | ${changes.join('<br>')} |`
}

/** Text to be read letter by letter. Inside the element nobody is notified by an @name. */
function code(text: string): string {
  return `<code>${escapeMarkdown(text)}</code>`
}

/** Everything that Markdown or HTML could take for markup becomes a character reference, which is never markup. */
export function escapeMarkdown(text: string): string {
  return text.replace(/[&<>"'`|*_~[\]()\\#@!:{}$^]/g, (char) => `&#${char.charCodeAt(0)};`)
}
