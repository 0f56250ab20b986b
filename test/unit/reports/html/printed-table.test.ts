import { expect, it } from 'vitest'
import { renderHtml } from '../../../../src-main/reports/html/render-html.ts'
import { studyReport } from '../../../../src-main/features/reports/common/study-report.ts'
import { formatNumber } from '../../../../src-main/core/i18n/format-number.ts'
import { buildSampleSnapshot } from '../../../helpers/build-sample-snapshot.ts'

const options = { language: 'en', generatedAtMs: 0, version: '0' } as const

it('leaves a report of few trials as it is', () => {
  const snapshot = buildSampleSnapshot({ name: 'a <b> & c', trials: 40, epochs: 1 })
  const report = studyReport(snapshot, options)
  expect(renderHtml(report, { forPaper: true })).toBe(renderHtml(report))
})

it('writes a long table as lines in columns, with every row', () => {
  const snapshot = buildSampleSnapshot({ name: 'a <b> & c', trials: 1_200, epochs: 1 })
  const report = studyReport(snapshot, options)
  const html = renderHtml(report)
  const paper = renderHtml(report, { forPaper: true })
  const lines = /<pre class="lines">(.*?)<\/pre>/s.exec(paper)?.[1]?.split('\n') ?? []
  expect(lines).toHaveLength(1_201)
  snapshot.trials.forEach(({ number, values }, index) => {
    const line = (lines[index + 1] ?? '').replace(/<[^>]*>/g, '')
    expect(line.trim().split(/ +/)[0]).toBe(String(number))
    if (values[0] !== undefined) expect(line).toContain(formatNumber(values[0]))
  })
  const targets = (page: string) =>
    [...page.matchAll(/href="#(trial-\d+)"/g)].map(([, id]) => page.includes(`id="${id}"`))
  expect(targets(paper)).toEqual(targets(html))
  expect(paper.length).toBeLessThan(html.length)
  expect(paper.match(/@media screen\{body\{display:none\}\}/g)).toHaveLength(1)
})
