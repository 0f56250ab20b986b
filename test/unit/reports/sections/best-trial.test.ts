import { expect, it } from 'vitest'
import { buildSampleSnapshot } from '../../../helpers/build-sample-snapshot.ts'
import { buildHtmlReport } from '../../../helpers/html-report.ts'

const options = { language: 'en', generatedAtMs: 0, version: '1' } as const

it('the best trial has its parameters before the hashes of its files', () => {
  const sample = buildSampleSnapshot()
  const file = { kind: 'weights.best', path: '/a', bytes: 9, sha256: 'a'.repeat(64) }
  const all = sample.trials.map(({ number }) => ({ ...file, trialNumber: number }))
  const snapshot = { ...sample, artifacts: all }
  const html = buildHtmlReport(snapshot, { ...options, sections: ['best'] })
  const hash = html.indexOf('SHA-256')
  expect(hash).toBeGreaterThan(0)
  expect(html.indexOf('>Parameters<')).toBeLessThan(hash)
})
