import { statSync } from 'node:fs'
import { dirname } from 'node:path'
import { convertFile } from '../../config/convert.js'
import { isYaml } from '../../config/read.js'
import { renderDiagnostics } from '../../config/render.js'
import { absolutePath } from '../../desired/paths.js'
import { hostFiles } from '../../host/files.js'
import { type Context, emit, isStructured, report } from './context.js'
import { EXIT, type ExitCode } from './exit.js'
import { failure } from './locate.js'
import { printable } from './paint.js'
import { writeWhole } from './write-file.js'

/** `svctl.converted/v1`: one file in the other format. */
export interface ConvertedDocument {
  readonly schema: 'svctl.converted/v1'
  readonly file: string
  readonly to: 'ini' | 'yaml'
  /** The file that was written; `null` when the text is only here. */
  readonly out: string | null
  readonly text: string
}

/** `svctl convert`: one configuration file as INI or as YAML. Files that it includes are read in either format. */
export async function convert(context: Context): Promise<ExitCode> {
  const { options, terminal, names, errPaint } = context
  const { flags } = options
  const file = absolutePath(names[0] ?? '', terminal.directory)
  const to = isYaml(file) ? 'ini' : 'yaml'
  const wanted = flags.text('--to')
  const named = flags.text('--out')
  const out = named === null ? null : absolutePath(named, terminal.directory)
  if (wanted !== null && wanted !== to)
    return report(
      context,
      failure('BAD_REQUEST', `convert: ${file} is ${wanted === 'yaml' ? 'YAML' : 'INI'} by its name`),
    )
  if (out !== null && isYaml(out) !== (to === 'yaml'))
    return report(
      context,
      failure('BAD_REQUEST', `convert: ${out} would be read as ${to === 'yaml' ? 'INI' : 'YAML'}; ${NAMES[to]}`),
    )
  const read = hostFiles.read(file)
  if (!read.ok) return report(context, failure('CONFIG_INVALID', `Cannot read ${file}: ${read.errno}`))
  const converted = convertFile(read.bytes, file)
  const { warnings } = converted
  if (!converted.ok)
    return report(context, failure('CONFIG_INVALID', `Cannot convert ${file}`, [...converted.errors, ...warnings]))
  if (warnings.length > 0) terminal.err(`${renderDiagnostics(warnings, { color: errPaint.on })}\n`)
  const text = converted.value
  if (out !== null) {
    const refused = writeWhole(out, text, { force: flags.has('--force'), mode: statSync(file).mode & 0o777 })
    if (refused !== null) return report(context, refused)
    if (dirname(out) !== dirname(file))
      terminal.err(`note: %(here)s and relative paths now start at ${printable(dirname(out))}\n`)
  }
  if (isStructured(context))
    await emit(context, { schema: 'svctl.converted/v1', file, to, out, text } satisfies ConvertedDocument)
  else terminal.out(out === null ? text : `wrote ${printable(out)}\n`)
  return EXIT.yes
}

const NAMES = {
  yaml: 'a name that ends in .yaml or .yml makes it YAML',
  ini: 'only .yaml and .yml are not INI',
} as const
