import type { Attainment } from '../contract/api/comparison.ts'
import type { Translate } from '../i18n/translate.ts'
import { formatPercent } from '../i18n/format-number.ts'
import type { ChartModel, MarkPoint } from './chart-model.ts'

/** Fronts that at least a quarter, half and three quarters of the runs of a group attained; half is drawn in full. */
export function attainmentModel({ goals, groups }: Attainment, t: Translate): ChartModel {
  const [first, second] = goals
  return {
    x: { title: first.metric, scale: 'linear' },
    y: { title: second.metric, scale: 'linear' },
    marks: groups.flatMap(({ name, surfaces }, tone) =>
      surfaces.map(({ share, corners }) => ({
        kind: 'line' as const,
        name: share === 0.5 ? name : `${name}, ${formatPercent(share)}`,
        tone,
        ...(share === 0.5 ? {} : { dash: 1 }),
        points: stairs(corners),
      })),
    ),
    table: {
      columns: [t('chart.group'), t('chart.attained'), first.metric, second.metric],
      rows: groups.flatMap(({ name, surfaces }) =>
        surfaces.flatMap(({ share, corners }) =>
          corners.map(([x, y]) => [name, formatPercent(share), x, y]),
        ),
      ),
    },
    empty: groups.every(({ surfaces }) => surfaces.every(({ corners }) => corners.length === 0))
      ? t('chart.noFront')
      : null,
    notes: [],
  }
}

/** Between two corners the surface runs along the first goal, then along the second. */
function stairs(corners: readonly (readonly [number, number])[]): MarkPoint[] {
  return corners.flatMap(([x, y], index) => {
    const before = corners[index - 1]
    return before === undefined
      ? [{ x, y }]
      : [
          { x, y: before[1] },
          { x, y },
        ]
  })
}
