import path from 'node:path'
import type { Browser, Page } from '@playwright/test'
import { afterEach, describe, it, vi } from 'vitest'
import type { StudySummary } from '../../src-main/core/study/study.ts'
import { openStudyStore } from '../../src-main/platform/storage/sqlite-study-store.ts'
import { buildApplication } from '../helpers/build.ts'
import { findChromium, launchChromium } from '../helpers/chromium.ts'
import {
  exampleNames,
  expectStored,
  OptunaExample,
  studiesOfExamples,
} from '../helpers/optuna-examples.ts'
import { findPeer } from '../helpers/python-peer.ts'
import { jsonObjects, type RunningCommand, startTunewright } from '../helpers/run-tunewright.ts'
import { useScratchFolders } from '../helpers/scratch-folder.ts'

const chromium = findChromium()
const python = findPeer('TUNEWRIGHT_PEERS_PYTHON')
const scratch = useScratchFolders()
const patience = { timeout: 90_000, interval: 100 }

async function serve(
  database: string,
  folder: string,
  optuna: readonly string[],
): Promise<{ readonly link: string; readonly port: number; readonly running: RunningCommand }> {
  const words = ['--json', '--db', database, 'serve', '--optuna', ...optuna]
  const running = startTunewright(words, folder)
  await vi.waitUntil(() => running.stdout().includes('"optuna"'), patience)
  const events = jsonObjects(running.stdout())
  const of = (name: string) => events.find(({ event }) => event === name)
  return { link: String(of('serving')?.['link']), port: Number(of('optuna')?.['port']), running }
}

/** Trials that have ended, as the head of the study says. */
async function endedTrials(page: Page): Promise<number> {
  const cell = page.locator('.cell', { hasText: 'pruned,' })
  return Number(await cell.locator('strong').first().textContent())
}

/** @returns the study of the example that runs longest and prunes nothing, once it is there */
function sklearn(database: string, above: number): StudySummary | undefined {
  const store = openStudyStore(database, { readOnly: true })
  try {
    return store
      .listStudies()
      .find(({ id, specification }) => id > above && 'classifier' in specification.space)
  } finally {
    store.close()
  }
}

describe.skipIf(chromium === null || python === null)('programs of Optuna on the page', () => {
  let browser: Browser | null = null
  afterEach(async () => {
    await browser?.close()
  })

  it(
    'are followed, five examples of Optuna side by side, through a kill of the server',
    { timeout: 400_000 },
    async () => {
      buildApplication()
      const folder = scratch()
      const database = path.join(folder, 'kept.sqlite')
      const first = await serve(database, folder, [])
      const begin = (port: number): OptunaExample[] => {
        const at = { python: python ?? '', port, folder: scratch() }
        return exampleNames.map(name => new OptunaExample(name, at))
      }
      const cut = begin(first.port)
      browser = await launchChromium(chromium ?? '')
      const page = await browser.newPage({ locale: 'en-GB' })
      const show = async (link: string, newestId: number): Promise<StudySummary> => {
        const study = await vi.waitUntil(() => sklearn(database, newestId), patience)
        await page.goto(link)
        await page.getByRole('link', { name: study.name }).first().click(patience)
        return study
      }
      const followed = await show(first.link, 0)
      await vi.waitUntil(async () => (await endedTrials(page)) >= 2, patience)
      await vi.waitUntil(() => cut.every(({ told: reports }) => reports.length > 0), patience)
      first.running.child.kill('SIGKILL')
      await first.running.result
      await Promise.all(cut.map(async program => program.interrupt()))

      const second = await serve(database, folder, [String(first.port)])
      const store = openStudyStore(database, { readOnly: true })
      const before = store.listStudies()
      const ended = (id: number): number => {
        const { complete, pruned, failed } = store.studyById(id).trials
        return complete + pruned + failed
      }
      await show(second.link, 0)
      await vi.waitUntil(async () => (await endedTrials(page)) === ended(followed.id), patience)
      const whole = begin(second.port)
      const later = await show(second.link, Math.max(...before.map(({ id }) => id)))
      await vi.waitUntil(async () => (await endedTrials(page)) >= 2, patience)
      await vi.waitUntil(() => whole.every(({ told: reports }) => reports.length > 0), patience)
      await Promise.all(whole.map(async program => program.interrupt()))
      await vi.waitUntil(async () => (await endedTrials(page)) === ended(later.id), patience)
      const studies = [...store.listStudies()].sort((first, other) => first.id - other.id)
      for (const [programs, theirs] of [
        [cut, studies.slice(0, before.length)],
        [whole, studies.slice(before.length)],
      ] as const) {
        const studiesByName = studiesOfExamples(theirs)
        for (const program of programs) expectStored(store, studiesByName[program.name], program)
      }
      store.close()
      second.running.child.kill('SIGTERM')
      await second.running.result
    },
  )
})
