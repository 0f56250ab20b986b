import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { StudySnapshot } from '../../src-main/core/study/study.ts'
import { findChromium, launchChromium } from '../helpers/chromium.ts'
import { runTunewright } from '../helpers/run-tunewright.ts'
import { readStudy } from '../helpers/study-session.ts'

/** What README promises of the quickstart: a real study from start to report. */
const limitMs = 15 * 60_000

describe('npm run quickstart', () => {
  let folder = ''
  let stdout = ''
  let snapshot: StudySnapshot

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tunewright-quickstart-'))
    const result = await runTunewright(['quickstart'], folder)
    expect(result.stderr).toBe('')
    expect(result.exitCode).toBe(0)
    stdout = result.stdout
    snapshot = readStudy(join(folder, 'quickstart/quickstart.sqlite'))
  }, limitMs)

  afterAll(async () => {
    await rm(folder, { recursive: true, force: true })
  })

  it('runs 40 trials on two slots and prunes some', () => {
    const states = snapshot.trials.map(trial => trial.state)
    expect(states).toHaveLength(40)
    expect(states).toContain('pruned')
    expect(states).not.toContain('failed')
    const slots = snapshot.trials.map(trial => trial.attempts[0]?.slot)
    expect(new Set(slots)).toEqual(new Set([0, 1]))
  })

  it('finds a model that is better than the first four by more than two points', () => {
    const values = snapshot.trials
      .filter(({ state }) => state === 'complete')
      .map(({ number, values: [value = 0] }) => ({ number, value }))
    const best = Math.max(...values.map(({ value }) => value))
    const firstBest = Math.max(
      ...values.filter(({ number }) => number < 4).map(({ value }) => value),
    )
    // Of 2,000 images: two standard errors of a difference are 1.4 points.
    expect(best - firstBest).toBeGreaterThan(0.02)
  })

  it('finds a model with at least 94 % on the test split, evaluated once', () => {
    expect(snapshot.winner?.metrics.testAccuracy).toBeGreaterThanOrEqual(0.94)
    expect(snapshot.events.filter(event => event.kind === 'winner.tested')).toHaveLength(1)
  })

  it('prints the best trial with both accuracies, database and report', () => {
    expect(stdout).toMatch(/Best trial: \d+/)
    expect(stdout).toMatch(/validation accuracy: 0\.9\d+/)
    expect(stdout).toMatch(/test accuracy: 0\.9\d+/)
    for (const name of ['Database', 'Report']) {
      const file = new RegExp(`^${name}: (.*)$`, 'm').exec(stdout)?.[1] ?? ''
      expect(existsSync(file)).toBe(true)
    }
    expect(stdout).toMatch(/tunewright open quickstart --db quickstart\/quickstart\.sqlite$/m)
  })

  it.skipIf(findChromium() === null)('leaves a report that opens without a sound', async () => {
    const browser = await launchChromium(findChromium() ?? '')
    try {
      const page = await browser.newPage()
      const complaints: string[] = []
      page.on('console', message => complaints.push(message.text()))
      page.on('pageerror', error => complaints.push(error.message))
      const file = /^Report: (.*)$/m.exec(stdout)?.[1] ?? ''
      await page.goto(pathToFileURL(file).href)
      expect(await page.title()).toContain('quickstart')
      expect(await page.locator('svg').count()).toBeGreaterThan(10)
      expect(complaints).toEqual([])
    } finally {
      await browser.close()
    }
  })
})
