import { goalLabel } from '../core/i18n/metric-label.ts'
import { isFeasible } from '../core/study/constraints.ts'
import { type RepeatedTrainings, exceptionalBasis } from '../core/study/trainings.ts'
import type { MessageDescriptor } from '../core/errors/message.ts'
import { formatMetric } from '../core/i18n/format-number.ts'
import { bestTrial } from '../core/trial/ranking.ts'
import { trialStates } from '../core/trial/trial.ts'
import {
  bestSteps,
  goalValue,
  type OutlineTrial,
  type Placed,
  placeTrials,
  type Progress,
} from '../analysis/history/progress.ts'
import { progressMessage } from '../analysis/insights/result-insights.ts'
import {
  type ChartModel,
  type ChartTable,
  isDrawn,
  type Mark,
  stateShapes,
  titles,
  type Unit,
  line,
} from './chart-model.ts'
import {
  type AxisWish,
  bestRing,
  type GoalQuestion,
  nothingToShow,
  stateMarks,
  valueAxis,
  wishOf,
} from './goal-values.ts'

export interface HistoryQuestion extends GoalQuestion<OutlineTrial>, AxisWish {
  readonly by: Progress | 'energy'
  readonly logX: boolean
  /** Why each configuration is trained several times; default once. */
  readonly repeats?: RepeatedTrainings | null
  /** A value that the trials are compared with, drawn as a line; null: none. */
  readonly baseline?: number | null
  /** Joules by number of the trial, for `energy`. */
  readonly energy?: ReadonlyMap<number, number>
}

const units: Readonly<Record<Progress | 'energy', Unit | undefined>> = {
  trials: 'trial',
  wallTime: 'durationMs',
  epochs: 'whole',
  energy: undefined,
}

/**
 * Every trial's value and the best so far. By trials a value stands at its trial's number; by time, epochs and energy
 * where its trial ended, with long pauses cut out: what had been spent when it was known. Trials without a value stand below.
 */
export function historyModel(question: HistoryQuestion): ChartModel {
  const { goal, t, by } = question
  const placed = placeTrials(question.trials, by, question.energy)
  const measured: Placed<OutlineTrial>[] = []
  const without: Placed<OutlineTrial>[] = []
  for (const placedTrial of placed) {
    ;(Number.isFinite(goalValue(placedTrial.trial, goal)) ? measured : without).push(placedTrial)
  }
  const { repeats = null, baseline = null } = question
  const meaning = repeats === null ? null : t('trainings.of', { ...repeats })
  const valueTitle =
    meaning === null
      ? goalLabel(goal)
      : t('list.remark', { text: goalLabel(goal), remark: meaning })
  // Pruned trials stopped far from where complete ones end: their values do not squash the scale.
  const whole = measured.filter(({ trial }) => trial.state !== 'pruned')
  const scaled = whole.length === 0 || question.full === true ? measured : whole
  const scaledValues = [
    ...scaled.map(({ trial }) => goalValue(trial, goal)),
    ...(baseline === null ? [] : [baseline]),
  ]
  const y = valueAxis(goalLabel(goal), scaledValues, {
    ...goal,
    ...wishOf(question),
    shown: () => question.shown?.(valueTitle),
    t,
  })
  const { range } = y.axis
  const prunedOutside = measured.filter(({ trial }) => {
    const value = goalValue(trial, goal)
    return (
      trial.state === 'pruned' && range !== undefined && (value < range.low || value > range.high)
    )
  }).length
  const canceled = without.filter(({ trial }) => trial.state === 'canceled').length
  const steps = bestSteps(placed, goal)
  const improvements = steps.map(({ number, x, value }) => ({ x, y: value, trial: number }))
  const last = improvements.at(-1)
  const end = placed.at(-1)
  // One whose value is infinite is the best and cannot be drawn.
  const best = bestTrial(question.trials, goal)?.number
  const bestSoFar =
    last === undefined || end === undefined ? [] : [...improvements, { ...last, x: end.x }]
  const insight = progressMessage(
    steps,
    placed.map(({ trial }) => trial),
    goal,
    repeats?.count,
  )
  /** Of a trial whose value is not what those of the others are. */
  const partText = (number: number, value: number, basis: MessageDescriptor): string =>
    t('list.named', {
      name: `${t('chart.trial')} ${number}`,
      value: t('list.remark', {
        text: `${goalLabel(goal)} ${formatMetric(value)}`,
        remark: t.format(basis),
      }),
    })
  const title = by === 'trials' ? t('chart.trial') : t(`chart.${by}`)
  const unit = units[by]
  const rugs = trialStates.map((state): Mark => ({
    kind: 'rug',
    name: t(`state.${state}`),
    tone: state,
    shape: stateShapes[state],
    points: without
      .filter(({ trial }) => trial.state === state)
      .map(({ x, trial: { number } }) => ({
        x,
        trial: number,
        text: t('list.named', {
          name: `${t('chart.trial')} ${number}`,
          value: t(`state.${state}`),
        }),
      })),
  }))
  return {
    x: { title, scale: question.logX ? 'log' : 'linear', ...(unit === undefined ? {} : { unit }) },
    y: { ...y.axis, title: valueTitle },
    marks: [
      ...rugs.filter(isDrawn),
      ...stateMarks(
        measured.map(({ trial, x }) => {
          const value = goalValue(trial, goal)
          const basis = exceptionalBasis(repeats, trial)
          const remark = basis === null ? {} : { text: partText(trial.number, value, basis) }
          return { of: trial, x, y: value, ...remark }
        }),
        t,
      ),
      ...(baseline === null || end === undefined
        ? []
        : [
            line(
              t('chart.baseline'),
              'quiet',
              [
                { x: placed[0]?.x ?? 0, y: baseline },
                { x: end.x, y: baseline },
              ],
              { dash: 1 },
            ),
          ]),
      line(t('chart.bestSoFar'), 'best', bestSoFar, { stepped: true }),
      bestRing(improvements.find(({ trial }) => trial === best)),
    ],
    // Of a live study the chart is made with every update, its table only where it is opened.
    get table(): ChartTable {
      let step = -1
      // The trial stands in front already.
      const axisColumn = by === 'trials' ? [] : [title]
      return {
        columns: [t('chart.trial'), ...axisColumn, valueTitle, ...titles(t, 'state', 'bestSoFar')],
        units: ['trial', ...axisColumn.map(() => unit), 'metric', undefined, 'metric'],
        rows: measured.map(({ trial, x }) => {
          while ((steps[step + 1]?.x ?? Number.POSITIVE_INFINITY) <= x) step++
          const state =
            isFeasible(trial) || trial.state === 'pruned'
              ? t(`state.${trial.state}`)
              : t('chart.infeasible')
          const at = axisColumn.map(() => x)
          return [trial.number, ...at, goalValue(trial, goal), state, steps[step]?.value ?? null]
        }),
      }
    },
    ...(insight === null ? {} : { insight }),
    empty: measured.length === 0 ? nothingToShow(question.trials, t, question.all) : null,
    notes: [
      ...y.notes,
      ...(prunedOutside > 0 ? [t('chart.prunedOutside', { count: prunedOutside })] : []),
      ...(without.length > canceled
        ? [t('chart.below', { count: without.length - canceled })]
        : []),
      ...(canceled > 0 ? [t('chart.canceledBelow', { count: canceled })] : []),
    ],
  }
}
