import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, loadavg, tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { buildHtmlReport } from '../src-main/reports/html/build-html-report.ts'
import { openStudyStore } from '../src-main/storage/sqlite-study-store.ts'
import { buildApplication } from '../test/helpers/build.ts'
import { findChromium, launchChromium } from '../test/helpers/chromium.ts'
import { startTunewright } from '../test/helpers/run-tunewright.ts'
import { benchMachine, printTable, writeResults } from './bench-output.ts'
import { servedLink } from './served-link.ts'
import { measureParallel, measureParts } from './ui/analysis.ts'
import type { Measure } from './ui/measures.ts'
import { PageClock } from './ui/page-clock.ts'
import { seedStudy } from './ui/seed-study.ts'

/**
 * How long the charts of a large study take in the page, in a real Chromium, and how large its report is as PDF.
 * `node bin/run.cjs bench/ui-analysis.ts [trials] [parameters]`. Exit code 1 if a figure is missed.
 */
const size = {
  ...{ trials: Number(process.argv[2] ?? 5_000), parameters: Number(process.argv[3] ?? 20) },
  reportsPerTrial: 10,
}
const executable = findChromium()
if (executable === null) throw new Error('no chromium on PATH')
buildApplication()
const folder = mkdtempSync(path.join(tmpdir(), 'tunewright-bench-'))
const database = path.join(folder, 'ui.sqlite')
console.log(`Writing 3 × ${size.trials} trials …`)
const first = await seedStudy(database, { ...size, name: 'first' })
const second = await seedStudy(database, { ...size, name: 'second' })
const wide = await seedStudy(database, { ...size, parameters: size.parameters + 10, name: 'wide' })

const served = startTunewright(['--json', '--db', database, 'serve'], folder)
const browser = await launchChromium(executable)
const measures: Measure[] = []
try {
  const page = await browser.newPage({ locale: 'en-GB', viewport: { width: 1440, height: 900 } })
  await page.goto(await servedLink(served))
  await page.getByText('wide').first().waitFor()
  measures.push(...(await measureParts(page, await PageClock.of(page, browser), [first, second])))
  measures.push(...(await measureParallel(page, wide)))
  const store = openStudyStore(database, { readOnly: true })
  const html = buildHtmlReport(store.snapshot(first), { language: 'en', generatedAtMs: 0, version: 'bench' }) // prettier-ignore
  store.close()
  const report = await browser.newPage()
  await report.setContent(html, { waitUntil: 'load' })
  const pdf = await report.pdf({ format: 'A4', printBackground: true })
  measures.push({ name: 'report as PDF', unit: 'MB', value: pdf.length / 1e6, atMost: 2 })
} finally {
  await browser.close()
  served.child.kill('SIGTERM')
  await served.result
  rmSync(folder, { recursive: true, force: true })
}

const missed = measures.filter(({ value, atMost }) => atMost !== null && value > atMost)
const load = loadavg()[0] ?? 0
console.log(`Load: ${load.toFixed(1)} on ${availableParallelism()} cores`)
printTable(
  ['measurement', 'value', 'at most', 'unit', ''],
  measures.map(measure => [
    ...[measure.name, measure.value.toFixed(1), measure.atMost?.toString() ?? '–', measure.unit],
    missed.includes(measure) ? 'MISSED' : '',
  ]),
)
writeResults('ui-analysis', { machine: benchMachine(), load, size, measures })
if (missed.length > 0) process.exitCode = 1
