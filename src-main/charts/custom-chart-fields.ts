import { goalLabel } from '../core/i18n/metric-label.ts'
import { trialStates } from '../core/trial/trial.ts'
import type { Translate } from '../core/i18n/translate.ts'
import { signOf } from '../core/trial/ranking.ts'
import type { ChartTrial, GoalOf } from '../analysis/history/progress.ts'
import type { ParameterAxis } from '../analysis/parallel/parameter-axis.ts'
import type { Attribute } from '../core/questions/analysis.ts'
import { ATTRIBUTE_FIELD } from '../core/study/custom-chart.ts'
import { type ChartAxis, type Shape, stateShapes, type Tone } from './chart-model.ts'
import { axisNumber, parameterChartAxis } from './slice-model.ts'

/** Something that every trial may have one value of, for an axis, a color, a size or facets. */
export interface CustomChartField {
  /** `trial`, `state`, `duration`, `lastStep`, `goal.0`, `constraint.0`, `parameter.NAME`, `metric.NAME`, `attribute.NAME`. */
  readonly id: string
  readonly title: string
  readonly axis: ChartAxis
  /** 1: more is better, −1: less is better, 0: neither. */
  readonly better: 1 | -1 | 0
  /** Of categories that have colors and shapes of their own everywhere. */
  readonly tones?: readonly Tone[]
  readonly shapes?: readonly Shape[]
  /** The number on the axis, a category by its row; null where the trial has none. */
  valueOf(trial: ChartTrial): number | null
}

export interface CustomChartFieldsQuestion {
  readonly goals: readonly GoalOf[]
  /** Metrics of the constraints, in their order. */
  readonly constraints: readonly string[]
  readonly axes: readonly ParameterAxis[]
  /** Metrics and costs that trials reported. */
  readonly metrics: readonly string[]
  /** The last value of a metric by number of the trial, where it is known. */
  readonly lastValues: ReadonlyMap<string, ReadonlyMap<number, number>>
  readonly attributes: readonly Attribute[]
  readonly t: Translate
}

/** Everything of a study that a custom chart can draw: what was aimed at, what was tried, what it cost, what was reported. */
export function customChartFields(question: CustomChartFieldsQuestion): CustomChartField[] {
  const { goals, constraints, axes, metrics, lastValues, attributes, t } = question
  const goalMetrics = new Set(goals.map(({ metric }) => metric))
  return [
    number('trial', t('chart.trial'), 'trial', trial => trial.number),
    {
      id: 'state',
      title: t('chart.state'),
      better: 0,
      axis: rows(
        t('chart.state'),
        trialStates.map(state => t(`state.${state}`)),
      ),
      tones: trialStates,
      shapes: trialStates.map(state => stateShapes[state]),
      valueOf: ({ state }) => trialStates.indexOf(state),
    },
    ...goals.map((goal): CustomChartField => ({
      ...number(
        `goal.${goal.index}`,
        goalLabel(goal),
        'metric',
        ({ values }) => values[goal.index],
      ),
      better: signOf(goal.direction) < 0 ? 1 : -1,
    })),
    ...axes.map((axis): CustomChartField => ({
      id: `parameter.${axis.name}`,
      title: axis.name,
      better: 0,
      axis: parameterChartAxis(axis),
      valueOf: trial => axisNumber(axis, trial),
    })),
    number('duration', t('chart.duration'), 'durationMs', ({ startedAtMs, finishedAtMs }) =>
      finishedAtMs === null ? undefined : finishedAtMs - startedAtMs,
    ),
    number('lastStep', t('chart.lastStep'), 'whole', ({ lastStep }) => lastStep ?? undefined),
    ...constraints.map((metric, index) =>
      number(
        `constraint.${index}`,
        t('chart.customChart.beyond', { metric }),
        'metric',
        trial => trial.constraints?.[index],
      ),
    ),
    ...metrics
      .filter(metric => !goalMetrics.has(metric))
      .map(metric =>
        number(`metric.${metric}`, metric, metric.endsWith('Bytes') ? 'bytes' : 'metric', trial =>
          lastValues.get(metric)?.get(trial.number),
        ),
      ),
    ...attributes.map(attributeField),
  ]
}

function attributeField({ name, values }: Attribute): CustomChartField {
  const id = `${ATTRIBUTE_FIELD}${name}`
  const valueByTrial = new Map(values.map(({ number, value }) => [number, value]))
  const texts = [...new Set(valueByTrial.values())]
    .filter(value => typeof value === 'string')
    .sort()
  if (texts.length === 0)
    return number(id, name, 'metric', trial => valueByTrial.get(trial.number) as number | undefined)
  return {
    id,
    title: name,
    axis: rows(name, texts),
    better: 0,
    valueOf: trial => {
      const row = texts.indexOf(String(valueByTrial.get(trial.number)))
      return row < 0 ? null : row
    },
  }
}

function number(
  id: string,
  title: string,
  unit: NonNullable<ChartAxis['unit']>,
  read: (trial: ChartTrial) => number | undefined,
): CustomChartField {
  return {
    id,
    title,
    better: 0,
    axis: { title, scale: 'linear', unit },
    valueOf: trial => {
      const value = read(trial)
      return value === undefined || !Number.isFinite(value) ? null : value
    },
  }
}

function rows(title: string, names: readonly string[]): ChartAxis {
  return { title, scale: 'rows', rows: names }
}
