import { expect, it } from 'vitest'
import { studySpecificationSchema } from '../../../../src-main/core/study/study-specification.ts'
import { buildSampleSnapshot } from '../../../helpers/build-sample-snapshot.ts'
import { buildHtmlReport } from '../../../helpers/html-report.ts'

const options = { language: 'en', generatedAtMs: 0, version: '1' } as const

it('parallel coordinates show the most important parameters where not all fit', () => {
  const sample = buildSampleSnapshot()
  const { excluded: _, untilStep: __, ...first } = sample.trials[0]!
  const names = Array.from({ length: 20 }, (_, index) => `p${index}`)
  const at = (trial: number, parameter: number): number =>
    ((trial + 1) * (parameter * 7 + 3) * 0.618) % 1
  const html = buildHtmlReport(
    {
      ...sample,
      study: {
        ...sample.study,
        specification: studySpecificationSchema.parse({
          name: 'wide',
          objective: { function: 'branin' },
          goals: [{ metric: 'loss', direction: 'minimize' }],
          space: Object.fromEntries(names.map(name => [name, { float: [0, 1] }])),
          stop: { trials: 200 },
        }),
      },
      trials: Array.from({ length: 200 }, (_, number) => ({
        ...first,
        number,
        state: 'complete' as const,
        constraints: [],
        // The last one of the study file decides alone.
        values: [(at(number, 19) - 0.5) ** 2],
        parameters: Object.fromEntries(names.map((name, index) => [name, at(number, index)])),
      })),
    },
    { ...options, sections: ['parallel'] },
  )
  const axes = [...html.matchAll(/<text[^>]*>(p\d+)<\/text>/g)].map(([, name]) => name)
  expect(axes[0]).toBe('p19')
  expect(html).toContain('Showing 16 of 20 parameters: the most important ones.')
})
