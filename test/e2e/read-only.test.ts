import path from 'node:path'
import type { Browser } from '@playwright/test'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { buildApplication } from '../helpers/build.ts'
import { findChromium, launchChromium } from '../helpers/chromium.ts'
import { jsonObjects, runTunewright, startTunewright } from '../helpers/run-tunewright.ts'
import { useScratchFolders } from '../helpers/scratch-folder.ts'
import { startSuggest } from '../helpers/suggest-client.ts'

const chromium = findChromium()
if (chromium === null) console.warn('look-on.test.ts is skipped: no chromium on PATH')
const scratch = useScratchFolders()

describe.skipIf(chromium === null)('a page opened after the program', () => {
  let browser: Browser | null = null
  afterEach(async () => {
    await browser?.close()
  })

  it('shows the study live, says who has it, and takes over', { timeout: 180_000 }, async () => {
    buildApplication()
    const folder = scratch()
    const database = path.join(folder, 'kept.sqlite')
    const program = startSuggest(['--db', database], folder)
    program.send({
      name: 'told',
      goals: [{ metric: 'loss', direction: 'minimize' }],
      space: { x: { float: [0, 1] } },
    })
    await program.call({ ask: 1 })
    const alone = await runTunewright(['--db', database, 'serve'], folder)
    expect(alone.exitCode).toBe(4)
    expect(alone.stderr).toContain('tunewright serve --read-only')

    const running = startTunewright(['--json', '--db', database, 'serve', '--read-only'], folder)
    await vi.waitUntil(() => running.stdout().includes('"serving"'), { timeout: 60_000 })
    browser = await launchChromium(chromium ?? '')
    const page = await browser.newPage({ locale: 'en-GB' })
    await page.goto(String(jsonObjects(running.stdout())[0]?.['link']))
    await page.getByText(/suggest \(process \d+, since .*\) writes this database/).waitFor()
    await page.getByRole('link', { name: 'told' }).first().click()
    await page.getByText('0.125').waitFor({ state: 'hidden' })
    await program.call({ tell: { trial: 0, values: [0.125] } })
    await page.getByText('0.125').first().waitFor()

    await program.end()
    await page.getByText('writes this database').waitFor({ state: 'hidden' })
    running.child.kill('SIGTERM')
    await running.result
  })
})
