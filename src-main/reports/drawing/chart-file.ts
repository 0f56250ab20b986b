import type { ChartModel } from '../../charts/chart-model.ts'
import type { Spoken } from '../../charts/chart-words.ts'
import { CHART_FONT_SIZE, drawingFile, text } from '../html/charts/frame.ts'
import { coordinate } from '../html/charts/marks.ts'
import { legendEntries } from '../html/charts/legend.ts'
import { paintChart } from '../html/charts/paint-chart.ts'
import { textWidth } from '../html/charts/text-width.ts'
import { markup } from '../html/markup.ts'

const LEGEND_LINE = 20
const GAP = 8

/** Any chart as an SVG file with its title and its legend, as the report draws it: light, and the whole of it; null where it is empty. */
export function chartFile(title: string, spoken: Spoken): string | null {
  const chart = paintChart({ ...spoken, summary: title })
  if (chart === null) return null
  const { width, height } = chart
  const { entries, lines } = placeLegend(spoken.model, width)
  const top = LEGEND_LINE + GAP
  const legend = entries.map(({ entry, x, line }) => {
    const y = top + height + line * LEGEND_LINE
    const at = x + widthOf(entry.before) + (entry.before === '' ? 0 : GAP)
    return markup`${entry.before === '' ? null : text(x, y + 10, entry.before)}<g transform="translate(${coordinate(at)},${coordinate(y)})">${entry.picture}</g>${text(at + entry.widthPx + GAP, y + 10, entry.after)}`
  })
  return drawingFile({
    ...chart,
    height: top + height + lines * LEGEND_LINE,
    content: markup`${text(0, 14, title, { className: 'axis-title', width })}${legend}<g transform="translate(0,${top})">${chart.content}</g>`,
  })
}

/** Where the file is opened, the font may be a wider one. */
function widthOf(words: string): number {
  return 1.15 * textWidth(words, CHART_FONT_SIZE)
}

/** Entries side by side, on as many lines as they need. */
function placeLegend(model: ChartModel, width: number) {
  let [x, line] = [0, 0]
  const entries = legendEntries(model).map(entry => {
    const before = entry.before === '' ? 0 : widthOf(entry.before) + GAP
    const entryWidth = before + entry.widthPx + GAP + widthOf(entry.after)
    if (x > 0 && x + entryWidth > width) [x, line] = [0, line + 1]
    const position = { entry, x, line }
    x += entryWidth + 2 * GAP
    return position
  })
  return { entries, lines: entries.length === 0 ? 0 : line + 1 }
}
