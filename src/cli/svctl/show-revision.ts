import type { RevisionDocument } from '../../api/json/revisions.js'
import { stringifyYaml } from '../../config/yaml.js'
import { splitName } from '../../model/names.js'
import type { GroupSpec, ProcessSpec } from '../../model/spec.js'
import { type Context, emit, expect, isStructured, report } from './context.js'
import { EXIT, type ExitCode } from './exit.js'
import { causeText } from './history.js'
import { failure } from './locate.js'
import { formatMoment } from './moment.js'
import { printable } from './paint.js'
import { revisionNumber, wrongRevision } from './revision-number.js'

/** `svctl show-revision`: what one accepted revision says, values that may be secret hidden. */
export async function showRevision(context: Context): Promise<ExitCode> {
  const { client, terminal, names: words } = context
  const [word = '', ...names] = words
  const revision = revisionNumber(word)
  if (revision === null) return report(context, failure('BAD_REQUEST', `show-revision: ${wrongRevision(word)}`))
  const got = await expect(context, 'svctl.revision/v1', await client.get(`revisions?n=${revision}`))
  if (!got.ok) return got.exit
  const unknown = names.find((name) => chosen(got.document.groups, [name]).length === 0)
  if (unknown !== undefined) {
    const message = `Revision ${revision} has no process or group ${JSON.stringify(unknown)}`
    return report(context, failure('UNKNOWN_NAME', message))
  }
  const document = { ...got.document, groups: chosen(got.document.groups, names) }
  if (isStructured(context)) await emit(context, document)
  else terminal.out(renderRevision(document))
  return EXIT.yes
}

/** The groups and processes that names mean; all without names. */
function chosen(groups: readonly GroupSpec[], names: readonly string[]): readonly GroupSpec[] {
  if (names.length === 0 || names.includes('all')) return groups
  return groups.flatMap((group) => {
    const processes = group.processes.filter((spec) => names.some((name) => means(name, spec)))
    return processes.length === 0 ? [] : { ...group, processes }
  })
}

function means(name: string, { group, name: process }: ProcessSpec): boolean {
  const wanted = splitName(name)
  return wanted.group === group && (wanted.process === null || wanted.process === process || name === group)
}

/** As YAML that a person reads: by name, without what is not set. */
export function renderRevision({ revision: row, groups }: RevisionDocument): string {
  const mark = row.current ? ', in force' : ''
  const head = `# revision ${row.revision}${mark}: ${causeText(row)}, ${formatMoment(row.acceptedWallMs)}\n`
  const shown = groups.map(({ name, processes, ...group }) => {
    const specs = processes.map(({ group: _group, name: process, ...spec }) => [process, withoutNothing(spec)])
    return [name, { ...withoutNothing(group), processes: Object.fromEntries(specs) }]
  })
  return `${head}# ${printable(row.summary)}\n${stringifyYaml(Object.fromEntries(shown))}`
}

function withoutNothing(record: object): object {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== null && !isEmpty(value)))
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0
}
