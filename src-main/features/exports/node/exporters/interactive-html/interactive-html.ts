import { createHash } from 'node:crypto'
import { interactiveHtmlFormat } from '../../../../../core/exporters/interactive-html/interactive-html.ts'
import type { Translate } from '../../../../../core/i18n/translate.ts'
import type { StudySnapshot } from '../../../../../core/study/study.ts'
import { interactivePage } from '../../../../../reports/interactive/interactive-page.ts'
import type { ExporterDefinition } from '../exporter.ts'

/** A page to share. Its policy allows its own script alone, by hash. */
export const interactiveHtmlExporter: ExporterDefinition = {
  ...interactiveHtmlFormat,
  text: pageOf,
  build: (snapshot, t) => ({
    ending: 'html',
    mediaType: 'text/html',
    content: pageOf(snapshot, t),
  }),
}

function pageOf(snapshot: StudySnapshot, t: Translate): string {
  return interactivePage(snapshot, t, script =>
    createHash('sha256').update(script).digest('base64'),
  )
}
