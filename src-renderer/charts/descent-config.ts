import type { ChartConfiguration } from 'chart.js'
import { formatMetric } from '../../src-main/i18n/format-number.ts'
import type { ChartTheme } from './chart-theme.ts'

/** One loss, trial by trial. */
export interface DescentLine {
  readonly label: string
  readonly points: readonly { readonly x: number; readonly y: number }[]
}

export interface DescentChartInput {
  /** What the gradient goes down, then what it never sees. */
  readonly lines: readonly DescentLine[]
  readonly log: boolean
  readonly texts: { readonly trial: string; readonly loss: string }
}

export function descentConfig(
  { lines, log, texts }: DescentChartInput,
  theme: ChartTheme,
): ChartConfiguration {
  const colours = [theme.accent, theme.best]
  return {
    type: 'line',
    data: {
      datasets: lines.map(({ label, points }, line) => ({
        label,
        data: [...points],
        borderColor: colours[line] ?? theme.text,
        backgroundColor: colours[line] ?? theme.text,
        // Told apart without colour, too.
        borderDash: line === 0 ? [] : [6, 4],
        borderWidth: 2,
        pointRadius: points.length > 60 ? 0 : 2.5,
      })),
    },
    options: {
      animation: false,
      maintainAspectRatio: false,
      normalized: true,
      parsing: false,
      interaction: { mode: 'index', intersect: false },
      scales: {
        x: { type: 'linear', title: { display: true, text: texts.trial }, ticks: { precision: 0 } },
        y: {
          type: log ? 'logarithmic' : 'linear',
          title: { display: true, text: texts.loss },
          ticks: { callback: value => formatMetric(Number(value)) },
        },
      },
      plugins: {
        legend: { labels: { usePointStyle: true, pointStyle: 'line' } },
        tooltip: {
          callbacks: {
            title: items => `${texts.trial} ${items[0]?.parsed.x ?? ''}`,
            label: item =>
              `${item.dataset.label ?? ''}: ${formatMetric(item.parsed.y ?? Number.NaN)}`,
          },
        },
      },
    },
  }
}
