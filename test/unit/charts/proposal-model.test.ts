import { expect, it } from 'vitest'
import type { ChartTrial } from '../../../src-main/analysis/history/progress.ts'
import { proposalModel } from '../../../src-main/charts/proposal-model.ts'
import { createTranslate } from '../../../src-main/core/i18n/translate.ts'

const t = createTranslate('en')

function trial(number: number, parameters: ChartTrial['parameters']): ChartTrial {
  return {
    number,
    parameters,
    state: 'complete',
    values: [number],
    constraints: [],
    startedAtMs: 10 * number,
    finishedAtMs: 10 * number + 5,
  } as unknown as ChartTrial
}

const trials = Array.from({ length: 12 }, (_, number) => trial(number, { rate: number / 12 }))
const axis = { kind: 'numeric', name: 'rate', low: 0, high: 1, log: false, whole: false } as const
const goal = { index: 0, metric: 'loss', direction: 'minimize' } as const
const notesFor = (of: ChartTrial): readonly string[] | undefined =>
  proposalModel({ trials, of, axis, goal, t }).notes

it('says that a trial does not use the parameter, and keeps what the others show of it', () => {
  const linear = trial(12, { family: 'linear' })
  expect(notesFor(linear)).toEqual(['Trial 12 does not use this parameter.'])
  expect(proposalModel({ trials, of: linear, axis, goal, t }).empty).toBeNull()
  expect(notesFor(trial(12, { rate: 0.5 }))).toEqual([])
})
