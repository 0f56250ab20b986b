import { importanceCsv } from '../../../reports/export/export-importance-csv.ts'
import { exportCsv } from '../../../reports/export/export-csv.ts'
import { exportEventsCsv } from '../../../reports/export/export-events-csv.ts'
import { exportJson } from '../../../reports/export/export-json.ts'
import { exportMetricsCsv } from '../../../reports/export/export-metrics-csv.ts'
import { chartsOf } from '../../../reports/blocks/plain-blocks.ts'
import type { Report } from '../../../reports/blocks/blocks.ts'
import { chartDrawing } from '../../../reports/drawing/chart-drawing.ts'
import { renderHtml } from '../../../reports/html/render-html.ts'
import type { ReportOptions } from '../../../reports/sections/report-context.ts'
import { renderLatex } from '../../../reports/text/render-latex.ts'
import { renderMarkdown } from '../../../reports/text/render-markdown.ts'
import { createTranslate } from '../../../core/i18n/translate.ts'
import { visibleText } from '../../../core/i18n/visible-text.ts'
import type { BuiltFile } from '../../../core/processes/query-protocol.ts'
import type { BuiltReportFormat, ReportFormat } from '../../../core/questions/report.ts'
import type { StudySnapshot } from '../../../core/study/study.ts'
import { readRegularWithin } from '../../../platform/files/read-within.ts'
import { shownFiles, thumbnailKey } from '../../artifacts/common/report-section.ts'
import { sketchBest } from '../../models/node/sketch-network.ts'
import { paintPng, requireGlyphs } from './paint-png.ts'
import { printPdf } from './print-page.ts'
import { methodCitations } from '../../../search/citations.ts'
import { estimatedBestOf } from '../../analysis/node/estimated-best-of.ts'
import { studyReport } from '../common/study-report.ts'
import { buildZip } from './zip.ts'

/** Small pictures as the ingest process has made them; a larger file is none. */
const MAX_THUMBNAIL_BYTES = 200_000

/**
 * A report in one of its formats. All of them render the same blocks but CSV and JSON, which hold the data of the study.
 * Markdown has its figures in a folder beside it. CSV and figures are ZIP archives of several files; the archive of figures has every chart as SVG and PNG, or as SVG alone.
 * @throws AppError `browser.missing` where PDF is asked for, `font.missing` where PNG is
 */
export async function buildReport(
  snapshot: StudySnapshot,
  format: ReportFormat | BuiltReportFormat,
  { figuresFolder = 'figures', ...options }: ReportOptions & { readonly figuresFolder?: string },
): Promise<BuiltFile> {
  const t = createTranslate(options.language)
  const compose = async (): Promise<Report> =>
    studyReport(snapshot, {
      ...options,
      network: sketchBest(snapshot),
      methodCitations,
      estimatedBest: estimatedBestOf(
        snapshot.study.specification,
        snapshot.trials,
        snapshot.events,
      ),
      thumbnails: await readThumbnails(snapshot),
    })
  switch (format) {
    case 'html':
    case 'print': {
      const content = renderHtml(await compose(), { forPaper: format === 'print' })
      return { ending: 'html', mediaType: 'text/html', content }
    }
    case 'pdf': {
      const content = await printPdf(renderHtml(await compose(), { forPaper: true }))
      return { ending: 'pdf', mediaType: 'application/pdf', content }
    }
    case 'markdown': {
      const report = await compose()
      const figures = [...drawingsOf(report)].map(
        ([name, svg]) => [`${figuresFolder}/${name}.svg`, svg] as const,
      )
      return {
        ending: 'md',
        mediaType: 'text/markdown',
        content: renderMarkdown(report, figuresFolder),
        figures: new Map(figures),
      }
    }
    case 'latex': {
      const content = renderLatex(await compose())
      return { ending: 'tex', mediaType: 'application/x-tex', content }
    }
    case 'csv': {
      const content = await buildZip(
        new Map([
          ['trials.csv', exportCsv(snapshot, t)],
          ['metrics.csv', exportMetricsCsv(snapshot)],
          ['events.csv', exportEventsCsv(snapshot, t)],
          ['importance.csv', importanceCsv(snapshot)],
          ['study.yaml', snapshot.study.source],
        ]),
      )
      return { ending: 'csv.zip', mediaType: 'application/zip', content }
    }
    case 'json':
      return { ending: 'json', mediaType: 'application/json', content: exportJson(snapshot, t) }
    case 'figures':
    case 'svg': {
      const content = await buildZip(figureFiles(await compose(), format === 'figures'))
      return { ending: `${format}.zip`, mediaType: 'application/zip', content }
    }
  }
}

/** Every chart of a report by its name, as SVG. */
function drawingsOf(report: Report): Map<string, string> {
  const t = createTranslate(report.language)
  return new Map(
    [...chartsOf(report)].map(([name, chart]) => [name, chartDrawing(chart, report.language, t)]),
  )
}

function figureFiles(report: Report, withPng: boolean): Map<string, string | Buffer> {
  const drawings = drawingsOf(report)
  if (withPng) requireGlyphs([...drawings.values()])
  const files = new Map<string, string | Buffer>()
  for (const [name, svg] of drawings) {
    files.set(`${name}.svg`, svg)
    if (withPng) files.set(`${name}.png`, paintPng(svg))
  }
  const captions = [...chartsOf(report)].map(
    ([name, { caption }]) => `${name}: ${visibleText(caption)}\n`,
  )
  files.set('captions.txt', captions.join(''))
  return files
}

/** The small pictures that a report shows, in base 64, by trial and kind of file; one that is gone is left out. */
async function readThumbnails(snapshot: StudySnapshot): Promise<ReadonlyMap<string, string>> {
  const pictures = shownFiles(snapshot).shownTrials.flatMap(shownTrial => shownTrial.pictures)
  const read = await Promise.all(
    pictures.map(async file => {
      const previewPath = file.previewPath ?? ''
      const bytes = await readRegularWithin(previewPath, 'kind', MAX_THUMBNAIL_BYTES).catch(
        () => null,
      )
      return [thumbnailKey(file), bytes?.toString('base64')] as const
    }),
  )
  return new Map(read.flatMap(([key, bytes]) => (bytes === undefined ? [] : [[key, bytes]])))
}
