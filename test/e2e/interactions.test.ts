import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTranslate } from '../../src-main/core/i18n/translate.ts'
import { type Application, openApplication } from '../helpers/application.ts'
import { accessibilityBreaches } from '../helpers/axe.ts'
import { findChromium } from '../helpers/chromium.ts'
import { cutParts } from '../helpers/cut-parts.ts'
import { type Drive, type Interaction, applyAppearance } from '../helpers/appearance.ts'
import { bowl, kindsOfStudies, trialOf } from '../helpers/kinds-of-studies.ts'
import { seedStudies } from '../helpers/seed-studies.ts'
import { chartInteractions } from '../helpers/interactions/charts.ts'
import { formInteractions } from '../helpers/interactions/form.ts'
import { listInteractions } from '../helpers/interactions/lists.ts'

const executable = findChromium()
if (executable === null) console.warn('interactions.test.ts is skipped: no chromium on PATH')

const { pruned, goals } = kindsOfStudies
const broken = { ...kindsOfStudies.failed, name: 'broken', hasFailed: true } as const
/** One value a million times as large as the others. */
const outlier = {
  ...kindsOfStudies.single,
  name: 'outlier',
  trials: Array.from({ length: 30 }, (_, index) =>
    index === 7 ? trialOf(index, { values: [1.2e7] }) : trialOf(index),
  ),
}
const studies = [pruned, goals, broken, bowl, outlier]

/** Everything is done in the first two; each of the others has its third of all. A window of 1,440 × 900 at 200 % has 720 × 450. */
const appearances = [
  { language: 'en', theme: 'light', size: [1440, 900] },
  { language: 'zh-CN', theme: 'dark', size: [480, 900] },
  { language: 'zh-CN', theme: 'light', size: [1100, 800] },
  { language: 'en', theme: 'dark', size: [2560, 1200] },
  { language: 'en', theme: 'light', size: [720, 450] },
] as const
const THIRDS = 3
/** A table is read by a process of its own, which waits for its turn on a busy machine. */
const LONGEST_MS = 180_000
const interactions: readonly Interaction[] = [
  ...chartInteractions,
  ...listInteractions,
  ...formInteractions,
]

describe.skipIf(executable === null)('what a person does', () => {
  let application: Application
  beforeAll(async () => {
    application = await openApplication(executable ?? '', database => {
      seedStudies(database, studies)
    })
  })
  afterAll(async () => {
    await application?.end()
  })

  describe.each(appearances.map((appearance, at) => ({ ...appearance, at })))(
    'in $language, $theme, $size',
    ({ at, size, ...appearance }) => {
      const interactionsOfAppearance = interactions.filter(
        (_, index) => at < 2 || index % THIRDS === at - 2,
      )
      beforeAll(async () => {
        const { page } = application
        const [width, height] = size
        await page.setViewportSize({ width, height })
        await applyAppearance(page, appearance)
      })

      it.each(interactionsOfAppearance.map(({ name, drive }) => [name, drive] as const))(
        '%s',
        async (name, drive) => {
          const { page, go } = application
          // Whatever the one before has left is gone with its page.
          await page.keyboard.press('Escape')
          await go('#/engines')
          await page.locator('main h1').waitFor()
          const on: Drive = {
            page,
            go,
            t: createTranslate(appearance.language),
            width: size[0],
            id: study => studies.findIndex(studyName => studyName.name === study) + 1,
            async saved(press) {
              const download = page.waitForEvent('download')
              await press.click()
              const file = await download
              return { name: file.suggestedFilename(), bytes: readFileSync(await file.path()) }
            },
          }
          await drive(on)
          await expect.poll(() => cutParts(page), { interval: 100 }).toEqual([])
          // Once each is enough: themes and languages share their elements.
          if (at >= 2) expect(await accessibilityBreaches(page), name).toEqual([])
        },
        LONGEST_MS,
      )
    },
  )

  it('complained about nothing', () => {
    expect(application.complaints).toEqual([])
  })
})
