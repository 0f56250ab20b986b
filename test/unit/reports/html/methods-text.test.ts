import { describe, expect, it } from 'vitest'
import { buildHtmlReport } from '../../../../src-main/reports/html/build-html-report.ts'
import type { StudySnapshot } from '../../../../src-main/contract/study.ts'
import { buildSampleSnapshot } from '../../../helpers/sample-snapshot.ts'

/** The methods paragraph, with its sources. */
function methodsText(snapshot: StudySnapshot, language: 'en' | 'zh-CN' = 'en'): string {
  const options = { language, generatedAtMs: 0, version: '0.1.0', sections: ['writeup'] as const }
  return /<main>.*<\/main>/s.exec(buildHtmlReport(snapshot, options))?.[0] ?? ''
}

describe('the methods paragraph names the importances that the report shows:', () => {
  it.each([
    ['none of too few trials', 5, false, false],
    ['both', 60, true, true],
    ['one where the forest would be large', 510, true, false],
  ])('%s', (_, trials, quick, forest) => {
    const snapshot = buildSampleSnapshot({ trials, epochs: 1, chooseState: () => 'complete' })
    const text = methodsText(snapshot)
    expect(text.includes('with PED-ANOVA')).toBe(quick)
    expect(text.includes('S. Watanabe, A. Bansal')).toBe(quick)
    expect(text.includes('functional ANOVA')).toBe(forest)
    expect(text.includes('for assessing hyperparameter importance')).toBe(forest)
    const chinese = methodsText(snapshot, 'zh-CN')
    expect(chinese.includes('由 PED-ANOVA')).toBe(quick)
    expect(chinese.includes('函数方差分析')).toBe(forest)
  })
})
