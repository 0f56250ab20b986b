import type { Translate } from '../core/i18n/translate.ts'
import type { ResourceSample, StepTimes } from '../core/trial/resources.ts'
import type { Curve } from '../core/trial/trial.ts'
import type { ChartModel, Unit } from './chart-model.ts'

/** An attempt as it used its machine. */
export interface AttemptUse extends StepTimes {
  readonly samples: readonly ResourceSample[]
}

/** A chart over the time of an attempt, with the words for its last and its largest value. */
export interface ResourceChart {
  readonly name: string
  readonly model: ChartModel
  readonly last: number
  readonly most: number
  readonly unit: Unit | 'watts' | undefined
}

/**
 * When the steps of a curve were reported, in milliseconds since the start of the attempt: what lies between two samples is
 * spread evenly over the time between them. Without steps before the first sample of an attempt that resumed, and without any
 * where samples know no steps.
 */
export function curveOverTime(curve: Curve, use: StepTimes): Curve {
  const stamps = use.samples.flatMap(({ atMs, step }) =>
    step === undefined ? [] : [{ step, ms: atMs - use.startedAtMs }],
  )
  const [first] = stamps
  if (first === undefined) return { steps: [], values: [] }
  const from = use.isFirst ? { step: Math.min(0, curve.steps[0] ?? 0), ms: 0 } : first
  const endMs = use.finishedAtMs === null ? undefined : use.finishedAtMs - use.startedAtMs
  const lastStep = curve.steps.at(-1) ?? first.step
  const to =
    endMs === undefined || lastStep <= (stamps.at(-1)?.step ?? 0)
      ? []
      : [{ step: lastStep, ms: endMs }]
  const marks = [from, ...stamps, ...to]
  const points = curve.steps.flatMap((step, index) => {
    const after = marks.findIndex(mark => mark.step >= step)
    if (after < 0 || step < from.step) return []
    const [low, high] = [marks[Math.max(0, after - 1)], marks[after]] as [typeof from, typeof from]
    const share = high.step === low.step ? 1 : (step - low.step) / (high.step - low.step)
    return [{ ms: low.ms + share * (high.ms - low.ms), value: curve.values[index] as number }]
  })
  return { steps: points.map(({ ms }) => ms), values: points.map(({ value }) => value) }
}

/** The axis that curves of an attempt share with what it used of its machine. */
export function timeAxis(
  { samples, startedAtMs, finishedAtMs }: Omit<StepTimes, 'isFirst'>,
  t: Translate,
): ChartModel['x'] {
  const endMs = (finishedAtMs ?? samples.at(-1)?.atMs ?? startedAtMs) - startedAtMs
  return {
    title: t('chart.wallTime'),
    scale: 'linear',
    unit: 'durationMs',
    range: { low: 0, high: Math.max(1, endMs) },
  }
}

/**
 * The learning curve of an attempt and what it used of its machine, one chart below the other over the same axis of time; none
 * with fewer than two samples.
 */
export function resourceCharts(
  use: AttemptUse,
  learning: { readonly metric: string; readonly curve: Curve } | null,
  t: Translate,
): ResourceChart[] {
  const { samples, startedAtMs } = use
  if (samples.length < 2) return []
  const over = (pick: (sample: ResourceSample) => number | null | undefined): Curve => {
    const points = samples.flatMap(sample => {
      const value = pick(sample)
      return value === null || value === undefined ? [] : [{ ms: sample.atMs - startedAtMs, value }]
    })
    return { steps: points.map(({ ms }) => ms), values: points.map(({ value }) => value) }
  }
  const gpuName = samples.find(({ gpu }) => gpu !== null)?.gpu?.name ?? ''
  const lines: { name: string; curve: Curve; unit: ResourceChart['unit']; fromZero: boolean }[] = [
    { name: t('trialCosts.cpu'), curve: over(({ cpus }) => cpus), unit: undefined, fromZero: true },
    {
      name: t('machine.memory'),
      curve: over(({ memoryBytes }) => memoryBytes),
      unit: 'bytes',
      fromZero: true,
    },
    {
      name: t('trialCosts.cpuPower'),
      curve: over(({ processor }) => processor?.powerWatts),
      unit: 'watts',
      fromZero: true,
    },
    { name: gpuName, curve: over(({ gpu }) => gpu?.busy), unit: 'share', fromZero: true },
    {
      name: t('machine.gpuMemory'),
      curve: over(({ gpu }) => gpu?.memoryBytes),
      unit: 'bytes',
      fromZero: true,
    },
    {
      name: t('machine.power'),
      curve: over(({ gpu }) => gpu?.powerWatts),
      unit: 'watts',
      fromZero: true,
    },
  ]
  if (learning !== null) {
    const { metric } = learning
    lines.unshift({
      name: metric,
      curve: curveOverTime(learning.curve, use),
      unit: 'metric',
      fromZero: false,
    })
  }
  return lines.flatMap(({ name, curve, unit, fromZero }) => {
    const finite = curve.values.filter(Number.isFinite)
    if (finite.length < 2) return []
    const [least, most] = [Math.min(...finite), Math.max(...finite)]
    const low = fromZero ? 0 : least
    const model: ChartModel = {
      x: timeAxis(use, t),
      y: {
        title: '',
        scale: 'linear',
        ...(unit === undefined || unit === 'watts' ? {} : { unit }),
        range: { low, high: most > low ? most : low + 1 },
      },
      marks: [
        {
          kind: 'line',
          name,
          tone: 'accent',
          points: curve.steps.map((x, index) => ({ x, y: curve.values[index] as number })),
        },
      ],
      table: { columns: [], rows: [] },
      empty: null,
      notes: [],
    }
    return [{ name, model, last: finite.at(-1) as number, most, unit }]
  })
}
