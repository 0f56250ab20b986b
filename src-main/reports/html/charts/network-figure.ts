import { drawNetwork, networkRows, totalText } from '../../../analysis/network-picture.ts'
import type { NetworkSketch } from '../../../core/models/network-sketch.ts'
import { figure, table } from '../figure.ts'
import { trusted, type Markup } from '../markup.ts'
import type { ReportContext } from '../report-context.ts'

/** On paper and in both themes: the text has the page's color, the rest stands back. */
const colors = {
  text: 'currentColor',
  quiet: 'currentColor',
  line: '#8a94a3',
  box: 'none',
  bar: '#4a86d8',
} as const

/** The picture of a network with its parameters and its cost. */
export function networkFigure({ t }: ReportContext, sketch: NetworkSketch): Markup {
  const summary = totalText(sketch, t)
  return figure(t, {
    chart: trusted(drawNetwork(sketch, t, colors)),
    summary,
    table: table(
      t,
      summary,
      [
        { title: t('network.layer') },
        { title: t('network.output') },
        { title: t('network.parameters'), numeric: true },
        { title: t('network.multiplyAdds'), numeric: true },
      ],
      networkRows(sketch, t).map(({ label, shape, parameterCount, multiplyAdds }) => [
        label,
        shape.join(' × '),
        String(parameterCount),
        String(multiplyAdds),
      ]),
    ),
  })
}
