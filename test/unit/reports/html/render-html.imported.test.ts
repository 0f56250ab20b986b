import { describe, expect, it } from 'vitest'
import { buildHtmlReport } from '../../../helpers/html-report.ts'
import { buildSampleSnapshot } from '../../../helpers/sample-snapshot.ts'

describe('the report of an imported study', () => {
  const sample = buildSampleSnapshot({ trials: 3 })
  const importedFrom = {
    program: 'CSV',
    version: null,
    file: 'runs.csv',
    sha256: 'ab',
    study: 'runs',
    notes: [{ code: 'columnsLeftOut', columns: ['id', '<b>'] }],
  } as const
  const snapshot = {
    ...sample,
    study: { ...sample.study, environment: { ...sample.study.environment, importedFrom } },
  }

  it.each([
    ['en', 'columns left out: id, &lt;b&gt;'],
    ['zh-CN', '略去的列：id、&lt;b&gt;'],
  ] as const)('says in %s what differs from the file', (language, text) => {
    const page = buildHtmlReport(snapshot, { language, generatedAtMs: 0, version: '0.1.0' })
    expect(page).toContain(`<span class="line">${text}</span>`)
  })
})
