import type { ChartConfiguration } from 'chart.js'
import { isFeasible } from '../../src-main/contract/constraints.ts'
import { improvements } from '../../src-main/contract/ranking.ts'
import type { Goal } from '../../src-main/contract/study-specification.ts'
import { formatMetric } from '../../src-main/i18n/format-number.ts'
import type { HistoryTrial } from '../stores/live-study.ts'
import type { ChartTheme } from './chart-theme.ts'

export interface HistoryChartInput {
  readonly trials: readonly HistoryTrial[]
  readonly goal: Goal
  readonly log: boolean
  readonly texts: {
    readonly complete: string
    readonly pruned: string
    /** Complete, and a constraint is broken. */
    readonly infeasible: string
    readonly best: string
    readonly trial: string
  }
}

/** A trial's number and a value. */
export interface HistoryPoint {
  readonly x: number
  readonly y: number
}

/** Every trial's value by its number, and the best so far as steps. */
export function historyConfig(
  { trials, goal, log, texts }: HistoryChartInput,
  theme: ChartTheme,
): ChartConfiguration {
  const points = (isShown: (trial: HistoryTrial) => boolean): HistoryPoint[] =>
    trials
      .filter(trial => isShown(trial) && Number.isFinite(trial.values[0]))
      .map(({ number, values }) => ({ x: number, y: values[0] as number }))
  const infeasible = points(trial => trial.state === 'complete' && !isFeasible(trial))
  const best = bestSoFar(trials, goal)
  return {
    type: 'scatter',
    data: {
      datasets: [
        {
          type: 'line',
          label: texts.best,
          data: best,
          stepped: true,
          borderColor: theme.best,
          backgroundColor: theme.best,
          borderWidth: 2,
          pointRadius: 0,
        },
        {
          label: texts.complete,
          data: points(trial => trial.state === 'complete' && isFeasible(trial)),
          backgroundColor: theme.accent,
          pointRadius: trials.length > 1_000 ? 2 : 3.5,
        },
        {
          label: texts.pruned,
          data: points(({ state }) => state === 'pruned'),
          borderColor: theme.pruned,
          backgroundColor: 'transparent',
          pointStyle: 'rectRot',
          pointRadius: trials.length > 1_000 ? 2 : 4,
        },
        ...(infeasible.length === 0
          ? []
          : [
              {
                label: texts.infeasible,
                data: infeasible,
                borderColor: theme.quiet,
                backgroundColor: 'transparent',
                pointStyle: 'crossRot',
                pointRadius: trials.length > 1_000 ? 2 : 4,
              } as const,
            ]),
      ],
    },
    options: {
      animation: false,
      maintainAspectRatio: false,
      normalized: true,
      parsing: false,
      scales: {
        x: { type: 'linear', title: { display: true, text: texts.trial }, ticks: { precision: 0 } },
        y: {
          type: log ? 'logarithmic' : 'linear',
          title: { display: true, text: goal.metric },
          ticks: { callback: value => formatMetric(Number(value)) },
        },
      },
      plugins: {
        legend: { labels: { usePointStyle: true, boxHeight: 7 } },
        tooltip: {
          callbacks: {
            label: item =>
              `${texts.trial} ${item.parsed.x}: ${formatMetric(item.parsed.y ?? Number.NaN)}`,
          },
        },
      },
    },
  }
}

/** The best value after every complete trial that has one and breaks no constraint; the line ends at the newest trial. */
export function bestSoFar(trials: readonly HistoryTrial[], goal: Goal): HistoryPoint[] {
  const found = improvements(trials, goal)
  const steps = found.map(({ trial, value }) => ({ x: trial.number, y: value }))
  const last = trials.at(-1)
  if (last !== undefined && steps.length > 0)
    steps.push({ x: last.number, y: steps.at(-1)?.y ?? Number.NaN })
  return steps
}
