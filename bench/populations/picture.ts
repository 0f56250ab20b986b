import { median } from '../../src-main/math/statistics/quantile.ts'
import { writePicture } from '../gradient-picture.ts'
import type { Run } from './measure.ts'
import { budget, type Method } from './methods.ts'

type Panels = Parameters<typeof writePicture>[1]

const colors: Record<Method, string> = {
  random: '#7f8c8d',
  asha: '#2471a3',
  'asha, schedules': '#7d6608',
  'auto, asha': '#34495e',
  promotion: '#1e8449',
  freezeThaw: '#b7791f',
  pbt: '#c0392b',
  pb2: '#8e44ad',
}

/** What each method had found after so many epochs, and the learning rates of the best training of each seed. */
export function pictureOf(runs: readonly Run[], methods: readonly Method[]): Panels {
  const of = (method: Method): Run[] => runs.filter(run => run.method === method)
  const epochs = Array.from({ length: budget }, (_, index) => index + 1)
  const rates = (method: Method) =>
    of(method).map(({ lineage }, index) => ({
      name: index === 0 ? method : '',
      color: colors[method],
      points: lineage.flatMap(({ from, until, parameters }) =>
        [from + 1, until].map(step => [step, Number(parameters['learningRate'])] as const),
      ),
    }))
  return [
    {
      title: 'best validation loss, median',
      horizontal: 'epochs of all trials together',
      lines: methods.map(method => ({
        name: method,
        color: colors[method],
        points: epochs.flatMap(epoch => {
          const loss = median(of(method).map(({ curve }) => curve[epoch - 1] ?? Number.NaN))
          return Number.isFinite(loss) ? [[epoch, loss] as const] : []
        }),
      })),
    },
    ...(['pbt', 'pb2'] as const)
      .filter(method => methods.includes(method))
      .map(method => ({
        title: `learning rate of the best training, ${method}`,
        horizontal: 'epoch of the training',
        lines: rates(method),
      })),
  ]
}
