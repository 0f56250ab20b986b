import { expect, it } from 'vitest'
import { curvesModel } from '../../../../src-main/charts/curves-model.ts'
import { createTranslate } from '../../../../src-main/core/i18n/translate.ts'
import { hasHole } from '../../../../src-main/analysis/curves/curve-hole.ts'

it.each([
  ['every step', [1, 2, 3, 4, 5], false],
  ['a step is missing', [1, 2, 3, 5, 6], true],
  ['every tenth step, one missing', [10, 20, 30, 50, 60], true],
  ['no rhythm', [1, 2, 4, 8, 16], false],
  ['a last step of its own', [10, 20, 30, 40, 45], false],
  ['too short to say', [1, 3], false],
])('%s', (_, steps, expected) => {
  expect(hasHole({ steps, values: steps })).toBe(expected)
})

it('a curve of several attempts says that steps are missing', () => {
  const curve = { steps: [1, 2, 3, 6, 7], values: [5, 4, 3, 2, 1] }
  const notesOf = (attempts: number) =>
    curvesModel([{ name: 'loss', tone: 'accent', curves: [{ ...curve, attempts }] }], {
      metric: 'loss',
      direction: 'minimize',
      log: false,
      t: createTranslate('en'),
    }).notes
  expect(notesOf(1)).toEqual([])
  expect(notesOf(2)).toEqual([expect.stringContaining('1 curve has a hole')])
})
