import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { createInterface } from 'node:readline'
import type { Browser, Page } from '@playwright/test'
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { openStudyStore } from '../../src-main/storage/sqlite-study-store.ts'
import { buildApplication } from '../helpers/build.ts'
import { findChromium, launchChromium } from '../helpers/chromium.ts'
import { findPeer } from '../helpers/python-peer.ts'
import { jsonObjects, type RunningCommand, startTunewright } from '../helpers/run-tunewright.ts'
import { useScratchFolders } from '../helpers/scratch-folder.ts'

const chromium = findChromium()
const python = findPeer('TUNEWRIGHT_PEERS_PYTHON')
const worker = path.join(import.meta.dirname, '../fixtures/optuna/worker.py')
const scratch = useScratchFolders()
const patience = { timeout: 60_000, interval: 100 }
/** Longer than anybody waits. */
const SECONDS = 600

async function serve(
  database: string,
  folder: string,
  optuna: readonly string[],
): Promise<{ readonly link: string; readonly port: number; readonly running: RunningCommand }> {
  const words = ['--json', '--db', database, 'serve', '--optuna', ...optuna]
  const running = startTunewright(words, folder)
  await vi.waitUntil(() => running.stdout().includes('"optuna"'), patience)
  const said = jsonObjects(running.stdout())
  const of = (name: string) => said.find(({ event }) => event === name)
  return { link: String(of('serving')?.['link']), port: Number(of('optuna')?.['port']), running }
}

/** Trials that have ended, as the head of the study says. */
async function shown(page: Page): Promise<number> {
  const cell = page.locator('.cell', { hasText: 'pruned,' })
  return Number(await cell.locator('strong').first().textContent())
}

describe.skipIf(chromium === null || python === null)('programs of Optuna on the page', () => {
  let browser: Browser | null = null
  afterEach(async () => {
    await browser?.close()
  })

  it(
    'are followed, four side by side, through a kill of the server',
    { timeout: 240_000 },
    async () => {
      buildApplication()
      const folder = scratch()
      const database = path.join(folder, 'kept.sqlite')
      const first = await serve(database, folder, [])
      const told: { readonly number: number; readonly value: number }[] = []
      const programs = ['a', 'b', 'c', 'd'].map(name => {
        const words = ['-W', 'ignore', worker, String(first.port), name, String(SECONDS)]
        const program = spawn(python ?? '', words, { stdio: ['ignore', 'pipe', 'ignore'] })
        onTestFinished(() => void program.kill('SIGKILL'))
        createInterface({ input: program.stdout }).on('line', line => {
          told.push(JSON.parse(line) as (typeof told)[number])
        })
        return program
      })
      browser = await launchChromium(chromium ?? '')
      const page = await browser.newPage({ locale: 'en-GB' })
      await page.goto(first.link)
      await page.getByRole('link', { name: 'shared' }).first().click(patience)
      await vi.waitUntil(async () => (await shown(page)) >= 4, patience)
      first.running.child.kill('SIGKILL')
      await first.running.result
      const before = told.length
      const second = await serve(database, folder, [String(first.port)])
      await page.goto(second.link)
      await page.getByRole('link', { name: 'shared' }).first().click(patience)
      await vi.waitUntil(() => told.length > before + 8, patience)
      const ends = programs.map(async program => once(program, 'close'))
      for (const program of programs) program.kill('SIGKILL')
      await Promise.all(ends)
      const store = openStudyStore(database, { readOnly: true })
      const trials = store.trials(1)
      const complete = () => store.studyById(1).trials.complete
      for (const { number, value } of told) expect(trials[number]?.values).toEqual([value])
      // A call may have been under way when its program was killed.
      await vi.waitUntil(async () => (await shown(page)) === complete(), patience)
      store.close()
      second.running.child.kill('SIGTERM')
      await second.running.result
    },
  )
})
