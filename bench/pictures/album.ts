import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { CDPSession, Page } from '@playwright/test'

/** Size of every picture of a screen, in CSS pixels. */
export const pictureSize = { width: 1360, height: 860 } as const

/** Charts grow and drawers slide no longer than this. */
const STILL_AFTER_MS = 1_200

/** Takes pictures of a page as WebP files, through Chromium's own encoder. */
export class Album {
  readonly #page: Page
  readonly #session: CDPSession
  readonly #folder: string
  readonly #darkFolder: string | null

  private constructor(page: Page, session: CDPSession, folder: string, darkFolder: string | null) {
    this.#page = page
    this.#session = session
    this.#folder = folder
    this.#darkFolder = darkFolder
  }

  /** @param darkFolder where the same in the dark theme goes; null for nowhere */
  static async of(page: Page, folder: string, darkFolder: string | null): Promise<Album> {
    for (const directory of [folder, darkFolder])
      if (directory !== null) mkdirSync(directory, { recursive: true })
    return new Album(page, await page.context().newCDPSession(page), folder, darkFolder)
  }

  /** In the dark theme, where that shows as much. */
  async takeDark(name: string): Promise<void> {
    await this.#page.emulateMedia({ colorScheme: 'dark' })
    await this.take(name)
    await this.#page.emulateMedia({ colorScheme: 'light' })
  }

  /** The whole page, however long it is. */
  async takeWhole(name: string): Promise<void> {
    await this.#page.waitForTimeout(STILL_AFTER_MS)
    const heightPx = await this.#page.evaluate(() => document.documentElement.scrollHeight)
    await this.#page.setViewportSize({ ...pictureSize, height: heightPx })
    await this.take(name)
    await this.#page.setViewportSize(pictureSize)
  }

  /** What the window shows when nothing moves any more. */
  async take(name: string): Promise<void> {
    // What was said about the step before would lie on top.
    const closers = this.#page.locator('.notice').getByRole('button', { name: 'Close' })
    while ((await closers.count()) > 0) {
      // One that goes by itself in this moment need not be closed.
      await closers
        .first()
        .click({ timeout: 2_000 })
        .catch(() => undefined)
    }
    await this.#page.mouse.move(0, 0)
    await this.#write(path.join(this.#folder, `${name}.webp`))
    if (this.#darkFolder !== null) {
      await this.#page.emulateMedia({ colorScheme: 'dark' })
      await this.#write(path.join(this.#darkFolder, `${name}.webp`))
      await this.#page.emulateMedia({ colorScheme: 'light' })
    }
    console.log(name)
  }

  async #write(file: string): Promise<void> {
    await this.#page.waitForTimeout(STILL_AFTER_MS)
    const { data } = await this.#session.send('Page.captureScreenshot', {
      format: 'webp',
      quality: 82,
    })
    writeFileSync(file, Buffer.from(data, 'base64'))
  }
}
