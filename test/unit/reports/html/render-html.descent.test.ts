import { describe, expect, it } from 'vitest'
import type { StudySnapshot } from '../../../../src-main/core/study/study.ts'
import { buildHtmlReport } from '../../../helpers/html-report.ts'
import { sampleSnapshot } from '../../../helpers/sample-snapshot.ts'

const options = { generatedAtMs: 0, version: '0.1.0' } as const

/** Every trial reported a gradient at its best step. */
function descent(): StudySnapshot {
  const snapshot = sampleSnapshot('conditional')
  return {
    ...snapshot,
    trials: snapshot.trials.map(trial => {
      const at = (value: number) => ({ steps: [trial.bestStep ?? 1], values: [value] })
      return {
        ...trial,
        bestStep: trial.bestStep ?? 1,
        metrics: {
          validationLoss: at(1 / (1 + trial.number)),
          holdoutLoss: at(0.5 + 1 / (1 + trial.number)),
          gradientMode: at(2),
          gradientNorm: at(0.125),
          selfTestError: at(0.0025),
          'gradient.learningRate': at(-0.0625),
        },
      }
    }),
  }
}

describe('descents in the report', () => {
  it('both losses, trial by trial, and every gradient', () => {
    const page = buildHtmlReport(descent(), { ...options, language: 'en' })
    const section = page.match(/<section id="curves".*?<\/section>/su)?.[0] ?? ''
    expect(section).toContain('<h3>Descent along the gradient</h3>')
    expect(section).toMatch(/class="line dash0 line-series0"/u)
    expect(section).toMatch(/class="line dash1 line-series1"[^>]*>.*holdoutLoss/u)
    const row = section.match(/<tr><th[^>]*>[^/]*#trial-3.*?<\/tr>/gsu)?.at(-1) ?? ''
    for (const text of ['reverse', '0.1250', '0.002500', 'learningRate −0.06250']) {
      expect(row).toContain(text)
    }
    // A single derivative makes no curve.
    const best = page.match(/<section id="best".*?<\/section>/su)?.[0] ?? ''
    expect(best).not.toContain('<title>gradient')
    expect(buildHtmlReport(descent(), { ...options, language: 'zh-CN' })).toContain('沿梯度下降')
  })

  it('nothing of it where trials have no gradients', () => {
    const page = buildHtmlReport(sampleSnapshot('conditional'), { ...options, language: 'en' })
    expect(page).not.toContain('Descent along the gradient')
  })
})
