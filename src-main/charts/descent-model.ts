import type { Translate } from '../core/i18n/translate.ts'
import { descentLosses } from '../core/trial/metric-value.ts'
import type { ChartModel } from './chart-model.ts'
import { curvesModel } from './curves-model.ts'
import type { AxisWish } from './goal-values.ts'

type Losses = Partial<Readonly<Record<(typeof descentLosses)[number], number>>>

/** The loss that a gradient goes down beside that of rows which it never sees, trial by trial. */
export function descentModel(
  trials: readonly (Losses & { readonly number: number })[],
  {
    names,
    loss,
    t,
    ...wish
  }: AxisWish & {
    /** The losses in words. */
    readonly names: Readonly<Record<(typeof descentLosses)[number], string>>
    readonly loss: string
    readonly t: Translate
  },
): ChartModel {
  const groups = descentLosses.map((name, line) => {
    const measured = trials.filter(trial => trial[name] !== undefined)
    const steps = measured.map(({ number }) => number)
    const values = measured.map(trial => trial[name] as number)
    return { name: `${name} – ${names[name]}`, tone: line, dash: line, curves: [{ steps, values }] }
  })
  return curvesModel(groups, {
    x: { title: t('chart.trial'), scale: 'linear', unit: 'trial' },
    metric: loss,
    direction: 'minimize',
    ...wish,
    t,
    table: {
      columns: [t('chart.trial'), ...descentLosses],
      units: ['trial', 'metric', 'metric'],
      rows: trials.map(trial => [trial.number, ...descentLosses.map(name => trial[name] ?? null)]),
    },
  })
}
