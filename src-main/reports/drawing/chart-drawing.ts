import type { Language } from '../../core/i18n/language.ts'
import type { Translate } from '../../core/i18n/translate.ts'
import type { Chart } from '../blocks/blocks.ts'
import { drawingFile } from '../html/charts/frame.ts'
import { paintChart } from '../html/charts/paint-chart.ts'

/** A chart of a report as an SVG file of its own. */
export function chartDrawing(
  { model, caption, small }: Chart,
  language: Language,
  t: Translate,
): string {
  const trialName = t('chart.trial')
  const drawing = paintChart({ model, language, trialName, summary: caption, small })
  if (drawing === null) throw new Error(`an empty chart in a report: ${caption}`)
  return drawingFile(drawing)
}
