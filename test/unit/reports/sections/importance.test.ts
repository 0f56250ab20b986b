import { expect, it } from 'vitest'
import { studySpecificationSchema } from '../../../../src-main/core/study/study-specification.ts'
import { studyReport } from '../../../../src-main/features/reports/common/study-report.ts'
import { renderLatex } from '../../../../src-main/reports/text/render-latex.ts'
import { renderMarkdown } from '../../../../src-main/reports/text/render-markdown.ts'
import { buildSampleSnapshot } from '../../../helpers/build-sample-snapshot.ts'
import { buildHtmlReport } from '../../../helpers/html-report.ts'

const options = {
  language: 'en',
  generatedAtMs: 0,
  version: '1',
  sections: ['importance'],
} as const

/** Trials of a study in which the family alone decides. */
function familyStudy() {
  const sample = buildSampleSnapshot()
  const { excluded: _, untilStep: __, ...first } = sample.trials[0]!
  const levels = { linear: 100, forest: 200, boosting: 300 }
  const families = Object.keys(levels) as (keyof typeof levels)[]
  return {
    ...sample,
    study: {
      ...sample.study,
      specification: studySpecificationSchema.parse({
        name: 'families',
        objective: { function: 'branin' },
        goals: [{ metric: 'loss', direction: 'minimize' }],
        space: {
          family: { choice: families },
          ridge: { float: [0, 1], when: { family: 'linear' } },
        },
        stop: { trials: 60 },
      }),
    },
    trials: Array.from({ length: 60 }, (_, number) => {
      const family = families[number % 3] ?? 'linear'
      const ridge = (number * 0.618) % 1
      return {
        ...first,
        number,
        state: 'complete' as const,
        constraints: [],
        values: [levels[family] + number / 60],
        parameters: family === 'linear' ? { family, ridge } : { family },
      }
    }),
  }
}

it('importance says in every format what the page says, with the best value of each choice', () => {
  const study = familyStudy()
  const report = studyReport(study, options)
  const [section] = report.sections
  expect(section?.blocks[0]).toMatchObject({
    kind: 'paragraph',
    text: expect.stringMatching(/^family decides: \d+ % of the differences \(/) as string,
  })
  const markdown = renderMarkdown(report)
  expect(markdown).toContain('Best value by family')
  expect(markdown).toMatch(/\| `linear` \| +20 \| +100\.0 \|/)
  expect(markdown).toMatch(/`linear`[^]*`forest`[^]*`boosting`/)
  expect(renderLatex(report)).toContain('Best value by family')
  expect(buildHtmlReport(study, options)).toContain('Best value by family')
})
