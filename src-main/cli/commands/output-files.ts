import { join } from 'node:path'
import process from 'node:process'
import { Option, type Command } from 'commander'
import { AppError } from '../../contract/errors.ts'
import { knownNames } from '../../contract/closest-name.ts'
import {
  type ExportFormat,
  exportFormats,
  type ReportFormat,
  reportFormats,
  type ReportSection,
  reportSections,
} from '../../contract/report.ts'
import type { StudySnapshot } from '../../contract/study.ts'
import { toHyperoptTrials } from '../../interop/hyperopt/to-hyperopt.ts'
import { toOptunaStudy } from '../../interop/optuna/to-optuna.ts'
import { exportCsv } from '../../reports/export/export-csv.ts'
import { exportJson } from '../../reports/export/export-json.ts'
import { exportMetricsCsv } from '../../reports/export/export-metrics-csv.ts'
import { writeReport } from '../../reports/write-report.ts'
import { tunewrightVersion } from '../../machine/environment.ts'
import { writeTensorboardFolder } from '../../exchange/tensorboard/write-folder.ts'
import { writeOptunaFile } from '../../exchange/write-optuna-file.ts'
import { buildReport } from '../../reporting/build-report.ts'
import { reportFileName } from '../../reporting/report-file-name.ts'
import { createContext, withReader } from '../context.ts'
import { exportFiles, formatOfFile, reportFiles } from '../output-format.ts'

interface ExportOptions {
  readonly format?: ExportFormat
  readonly output?: string
}

interface ReportOptions {
  readonly format?: ReportFormat
  readonly sections?: string
  readonly output?: string
}

/** Formats that are texts, and may go to standard output. */
const texts = {
  csv: exportCsv,
  json: exportJson,
  'metrics-csv': exportMetricsCsv,
  hyperopt: toHyperoptTrials,
}

/** Formats that need a place of their own. */
const files = {
  optuna: (snapshot: StudySnapshot, path: string) => writeOptunaFile(path, toOptunaStudy(snapshot)),
  tensorboard: (snapshot: StudySnapshot, path: string) => writeTensorboardFolder(path, snapshot),
}

export function addOutputCommands(program: Command): void {
  program
    .command('export')
    .description('Write the trials of a study for other programs.')
    .argument('<study>', 'name or id')
    .argument('[file]', 'file (or folder) to write, instead of standard output')
    .addOption(
      new Option(
        '--format <format>',
        'csv: a row per trial; metrics-csv: a row per metric value; hyperopt: trial documents as JSON; optuna: an SQLite file that Optuna goes on with; tensorboard: a log folder (default: what FILE ends in, without one csv)',
      ).choices(exportFormats),
    )
    .option('-o, --output <file>', 'the same as FILE')
    .action(
      async (name: string, path: string | undefined, options: ExportOptions, command: Command) => {
        const context = createContext(command)
        const target = path ?? options.output
        const format =
          target === undefined
            ? (options.format ?? 'csv')
            : formatOfFile(exportFiles, options.format, target)
        await withReader(context, async reader => {
          const snapshot = reader.snapshot(reader.findStudy(name).id)
          const file = await writeExport(snapshot, format, target)
          if (file === null) return
          if (context.json) context.printJson({ export: file })
          else context.print(context.texts.written(file))
        })
      },
    )

  program
    .command('report')
    .description('Write the report of a study.')
    .argument('<study>', 'name or id')
    .addOption(
      new Option(
        '--format <format>',
        'html: one file, no network, no script; csv, figures (SVG and PNG) and svg: a ZIP archive; pdf and figures need an installed Chromium, Chrome or Edge (default: what the file of -o ends in, without one html)',
      ).choices(reportFormats),
    )
    .option('--sections <names>', `which, separated by commas: ${reportSections.join(', ')}`)
    .option('-o, --output <file>', 'file to write')
    .action(async (name: string, options: ReportOptions, command: Command) => {
      const context = createContext(command)
      const sections = readSections(options.sections)
      const format =
        options.output === undefined
          ? (options.format ?? 'html')
          : formatOfFile(reportFiles, options.format, options.output)
      await withReader(context, async reader => {
        const study = reader.findStudy(name)
        const report = await buildReport(reader.snapshot(study.id), format, {
          language: context.language,
          generatedAtMs: context.now(),
          version: tunewrightVersion(),
          ...(sections === null ? {} : { sections }),
        })
        const own = `${reportFileName(study.name, study.id)}.${report.ending}`
        const path = options.output ?? join(context.workspace.reportDirectory, own)
        const file = await writeReport(path, report.content)
        if (context.json) context.printJson({ report: file })
        else context.print(context.texts.written(file))
      })
    })
}

/** @throws AppError `usage.invalid` naming the words that are no section */
function readSections(text: string | undefined): ReportSection[] | null {
  if (text === undefined) return null
  const names = text.split(',').map(name => name.trim())
  const known: readonly string[] = reportSections
  const unknown = names.filter(name => !known.includes(name))
  if (unknown.length === 0) return names as ReportSection[]
  const reason = `--sections: ${unknown.map(name => JSON.stringify(name)).join(', ')} is no section${knownNames(unknown[0] ?? '', reportSections)}`
  throw new AppError('usage.invalid', { reason })
}

/** @returns where it lies; null where it went to standard output */
async function writeExport(
  snapshot: StudySnapshot,
  format: ExportFormat,
  path: string | undefined,
): Promise<string | null> {
  if (isFile(format)) {
    if (path !== undefined) return files[format](snapshot, path)
    const reason = `--format ${format} needs a file: tunewright export STUDY --format ${format} FILE`
    throw new AppError('usage.invalid', { reason })
  }
  const text = texts[format](snapshot)
  if (path !== undefined) return writeReport(path, text)
  process.stdout.write(text)
  return null
}

function isFile(format: ExportFormat): format is keyof typeof files {
  return Object.hasOwn(files, format)
}
