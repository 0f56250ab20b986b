import { type MessageDescriptor, msg } from '../../core/errors/message.ts'
import path from 'node:path'
import { AppError } from '../../core/errors/errors.ts'
import type { ReportFormat } from '../../core/questions/report.ts'
import { usageError } from './context.ts'

/** Formats that a command can write, and how their names end. */
export interface OutputFiles<Format extends string> {
  /** The option that names the file, e.g. `-o`. */
  readonly option: string
  /** A format without one is a folder, whose name may end in anything. */
  readonly endings: Readonly<Record<Format, readonly string[]>>
  /** Of the formats that share an ending, the one that is meant where none is given; the others have to be asked for. */
  readonly usual: readonly Format[]
}

/** An archive can be one of three things, none of them more usual than the others. */
export const reportFiles: OutputFiles<ReportFormat> = {
  option: '-o',
  endings: {
    html: ['.html', '.htm'],
    pdf: ['.pdf'],
    markdown: ['.md'],
    latex: ['.tex'],
    csv: ['.zip'],
    json: ['.json'],
    figures: ['.zip'],
    svg: ['.zip'],
  },
  usual: [],
}

/**
 * The format that a file is written in: what was asked for, else what its name ends in.
 * @param wantedFormat by `--format`
 * @throws AppError `usage.invalid` naming the file and the rule: an ending that says something else than `--format`; without it,
 *   one that says nothing, or several things
 */
export function formatOfFile<Format extends string>(
  files: OutputFiles<Format>,
  wantedFormat: Format | undefined,
  file: string,
): Format {
  const ending = path.extname(file).toLowerCase()
  const all = Object.keys(files.endings) as Format[]
  const meant = all.filter(format => files.endings[format].includes(ending))
  if (wantedFormat !== undefined) {
    const endings = files.endings[wantedFormat]
    if (meant.length === 0 || endings.length === 0 || meant.includes(wantedFormat))
      return wantedFormat
    throw refused(
      files,
      file,
      msg('rule.argument.ending', { format: wantedFormat, endings: endings }),
    )
  }
  const usual = meant.filter(format => files.usual.includes(format))
  const [only, ...further] = usual.length > 0 ? usual : meant
  if (only !== undefined && further.length === 0) return only
  if (only !== undefined) {
    throw refused(files, file, msg('rule.argument.severalFormats', { formats: meant }))
  }
  const allEndings = [...new Set(Object.values<readonly string[]>(files.endings).flat())]
  throw refused(files, file, msg('rule.argument.endingOrFormat', { endings: allEndings }))
}

function refused(
  { option }: { readonly option: string },
  file: string,
  rule: MessageDescriptor,
): AppError<'usage.invalid'> {
  return usageError(option, file, rule)
}
