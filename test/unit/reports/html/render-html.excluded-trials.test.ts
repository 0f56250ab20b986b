import { describe, expect, it } from 'vitest'
import { buildHtmlReport } from '../../../helpers/html-report.ts'
import { sampleSnapshot } from '../../../helpers/sample-snapshot.ts'

const options = { language: 'en', generatedAtMs: 0, version: '0.1.0' } as const

describe('excluded trials in the report', () => {
  it('stay in the record and leave everything that is concluded', () => {
    const snapshot = sampleSnapshot('conditional')
    const [best] = snapshot.trials
      .filter(({ state }) => state === 'complete')
      .sort((a, b) => (b.values[0] ?? 0) - (a.values[0] ?? 0))
    const number = best?.number ?? -1
    const whole = buildHtmlReport(snapshot, options)
    const without = buildHtmlReport(
      {
        ...snapshot,
        trials: snapshot.trials.map(trial =>
          trial.number === number ? { ...trial, excluded: true as const } : trial,
        ),
      },
      options,
    )
    const sentence = `Taken out of the search, and of every other figure here: trial ${number}.`
    expect(whole).not.toContain(sentence)
    expect(without).toContain(sentence)
    expect(without).toContain(`id="trial-${number}"`)
    expect(sectionOf(whole, 'best')).toContain(`#trial-${number}"`)
    expect(sectionOf(without, 'best')).not.toContain(`#trial-${number}"`)
  })
})

function sectionOf(page: string, id: string): string {
  return page.match(new RegExp(`<section id="${id}".*?</section>`, 's'))?.[0] ?? ''
}
