import { machineTimeZone } from '../../../platform/machine/time-zone.ts'
import { msg } from '../../../core/errors/message.ts'
import { dirname, join, parse } from 'node:path'
import { Option } from 'commander'
import { AppError } from '../../../core/errors/errors.ts'
import { unknownName } from '../../../core/values/closest-name.ts'
import { type ExportFormat, exportFormats } from '../../../core/exporters/registry.ts'
import {
  type ReportFormat,
  reportFormats,
  type ReportSection,
  reportSections,
} from '../../../core/questions/report.ts'
import type { StudySnapshot } from '../../../core/study/study.ts'
import { type Force, requireFree, writeOutput } from '../../../platform/files/write-output.ts'
import { tunewrightVersion } from '../../../platform/machine/environment.ts'
import { exporters } from '../../exports/node/exporters/registry.ts'
import { type AddCommands, usageError, withReader } from '../../command-line/context.ts'
import { exportFiles } from '../../exports/cli/export-files.ts'
import { formatOfFile, reportFiles } from '../../command-line/output-format.ts'
import type { Translate } from '../../../core/i18n/translate.ts'
import { printData } from '../../command-line/print-data.ts'

interface ExportOptions extends Force {
  readonly format?: ExportFormat
  readonly output?: string
}

interface ReportOptions extends Force {
  readonly format?: ReportFormat
  readonly sections?: string
  readonly output?: string
}

export const addCommands: AddCommands = (program, t) => {
  program
    .command('export')
    .description(t('cli.help.export'))
    .argument('<study>', t('cli.help.study'))
    .argument('[file]', t('cli.help.export.file'))
    .addOption(new Option('--format <format>', t('cli.help.export.format')).choices(exportFormats))
    .option('-o, --output <file>', t('cli.help.export.output'))
    .option('--force', t('cli.help.force'))
    .run(async (context, name: string, path: string | undefined, options: ExportOptions) => {
      const target = path ?? options.output
      const format =
        target === undefined
          ? (options.format ?? 'csv')
          : formatOfFile(exportFiles, options.format, target)
      if (exporters[format].overwrites !== true) requireFree(target, options)
      await withReader(context, async reader => {
        const snapshot = reader.snapshot(reader.findStudy(name).id)
        const file = await writeExport(snapshot, format, target, t, options)
        if (file !== null) context.printValues(t('cli.written', { file }), { export: file })
      })
    })

  program
    .command('report')
    .description(t('cli.help.report'))
    .argument('<study>', t('cli.help.study'))
    .addOption(new Option('--format <format>', t('cli.help.report.format')).choices(reportFormats))
    .option('--sections <names>', t('cli.help.report.sections', { sections: reportSections }))
    .option('-o, --output <file>', t('cli.help.report.output'))
    .option('--force', t('cli.help.force'))
    .run(async (context, name: string, options: ReportOptions) => {
      requireFree(options.output, options)
      const sections = readSections(options.sections)
      const format =
        options.output === undefined
          ? (options.format ?? 'html')
          : formatOfFile(reportFiles, options.format, options.output)
      // Exports have no use for what makes reports.
      const { buildReport } = await import('../node/build-report.ts')
      const { reportFileName } = await import('../node/report-file-name.ts')
      const { readErrorsOfBest } = await import('../../error-analysis/node/read-error-analysis.ts')
      await withReader(context, async reader => {
        const study = reader.findStudy(name)
        const defaultName = reportFileName(study.name, study.id)
        const title = options.output === undefined ? defaultName : parse(options.output).name
        const report = await buildReport(reader.snapshot(study.id), format, {
          figuresFolder: `${title}-figures`,
          errors: await readErrorsOfBest(reader, study.id, context.workspace.databasePath),
          language: context.language,
          generatedAtMs: context.now(),
          timeZone: machineTimeZone(),
          version: tunewrightVersion(),
          ...(sections === null ? {} : { sections }),
        })
        const path =
          options.output ??
          join(context.workspace.reportDirectory, `${defaultName}.${report.ending}`)
        for (const [name, figure] of report.figures ?? [])
          await writeOutput(join(dirname(path), name), figure)
        const file = await writeOutput(
          path,
          report.content,
          options.output === undefined || options.force === true,
        )
        context.printValues(t('cli.written', { file }), { report: file })
      })
    })
}

/** @throws AppError `specification.invalid` naming the words that are no section */
function readSections(text: string | undefined): ReportSection[] | null {
  if (text === undefined) return null
  const names = text.split(',').map(name => name.trim())
  const sectionNames: readonly string[] = reportSections
  const unknown = names.filter(name => !sectionNames.includes(name))
  if (unknown.length === 0) return names as ReportSection[]
  const problems = unknown.map(value => ({
    path: [],
    value,
    rule: unknownName('section', value, reportSections),
  }))
  throw new AppError('specification.invalid', { file: '--sections', problems })
}

/** @returns where it lies; null where it went to standard output */
async function writeExport(
  snapshot: StudySnapshot,
  format: ExportFormat,
  path: string | undefined,
  t: Translate,
  { force = false }: Force,
): Promise<string | null> {
  const exporter = exporters[format]
  if (exporter.write !== undefined) {
    if (path !== undefined) return exporter.write(snapshot, path, t, force)
    throw usageError('--format', format, msg('rule.argument.needsFile', { format }))
  }
  const text = exporter.text?.(snapshot, t) ?? ''
  if (path !== undefined) return writeOutput(path, text, force)
  printData(text)
  return null
}
