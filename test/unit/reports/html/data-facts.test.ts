import { expect, it } from 'vitest'
import { buildHtmlReport } from '../../../../src-main/reports/html/build-html-report.ts'
import { sampleSnapshot } from '../../../helpers/sample-snapshot.ts'

it('states what is known of the data, and has no line for what was not found', () => {
  const snapshot = sampleSnapshot('conditional')
  const dataset = { rows: 344, findings: [], ignoredColumns: [{ name: 'id', reason: 'unique' }] }
  const page = buildHtmlReport(
    { ...snapshot, study: { ...snapshot.study, dataset } },
    { language: 'en', generatedAtMs: 0, version: '0.1.0' },
  )
  expect(page).toContain('<dt>rows</dt>')
  expect(page).toMatch(/<dt>ignoredColumns<\/dt>\s*<dd>.*reason: unique/s)
  expect(page).not.toContain('<dt>findings</dt>')
})
