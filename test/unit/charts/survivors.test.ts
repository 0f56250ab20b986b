import { expect, it } from 'vitest'
import { curveBands } from '../../../src-main/analysis/curves/curve-bands.ts'
import { curveBandsModel } from '../../../src-main/charts/curves-model.ts'
import { historyModel } from '../../../src-main/charts/history-model.ts'
import { createTranslate } from '../../../src-main/core/i18n/translate.ts'

const t = createTranslate('en')

it('marks curves that are averaged over those that go on', () => {
  const trial = (...values: number[]) => ({
    state: 'complete' as const,
    parameters: { family: values.length === 2 ? 'linear' : 'network' },
    metrics: { loss: { steps: values.map((_, step) => step + 1), values } },
  })
  const notesOf = (...trials: ReturnType<typeof trial>[]) => {
    const answer = { ...curveBands(trials, 'loss'), rungs: [], rungTable: [] }
    return curveBandsModel({ answer, metric: 'loss', direction: 'minimize', log: false, t }).notes
  }
  expect(notesOf(trial(3, 2), trial(4, 3))).toEqual([])
  expect(notesOf(trial(3, 2, 1), trial(4, 3)).join()).toContain('(2 at the start, 1 at the end)')
  // Each value of a parameter has a median that does not jump where another one ends.
  const trials = [trial(3, 2, 1), trial(9, 8), trial(11, 10)]
  const modelBy = (by?: string) =>
    curveBandsModel({
      answer: { ...curveBands(trials, 'loss', by), rungs: [], rungTable: [] },
      metric: 'loss',
      direction: 'minimize',
      log: false,
      t,
    })
  const mediansOf = (model: ReturnType<typeof modelBy>) =>
    model.marks.flatMap(mark =>
      mark.kind === 'line'
        ? [{ dash: mark.dash ?? 0, name: mark.name, y: mark.points.map(({ y }) => y) }]
        : [],
    )
  expect(mediansOf(modelBy('family'))).toEqual([
    { dash: 0, name: 'linear (2)', y: [10, 9] },
    { dash: 0, name: 'network (1)', y: [3, 2, 1] },
  ])
  expect(modelBy('family').notes).toEqual([])
  // Together, the part of those that are left is dashed.
  expect(mediansOf(modelBy())).toEqual([
    { dash: 0, name: 'complete (3)', y: [9, 8] },
    { dash: 4, name: '', y: [8, 1] },
  ])
})

it('keeps values of pruned trials from squashing the scale, and says that they lie beyond', () => {
  const goal = { metric: 'loss', direction: 'minimize', index: 0 } as const
  const complete = [10, 11, 12, 13].map((value, number) => ({
    number,
    state: 'complete' as const,
    values: [value],
  }))
  const pruned = [200, 210, 220].map((value, index) => ({
    number: 4 + index,
    state: 'pruned' as const,
    values: [value],
  }))
  const trials = [...complete, ...pruned]
  const model = (full: boolean) =>
    historyModel({ trials, goal, by: 'trials', logX: false, log: false, full, t })
  expect(model(false).y.range).toEqual({ low: 10, high: 13 })
  expect(model(false).notes.join()).toContain('3 values of pruned trials are off the axis')
  expect(model(true).y.range).toEqual({ low: 10, high: 220 })
})
