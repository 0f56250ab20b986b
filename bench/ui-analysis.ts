import process from 'node:process'
import { buildHtmlReport } from '../test/helpers/html-report.ts'
import { openStudyStore } from '../src-main/platform/storage/sqlite-study-store.ts'
import { measureParallel, measureParts } from './ui/analysis.ts'
import { runPageBench } from './ui/page-bench.ts'
import { PageClock } from './ui/page-clock.ts'
import { seedStudy } from './ui/seed-study.ts'

/**
 * How long the charts of a large study take in the page, in a real Chromium, and how large its report is as PDF.
 * `node bin/run.cjs bench/ui-analysis.ts [trials] [parameters]`. Exit code 1 if a figure is missed.
 */
const size = {
  trials: Number(process.argv[2] ?? 5_000),
  parameters: Number(process.argv[3] ?? 20),
  reportsPerTrial: 10,
}

await runPageBench({
  name: 'ui-analysis',
  size,
  readyText: 'wide',
  seed: async database => {
    console.log(`Writing 3 × ${size.trials} trials …`)
    return {
      first: await seedStudy(database, { ...size, name: 'first' }),
      second: await seedStudy(database, { ...size, name: 'second' }),
      wide: await seedStudy(database, { ...size, parameters: size.parameters + 10, name: 'wide' }),
    }
  },
  measure: async (page, { browser, database, seeded: { first, second, wide } }) => {
    const parts = await measureParts(page, await PageClock.of(page, browser), [first, second])
    const parallel = await measureParallel(page, wide)
    const store = openStudyStore(database, { readOnly: true })
    const snapshot = store.snapshot(first)
    store.close()
    const html = buildHtmlReport(snapshot, { language: 'en', generatedAtMs: 0, version: 'bench' })
    const report = await browser.newPage()
    await report.setContent(html, { waitUntil: 'load' })
    const pdf = await report.pdf({ format: 'A4', printBackground: true })
    const megabytes = { name: 'report as PDF', unit: 'MB', value: pdf.length / 1e6, atMost: 2 }
    return [...parts, ...parallel, megabytes]
  },
})
