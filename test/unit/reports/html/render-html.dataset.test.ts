import { expect, it } from 'vitest'
import { buildHtmlReport } from '../../../helpers/html-report.ts'
import { sampleSnapshot } from '../../../helpers/sample-snapshot.ts'

it('states what is known of the data, and has no line for what was not found', () => {
  const snapshot = sampleSnapshot('conditional')
  const dataset = {
    rows: 344,
    findings: [],
    ignoredColumns: [{ name: 'id', reason: { code: 'dataset.ignored.differs' } }],
  }
  const page = buildHtmlReport(
    { ...snapshot, study: { ...snapshot.study, dataset } },
    { language: 'en', generatedAtMs: 0, version: '0.1.0' },
  )
  expect(page).toContain('<dt>rows</dt>')
  expect(page).toMatch(/<dt>columns not used<\/dt>\s*<dd>.*id: text that differs in every row/s)
  expect(page).not.toContain('<dt>findings</dt>')
})

it('says in words why a better engine was passed over', () => {
  const snapshot = sampleSnapshot('oneTrial')
  const error = {
    code: 'engine.unavailable',
    detail: { engine: 'wasm', reason: { code: 'verbatim', values: { text: 'no binary' } } },
  } as const
  const trials = snapshot.trials.map(trial => ({
    ...trial,
    attempts: trial.attempts.map(attempt => ({
      ...attempt,
      engine: {
        name: 'cpu',
        device: 'one thread',
        versions: {},
        passedOver: [{ engine: 'wasm', error }],
      } as const,
    })),
  }))
  const page = (language: 'en' | 'zh-CN'): string =>
    buildHtmlReport({ ...snapshot, trials }, { language, generatedAtMs: 0, version: '0.1.0' })
  expect(page('en')).toMatch(/passed over: wasm: [A-Z][^{}]*no binary/)
  expect(page('zh-CN')).toMatch(/未使用更好的引擎：wasm：[^{}]*no binary/)
  expect(page('en')).not.toContain('engine.unavailable')
})
