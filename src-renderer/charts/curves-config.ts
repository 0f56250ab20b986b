import type { ChartConfiguration } from 'chart.js'
import { formatMetric } from '../../src-main/i18n/format-number.ts'
import type { ChartTheme } from './chart-theme.ts'

export interface ShownCurve {
  readonly number: number
  readonly kind: 'best' | 'running' | 'other'
  /** Which of several metrics; each has a dash pattern of its own. Default the first. */
  readonly line?: number
  readonly steps: readonly number[]
  readonly values: readonly number[]
}

export interface CurvesChartInput {
  readonly curves: readonly ShownCurve[]
  /** Title of the value axis; null where it stands above the chart. */
  readonly metric: string | null
  readonly log: boolean
  readonly texts: { readonly trial: string; readonly step: string }
}

/** Dash patterns of the metrics in one chart, in pixels. */
export const metricDashes: readonly (readonly number[])[] = [[], [6, 4], [2, 3], [10, 3, 2, 3]]

/** One line per trial and metric; the best one on top, running ones in the accent colour, others faint. */
export function curvesConfig(
  { curves, metric, log, texts }: CurvesChartInput,
  theme: ChartTheme,
): ChartConfiguration {
  const colours = { best: theme.best, running: theme.accent, other: theme.faint }
  const order = { best: 0, running: 1, other: 2 }
  return {
    type: 'line',
    data: {
      datasets: curves.map(({ number, kind, line = 0, steps, values }) => ({
        label: `${texts.trial} ${number}`,
        data: steps.map((step, index) => ({ x: step, y: values[index] ?? Number.NaN })),
        borderColor: colours[kind],
        backgroundColor: colours[kind],
        borderDash: [...(metricDashes[line % metricDashes.length] ?? [])],
        borderWidth: kind === 'other' ? 1 : 2,
        // A curve of one step would be invisible as a line.
        pointRadius: steps.length === 1 ? 3 : 0,
        order: order[kind],
        spanGaps: false,
      })),
    },
    options: {
      animation: false,
      maintainAspectRatio: false,
      normalized: true,
      parsing: false,
      interaction: { mode: 'nearest', intersect: false },
      scales: {
        x: { type: 'linear', title: { display: true, text: texts.step }, ticks: { precision: 0 } },
        y: {
          type: log ? 'logarithmic' : 'linear',
          title: { display: metric !== null, text: metric ?? '' },
          ticks: { callback: value => formatMetric(Number(value)) },
        },
      },
      plugins: {
        legend: { display: false },
        decimation: { enabled: true, algorithm: 'lttb', samples: 300, threshold: 600 },
      },
    },
  }
}
