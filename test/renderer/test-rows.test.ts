import { describe, expect, it } from 'vitest'
import type { TestRowTable } from '../../src-main/core/questions/test-rows.ts'
import { AppError } from '../../src-main/core/errors/errors.ts'
import TestRows from '../../src-renderer/features/error-analysis/TestRows.vue'
import { errorsShown, mountPart, settle, t, zh } from './mount.ts'

const table: TestRowTable = {
  cells: [
    ['line', 'amount', 'sold', 'prediction', 'probability.no'],
    [7, '1.100,50', '', 'yes', 0.125],
    [12, '=1+1', 'no', 'no', 0.875],
  ],
  rows: 240,
  hasPredictions: true,
}
const file = { fileName: 'a.csv', mediaType: 'text/csv', content: 'line\r\n', encoding: 'text' }

function part(answer: TestRowTable | AppError = table, language: 'en' | 'zh-CN' = 'en') {
  const back = { 'study.testRows': answer, 'study.testRowsFile': () => file }
  return mountPart(TestRows, { props: { studyId: 3 }, language, back })
}

describe('the rows that a study holds back', () => {
  it('are read when somebody asks for them, as they stand in the file', async () => {
    const panel = part()
    await settle()
    expect(panel.asked).toEqual([])
    await panel.press(t('errors.testRows.show'))
    expect(panel.requests('study.testRows')).toEqual([{ studyId: 3, limit: 100 }])
    const rows = panel.wrapper
      .findAll('tr')
      .map(row => row.findAll('th, td').map(cell => cell.text()))
    expect(rows).toEqual([
      ['line', 'amount', 'sold', 'prediction', 'probability.no'],
      ['7', '1.100,50', '–', 'yes', '0.125'],
      ['12', '=1+1', 'no', 'no', '0.875'],
    ])
    expect(panel.text()).toContain(t('app.showing', { shown: 2, total: 240 }))
    expect(panel.text()).not.toContain(t('errors.testRows.noModel'))
  })

  it('are saved whole', async () => {
    const panel = part()
    await panel.press(t('errors.testRows.save'))
    expect(panel.requests('study.testRowsFile')).toEqual([{ studyId: 3 }])
  })

  it('have no predictions where no model is kept, and may be none', async () => {
    const panel = part({ cells: [['line', 'amount']], rows: 0, hasPredictions: false }, 'zh-CN')
    await panel.press(zh('errors.testRows.show'))
    expect(panel.text()).toContain(zh('errors.testRows.noModel'))
    expect(panel.text()).toContain(zh('errors.noRows'))
  })

  it('say why they cannot be read', async () => {
    const error = new AppError('study.notFound', { study: 'gone' })
    const panel = part(error)
    await panel.press(t('errors.testRows.show'))
    expect(errorsShown().join()).toContain(t('error.study.notFound', { study: 'gone' }))
  })
})
