import { describe, expect, it } from 'vitest'
import { buildHtmlReport } from '../../../helpers/html-report.ts'
import type { StudySnapshot } from '../../../../src-main/core/study/study.ts'
import { buildSampleSnapshot } from '../../../helpers/sample-snapshot.ts'

/** What the page of one section says: of the methods paragraph, unless another is named. */
function mainText(
  snapshot: StudySnapshot,
  language: 'en' | 'zh-CN' = 'en',
  section: 'writeup' | 'space' = 'writeup',
): string {
  const options = { language, generatedAtMs: 0, version: '0.1.0', sections: [section] }
  return /<main>.*<\/main>/s.exec(buildHtmlReport(snapshot, options))?.[0] ?? ''
}

describe('the methods paragraph names the importances that the report shows:', () => {
  it.each([
    ['none of too few trials', 5, false, false],
    ['both', 60, true, true],
    ['one where the forest would be large', 510, true, false],
  ])('%s', (_, trials, quick, forest) => {
    const snapshot = buildSampleSnapshot({ trials, epochs: 1, chooseState: () => 'complete' })
    const text = mainText(snapshot)
    expect(text.includes('with PED-ANOVA')).toBe(quick)
    expect(text.includes('S. Watanabe, A. Bansal')).toBe(quick)
    expect(text.includes('functional ANOVA')).toBe(forest)
    expect(text.includes('for assessing hyperparameter importance')).toBe(forest)
    const chinese = mainText(snapshot, 'zh-CN')
    expect(chinese.includes('由 PED-ANOVA')).toBe(quick)
    expect(chinese.includes('函数方差分析')).toBe(forest)
  })
})

describe('relations of the space', () => {
  const sample = buildSampleSnapshot({ trials: 5 })
  const of = (relations: string[]): StudySnapshot => {
    const specification = { ...sample.study.specification, relations }
    return { ...sample, study: { ...sample.study, specification } }
  }
  const two = of(['units < 100', '2 * units >= momentum'])

  it('stand in the methods paragraph', () => {
    expect(mainText(two)).toContain(
      'Every configuration kept units &lt; 100, 2 * units &gt;= momentum.',
    )
    expect(mainText(two, 'zh-CN')).toContain(
      '每个配置都满足 units &lt; 100、2 * units &gt;= momentum。',
    )
    expect(mainText(of([]))).not.toContain('Every configuration kept')
  })

  it('stand below the search space', () => {
    expect(mainText(two, 'en', 'space')).toMatch(
      /Every point keeps.*<code>units &lt; 100<\/code>.*<code>2 \* units &gt;= momentum<\/code>/s,
    )
    expect(mainText(two, 'zh-CN', 'space')).toContain('每个点都满足')
    expect(mainText(of([]), 'en', 'space')).not.toContain('Every point keeps')
  })
})
