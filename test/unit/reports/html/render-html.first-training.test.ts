import { expect, it } from 'vitest'
import { buildHtmlReport } from '../../../helpers/html-report.ts'
import type { StudySnapshot } from '../../../../src-main/core/study/study.ts'
import { sampleSnapshot } from '../../../helpers/sample-snapshot.ts'

/** The sample, with so many folds. */
function ofFolds(folds: number, value: 'mean' | 'median' = 'mean'): StudySnapshot {
  const snapshot = sampleSnapshot('conditional')
  const { study } = snapshot
  const replicates = { ...study.specification.replicates, value }
  const specification = { ...study.specification, folds, replicates }
  return { ...snapshot, study: { ...study, specification } }
}

const page = (snapshot: StudySnapshot, language: 'en' | 'zh-CN' = 'en'): string =>
  buildHtmlReport(snapshot, { language, generatedAtMs: 0, version: '0.1.0', sections: ['best'] })

it('says that metrics and test split are those of the first of several trainings', () => {
  const text = page(ofFolds(3))
  expect(text).toContain(
    'those of the first of its 3 trainings; the trial is judged by the mean of all.',
  )
  expect(text).toContain('with the weights of the best step. It is the model of fold 1')
  expect(page(ofFolds(3, 'median'))).toContain('judged by the median of all.')
  expect(page(ofFolds(3), 'zh-CN')).toContain('3 次训练中的第一次；试验按全部训练的平均值评判')
})

it('says nothing of it with a single one', () => {
  const text = page(ofFolds(1))
  expect(text).not.toContain('first')
  expect(text).toContain('with the weights of the best step.')
  expect(page(ofFolds(1), 'zh-CN')).toContain('用最佳步的权重评估一次')
})
