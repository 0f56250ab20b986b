import type { SamplerSimulation } from '../core/questions/what-if.ts'
import type { Translate } from '../core/i18n/translate.ts'
import { bandOf, type ChartModel, pointsOf, line, band } from './chart-model.ts'

/** Best so far of simulated samplers by trials: medians over the runs with the middle half. */
export function simulationModel(
  { samplers }: SamplerSimulation,
  metric: string,
  t: Translate,
): ChartModel {
  const length = Math.max(0, ...samplers.map(({ median }) => median.length))
  const trials = Array.from({ length }, (_, index) => index + 1)
  const name = (index: number): string => {
    const { sampler } = samplers[index] ?? { sampler: '' }
    const isTwice = samplers.filter(entry => entry.sampler === sampler).length > 1
    return isTwice ? `${sampler} ${index + 1}` : sampler
  }
  return {
    x: { title: t('chart.trial'), scale: 'linear', unit: 'whole' },
    y: { title: metric, scale: 'linear' },
    marks: [
      ...samplers.map(({ median, lowerQuartile, upperQuartile }, tone) => {
        const x = trials.slice(0, median.length)
        return band(name(tone), tone, bandOf(x, lowerQuartile, upperQuartile))
      }),
      ...samplers.map(({ median }, tone) =>
        line(name(tone), tone, pointsOf(trials.slice(0, median.length), median)),
      ),
    ],
    table: {
      columns: [t('chart.trial'), ...samplers.map((_, index) => name(index))],
      rows: trials.map(trial => [
        trial,
        ...samplers.map(({ median }) => median[trial - 1] ?? null),
      ]),
    },
    empty: null,
    notes: [],
  }
}
