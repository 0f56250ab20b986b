import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { vi } from 'vitest'
import type { Browser, Page } from '@playwright/test'
import { buildApplication } from './build.ts'
import { launchChromium } from './chromium.ts'
import { goTo } from './go-to.ts'
import { serve, type Served } from './serve.ts'
import { studyFile } from './study-file.ts'

/** The application in a browser, on a database of its own. */
export interface Application {
  readonly page: Page
  readonly folder: string
  /** Errors, policy violations and requests to elsewhere. */
  readonly complaints: readonly string[]
  go(hash: string): Promise<void>
  /** Writes a study file on the page for new studies and starts it. */
  startStudy(yaml: string): Promise<void>
  end(): Promise<void>
}

/** @param prepare writes into the database before anything opens it */
export async function openApplication(
  executable: string,
  prepare: (databasePath: string) => void = () => undefined,
): Promise<Application> {
  buildApplication()
  const folder = mkdtempSync(path.join(tmpdir(), 'tunewright-page-'))
  prepare(path.join(folder, 'application.sqlite'))
  const browser: Browser = await launchChromium(executable)
  const served: Served = await serve('application.sqlite', folder)
  const complaints: string[] = []
  const context = await browser.newContext({
    locale: 'en-GB',
    viewport: { width: 1360, height: 860 },
    // A click waits until its target is still; application.test.ts uses the page with everything that moves.
    reducedMotion: 'reduce',
  })
  const page = await context.newPage()
  page.setDefaultTimeout(60_000)
  page.on('console', message => complaints.push(`${message.type()}: ${message.text()}`))
  page.on('pageerror', error => complaints.push(error.message))
  page.on('request', request => {
    const url = new URL(request.url())
    if (url.protocol !== 'blob:' && url.hostname !== '127.0.0.1') {
      complaints.push(`request to ${request.url()}`)
    }
  })
  await page.goto(served.link)
  const go = (hash: string): Promise<void> => goTo(page, hash)
  return {
    page,
    folder,
    complaints,
    go,
    async startStudy(yaml) {
      await go('#/studies/new')
      await studyFile(page).fill(yaml)
      const create = page.getByRole('button', { name: 'Create and start' })
      const useFile = page.getByRole('button', { name: 'Use this file' }).first()
      // Data that lie elsewhere are opened by a person's word alone.
      await vi.waitUntil(
        async () => {
          // It goes as soon as the first press has arrived; a second one would wait for it in vain.
          if (await useFile.isVisible())
            await useFile.click({ timeout: 2_000 }).catch(() => undefined)
          return create.isEnabled()
        },
        { timeout: 60_000, interval: 100 },
      )
      await create.click()
      await page.getByRole('tab', { name: 'Monitor' }).waitFor()
    },
    async end() {
      await browser.close()
      await served.end()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
