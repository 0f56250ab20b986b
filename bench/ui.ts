import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, loadavg, tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import type { Page } from '@playwright/test'
import { buildApplication } from '../test/helpers/build.ts'
import { findChromium, launchChromium } from '../test/helpers/chromium.ts'
import { startTunewright } from '../test/helpers/run-tunewright.ts'
import { benchMachine, printTable, writeResults } from './bench-output.ts'
import {
  type Measure,
  measureAllColumns,
  measureFilter,
  measureLatency,
  measureLive,
  measureMemory,
  measureOpening,
  measureScrolling,
} from './ui/measures.ts'
import { measureFiles, seedFiles } from './ui/files.ts'
import { PageClock } from './ui/page-clock.ts'
import { seedStudy } from './ui/seed-study.ts'
import { servedLink } from './served-link.ts'

/**
 * How the page feels with a large study: 10,000 trials × 20 parameters, in a real Chromium, from the real web host.
 * `node bin/run.cjs bench/ui.ts [trials] [parameters] [reports]`. Exit code 1 if a figure is missed.
 */
const size = {
  trials: Number(process.argv[2] ?? 10_000),
  parameters: Number(process.argv[3] ?? 20),
  reportsPerTrial: Number(process.argv[4] ?? 10),
}
const liveSeconds = 10

const executable = findChromium()
if (executable === null) throw new Error('no chromium on PATH')
buildApplication()
const folder = mkdtempSync(path.join(tmpdir(), 'tunewright-bench-'))
const database = path.join(folder, 'ui.sqlite')
console.log(`Writing ${size.trials} trials …`)
const studyId = await seedStudy(database, size)
const picturesId = seedFiles(database)

const served = startTunewright(['--json', '--db', database, 'serve'], folder)
const browser = await launchChromium(executable)
const measures: Measure[] = []
try {
  const page = await browser.newPage({ locale: 'en-GB', viewport: { width: 1440, height: 900 } })
  await page.goto(await servedLink(served))
  await page.getByText('large').first().waitFor()
  const clock = await PageClock.of(page, browser)
  measures.push(...(await measureOpening(page, clock, studyId)))
  measures.push(...(await measureFiles(page, clock, picturesId)))
  measures.push(...(await measureScrolling(page, clock, studyId)))
  measures.push(...(await measureFilter(page)))
  measures.push(...(await measureAllColumns(page, clock)))
  await page.evaluate(
    async id => fetch('/api/call', {
      method: 'POST',
      headers: { 'tunewright-key': localStorage.getItem('tunewright.key') ?? '' },
      body: JSON.stringify({ method: 'study.start', payload: { studyId: id } }),
    }),
    studyId,
  ) // prettier-ignore
  await page.waitForTimeout(3_000)
  measures.push(...(await measureLive(page, clock, studyId, 'monitor', liveSeconds)))
  measures.push(...(await measureLive(page, clock, studyId, 'trials', liveSeconds)))
  measures.push(...(await measureLive(page, clock, studyId, 'all columns', liveSeconds)))
  measures.push(...(await measureLatency(page, await startSmallStudy(page))))
  await page.evaluate(id => {
    location.hash = `#/studies/${id}/parallel`
  }, studyId)
  await page.waitForTimeout(2_000)
  measures.push(...(await measureMemory(clock)))
} finally {
  await browser.close()
  served.child.kill('SIGTERM')
  await served.result
  rmSync(folder, { recursive: true, force: true })
}

/** Trials of a second each, for a page that follows them. @returns its id */
async function startSmallStudy(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const text = JSON.stringify({
      name: 'small',
      objective: { function: 'branin', steps: 10, durationMs: 100 },
      goals: [{ metric: 'value', direction: 'minimize' }],
      space: { x0: { float: [-5, 10] }, x1: { float: [0, 15] } },
      sampler: { name: 'random' },
      stop: { trials: 1_000 },
    })
    const ask = async (method: string, payload: unknown): Promise<unknown> => {
      const headers = { 'tunewright-key': localStorage.getItem('tunewright.key') ?? '' }
      const body = JSON.stringify({ method, payload })
      return (await fetch('/api/call', { method: 'POST', headers, body })).json()
    }
    const made = (await ask('study.create', { text, format: 'json', start: true })) as {
      readonly value: { readonly studyId: number }
    }
    return made.value.studyId
  })
}

const missed = measures.filter(({ value, atMost }) => atMost !== null && value > atMost)
// Times of frames mean little on a machine that others use; the main thread's own time does not depend on them.
const load = loadavg()[0] ?? 0
console.log(`Load: ${load.toFixed(1)} on ${availableParallelism()} cores`)
printTable(
  ['measurement', 'value', 'at most', 'unit', ''],
  measures.map(measure => [
    measure.name,
    measure.value.toFixed(1),
    measure.atMost?.toString() ?? '–',
    measure.unit,
    missed.includes(measure) ? 'MISSED' : '',
  ]),
)
writeResults('ui', { machine: benchMachine(), load, size, measures })
if (missed.length > 0) process.exitCode = 1
