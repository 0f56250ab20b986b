import { expect, it } from 'vitest'
import { rowsMessage } from '../../../../src-main/core/data/data-rows.ts'
import { findingMessages } from '../../../../src-main/core/data/dataset.ts'
import { createTranslate } from '../../../../src-main/core/i18n/translate.ts'
import { findFoldedLeaks, findLeaks } from '../../../../src-main/training/data/find-leaks.ts'

const [en, zh] = [createTranslate('en'), createTranslate('zh-CN')]
const rowParts = { train: 172, validation: 57, test: 57 }
const houses = { rows: 286, droppedRows: 14, rowParts }

it.each([
  [
    houses,
    5,
    '300 rows read, 14 without a target left out, 286 used: 57 kept for the test, 229 in 5 folds',
    '读取 300 行，剔除缺少目标值的 14 行，使用 286 行：57 行留作测试，229 行分为 5 折',
  ],
  [
    { rows: 286, rowParts },
    1,
    '286 rows read, 286 used: 57 kept for the test, 57 for validation, 172 for training',
    '读取 286 行，使用 286 行：57 行留作测试，57 行用于验证，172 行用于训练',
  ],
  [
    { rows: 286, droppedRows: 14 },
    1,
    '300 rows read, 14 without a target left out, 286 used',
    '读取 300 行，剔除缺少目标值的 14 行，使用 286 行',
  ],
])('explains the rows of %j', (properties, folds, english, chinese) => {
  const message = rowsMessage(properties, folds)
  expect([en.format(message!), zh.format(message!)]).toEqual([english, chinese])
})

it('says which rows are not used, and nothing without rows', () => {
  const part = rowsMessage({ rows: 300, rowParts }, 5)
  expect(en.format(part!)).toMatch(/, 14 not used$/)
  expect(rowsMessage({ images: 12 })).toBeNull()
})

it('counts repeated rows among those that are cut into folds, not against the validation split of a study without any', () => {
  const split = {
    train: Int32Array.of(0, 1, 2, 3),
    validation: Int32Array.of(4, 5),
    test: Int32Array.of(6, 7),
  }
  // Row 1 again as row 4, row 2 as row 3, row 5 as row 7.
  const firsts = Int32Array.of(0, 1, 2, 2, 1, 5, 6, 5)
  expect(findLeaks(firsts, split, 0)[0]).toMatchObject({ from: 'train', to: 'validation', of: 2 })
  const folded = findFoldedLeaks(firsts, split, 0)
  expect(folded).toEqual([
    { kind: 'repeatedInFolds', rows: 4, of: 6 },
    { kind: 'duplicates', from: 'train', to: 'test', rows: 1, of: 2 },
  ])
  const texts = findingMessages({ findings: folded.map(finding => ({ ...finding })) })
  expect(texts.map(en.format)[0]).toContain('4 of the 6 rows in folds')
  expect(texts.map(zh.format)[0]).toContain('6 行中，有 4 行')
})
