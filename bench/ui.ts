import process from 'node:process'
import type { Page } from '@playwright/test'
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
import { runPageBench } from './ui/page-bench.ts'
import { PageClock } from './ui/page-clock.ts'
import { seedStudy } from './ui/seed-study.ts'

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

await runPageBench({
  name: 'ui',
  size,
  readyText: 'large',
  seed: async database => {
    console.log(`Writing ${size.trials} trials …`)
    return { studyId: await seedStudy(database, size), picturesId: seedFiles(database) }
  },
  measure: async (page, { browser, seeded: { studyId, picturesId } }) => {
    const measures: Measure[] = []
    const clock = await PageClock.of(page, browser)
    measures.push(...(await measureOpening(page, clock, studyId)))
    measures.push(...(await measureFiles(page, clock, picturesId)))
    measures.push(...(await measureScrolling(page, clock, studyId)))
    measures.push(...(await measureFilter(page)))
    measures.push(...(await measureAllColumns(page, clock)))
    await page.evaluate(
      async id =>
        fetch('/api/call', {
          method: 'POST',
          headers: { 'tunewright-key': localStorage.getItem('tunewright.key') ?? '' },
          body: JSON.stringify({ method: 'study.start', payload: { studyId: id } }),
        }),
      studyId,
    )
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
    return measures
  },
})

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
