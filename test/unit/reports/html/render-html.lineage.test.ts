import { expect, it } from 'vitest'
import { summarizeStudy } from '../../../../src-main/analysis/summary/summarize-study.ts'
import { buildHtmlReport } from '../../../helpers/html-report.ts'
import { sampleSnapshot } from '../../../helpers/sample-snapshot.ts'

it.each([
  ['en', 'How its training came about', 'fork'],
  ['zh-CN', '训练的由来', '分叉'],
] as const)('the report shows where the best trial came from, %s', (language, title, how) => {
  const snapshot = sampleSnapshot('large')
  const best = summarizeStudy(snapshot).best?.number ?? -1
  expect(best).toBeGreaterThan(0)
  const options = { language, generatedAtMs: 0, version: '1' }
  expect(buildHtmlReport(snapshot, options)).not.toContain(title)
  const trials = snapshot.trials.map(trial =>
    trial.number === best
      ? { ...trial, origin: { trial: 0, step: 3, mode: 'fork' as const } }
      : trial,
  )
  const html = buildHtmlReport({ ...snapshot, trials }, options)
  const section = html.slice(html.indexOf(title))
  expect(section).toContain('href="#trial-0"')
  expect(section).toContain(`<td>${how}</td>`)
})

it.each([
  ['en', 'old: 9 trials of other data'],
  ['zh-CN', 'old：9 次试验（数据不同）'],
] as const)(
  'the report says whose data a study learns from are others, %s',
  (language, sentence) => {
    const { study, ...others } = sampleSnapshot('large')
    const warmStart = [
      { study: 'same', trials: 5, without: [] },
      { study: 'old', trials: 10, without: [3], data: 'other' as const },
    ]
    const specification = { ...study.specification, warmStart }
    const html = buildHtmlReport(
      { ...others, study: { ...study, specification } },
      { language, generatedAtMs: 0, version: '1' },
    )
    expect(html).toContain(sentence)
    expect(html).toMatch(/same(: 5 trials|：5 次试验)[^（ ]/)
  },
)
