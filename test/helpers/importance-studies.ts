import type { ImportanceQuestion } from '../../src-main/analysis/importance/observations.ts'
import type { Assignment } from '../../src-main/core/trial/trial.ts'

type Trial = ImportanceQuestion['trials'][number]

const complete = (parameters: Assignment, value: number): Trial => ({
  state: 'complete',
  parameters,
  values: [value],
})

/** 40 trials of two floats and a choice, for which Optuna's figures are known. */
export const smallStudy: ImportanceQuestion = {
  space: { x: { float: [0, 1] }, y: { float: [0, 1] }, c: { choice: ['a', 'b', 'c'] } },
  direction: 'minimize',
  trials: Array.from({ length: 40 }, (_, i) => {
    const x = i / 39
    const y = ((7 * i) % 40) / 39
    const c = ['a', 'b', 'c'][i % 3] as string
    return complete({ x, y, c }, (x - 0.3) ** 2 + 0.2 * (y - 0.5) ** 2 + (c === 'b' ? 0.05 : 0))
  }),
}

/** 200 trials of every kind of parameter, one of them conditional. */
export const mixedStudy: ImportanceQuestion = {
  space: {
    lr: { float: [1e-4, 1e-1], log: true },
    layers: { int: [1, 6] },
    units: { int: [8, 256], log: true },
    opt: { choice: ['sgd', 'adam', 'rms'] },
    drop: { float: [0, 0.5], step: 0.05 },
    momentum: { float: [0, 1], when: { opt: 'sgd' } },
    seed: { fixed: 3 },
  },
  direction: 'minimize',
  trials: Array.from({ length: 200 }, (_, i) => {
    const [a = 0, b = 0, k = 0, o = 0, m = 0, w = 0] = [2, 3, 5, 7, 11, 13].map(
      p => ((i + 1) * p ** 0.5) % 1,
    )
    const lr = 10 ** (-4 + 3 * a)
    const layers = 1 + Math.floor(6 * b)
    const units = Math.round(8 * 2 ** (5 * k))
    const opt = ['sgd', 'adam', 'rms'][Math.floor(3 * o)] as string
    const drop = Number((Math.floor(11 * w) * 0.05).toFixed(2))
    const base =
      (Math.log10(lr) + 2.5) ** 2 * 0.3 +
      0.05 * (layers - 3) ** 2 +
      0.02 * (Math.log2(units) - 6) ** 2 +
      (opt === 'sgd' ? 0.3 : opt === 'rms' ? 0.1 : 0) +
      0.5 * (drop - 0.2) ** 2
    const parameters = { lr, layers, units, opt, drop, seed: 3 }
    return opt === 'sgd'
      ? complete({ ...parameters, momentum: m }, base + 0.6 * (m - 0.8) ** 2)
      : complete(parameters, base)
  }),
}
