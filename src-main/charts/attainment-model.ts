import { goalLabel } from '../core/i18n/metric-label.ts'
import type { Attainment } from '../core/questions/comparison.ts'
import type { Translate } from '../core/i18n/translate.ts'
import { formatPercent } from '../core/i18n/format-number.ts'
import { type ChartModel, type MarkPoint, line, titles } from './chart-model.ts'

/** Fronts that at least a quarter, half and three quarters of the runs of a group attained; half is drawn in full. */
export function attainmentModel({ goals, groups }: Attainment, t: Translate): ChartModel {
  const [first, second] = goals
  return {
    x: { title: goalLabel(first), scale: 'linear' },
    y: { title: goalLabel(second), scale: 'linear' },
    marks: groups.flatMap(({ name, surfaces }, tone) =>
      surfaces.map(({ share, corners }) =>
        share === 0.5
          ? line(name, tone, stairs(corners))
          : line(
              t('list.withDetail', { text: name, more: formatPercent(share) }),
              tone,
              stairs(corners),
              { dash: 1 },
            ),
      ),
    ),
    table: {
      columns: [...titles(t, 'group', 'attained'), goalLabel(first), goalLabel(second)],
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
