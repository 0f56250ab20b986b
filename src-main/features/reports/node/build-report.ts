import { importanceCsv } from '../../../reports/export/export-importance-csv.ts'
import { exportCsv } from '../../../reports/export/export-csv.ts'
import { exportEventsCsv } from '../../../reports/export/export-events-csv.ts'
import { exportJson } from '../../../reports/export/export-json.ts'
import { exportMetricsCsv } from '../../../reports/export/export-metrics-csv.ts'
import { buildHtmlReport, buildSections } from '../../../reports/html/build-html-report.ts'
import { forPaper } from '../../../reports/html/for-paper.ts'
import type { HtmlReportOptions } from '../../../reports/html/report-context.ts'
import { createTranslate, type Translate } from '../../../core/i18n/translate.ts'
import { visibleText } from '../../../core/i18n/visible-text.ts'
import { buildLatex } from '../../../reports/text/build-latex.ts'
import { buildMarkdown } from '../../../reports/text/build-markdown.ts'
import { readBlocks } from '../../../reports/text/read-blocks.ts'
import { standaloneFigure } from '../../../reports/text/standalone-figure.ts'
import type { BuiltFile } from '../../../core/processes/query-protocol.ts'
import type { ReportFormat } from '../../../core/questions/report.ts'
import type { StudySnapshot } from '../../../core/study/study.ts'
import { sketchBest } from '../../models/node/sketch-network.ts'
import { paintPng, requireGlyphs } from './paint-png.ts'
import { readThumbnails } from './read-thumbnails.ts'
import { printPdf } from './print-page.ts'
import { methodCitations } from '../../../search/citations.ts'
import { estimatedBestOf } from '../../analysis/node/estimated-best-of.ts'
import { buildZip } from './zip.ts'

/**
 * A report in one of its formats. All of them say the same: the plain ones are read from the sections of the page.
 * Markdown has its figures in a folder beside it. CSV and figures are ZIP archives of several files; the archive of figures has every chart as SVG and PNG, or as SVG alone.
 * @throws AppError `browser.missing` where PDF is asked for, `font.missing` where PNG is
 */
export async function buildReport(
  snapshot: StudySnapshot,
  format: ReportFormat,
  {
    figuresFolder = 'figures',
    ...htmlOptions
  }: HtmlReportOptions & { readonly figuresFolder?: string },
): Promise<BuiltFile> {
  const options = {
    ...htmlOptions,
    network: sketchBest(snapshot),
    methodCitations,
    estimatedBest: estimatedBestOf(snapshot.study.specification, snapshot.trials, snapshot.events),
    thumbnails: await readThumbnails(snapshot),
  }
  const t = createTranslate(options.language)
  switch (format) {
    case 'html':
      return { ending: 'html', mediaType: 'text/html', content: buildHtmlReport(snapshot, options) }
    case 'pdf': {
      const content = await printPdf(forPaper(buildHtmlReport(snapshot, options)))
      return { ending: 'pdf', mediaType: 'application/pdf', content }
    }
    case 'markdown':
    case 'latex': {
      const blocks = readBlocks(buildSections(snapshot, options), t)
      const title = visibleText(t('report.page.title', { name: snapshot.study.name }))
      return format === 'markdown'
        ? {
            ending: 'md',
            mediaType: 'text/markdown',
            content: buildMarkdown(title, blocks, t, figuresFolder),
            figures: new Map(
              [...drawingsOf(blocks)].map(([name, svg]) => [`${figuresFolder}/${name}.svg`, svg]),
            ),
          }
        : {
            ending: 'tex',
            mediaType: 'application/x-tex',
            content: buildLatex(title, blocks, options.language),
          }
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
      const content = await buildZip(figureFiles(snapshot, options, t, format === 'figures'))
      return { ending: `${format}.zip`, mediaType: 'application/zip', content }
    }
  }
}

/** Every chart of a report by its name, as SVG. */
function drawingsOf(blocks: ReturnType<typeof readBlocks>): Map<string, string> {
  const figures = blocks.flatMap(block => (block.kind === 'figure' ? [block.figure] : []))
  return new Map(figures.map(figure => [figure.name, standaloneFigure(figure)]))
}

function figureFiles(
  snapshot: StudySnapshot,
  options: HtmlReportOptions,
  t: Translate,
  withPng: boolean,
): Map<string, string | Buffer> {
  const blocks = readBlocks(buildSections(snapshot, options), t)
  const figures = blocks.flatMap(block => (block.kind === 'figure' ? [block.figure] : []))
  const drawings = drawingsOf(blocks)
  if (withPng) requireGlyphs([...drawings.values()])
  const files = new Map<string, string | Buffer>()
  for (const [name, svg] of drawings) {
    files.set(`${name}.svg`, svg)
    if (withPng) files.set(`${name}.png`, paintPng(svg))
  }
  const captions = figures.map(({ name, caption }) => `${name}: ${caption}\n`).join('')
  files.set('captions.txt', captions)
  return files
}
