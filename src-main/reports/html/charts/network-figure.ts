import { drawNetwork, networkRows, totalText } from '../../../analysis/network-picture.ts'
import { networkTexts } from '../../../contract/i18n/network-texts.ts'
import type { NetworkSketch } from '../../../contract/network-sketch.ts'
import { figure, table } from '../figure.ts'
import { trusted, type Markup } from '../markup.ts'
import type { ReportContext } from '../report-context.ts'

/** On paper and in both themes: the text has the page's colour, the rest stands back. */
const colours = {
  text: 'currentColor',
  quiet: 'currentColor',
  line: '#8a94a3',
  box: 'none',
  bar: '#4a86d8',
} as const

/** The picture of a network with its parameters and its cost. */
export function networkFigure({ t, language }: ReportContext, sketch: NetworkSketch): Markup {
  const texts = networkTexts[language]
  const summary = totalText(sketch, texts)
  return figure(t, {
    chart: trusted(drawNetwork(sketch, texts, colours)),
    summary,
    table: table(
      summary,
      [
        { title: texts.layer },
        { title: texts.output },
        { title: texts.parameters, numeric: true },
        { title: texts.multiplyAdds, numeric: true },
      ],
      networkRows(sketch, texts).map(row => ({
        cells: [
          row.label,
          row.shape.join(' × '),
          String(row.parameterCount),
          String(row.multiplyAdds),
        ],
      })),
    ),
  })
}
