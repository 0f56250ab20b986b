import path from 'node:path'
import process from 'node:process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openStudyStore } from '../../src-main/platform/storage/sqlite-study-store.ts'
import { type Application, openApplication } from '../helpers/application.ts'
import { accessibilityBreaches, inBothThemes } from '../helpers/axe.ts'
import { findChromium } from '../helpers/chromium.ts'
import { cutParts } from '../helpers/cut-parts.ts'
import { fromStudyMenu, studyMenu } from '../helpers/study-menu.ts'

const executable = findChromium()
if (executable === null) console.warn('steering.test.ts is skipped: no chromium on PATH')
/** A folder for screenshots to look at; none by default. */
const pictures = process.env['TUNEWRIGHT_PICTURES']

const study = `name: steered
objective: { function: branin, steps: 10, durationMs: 150 }
goals: [{ metric: value, direction: minimize }]
space:
  x0: { float: [-5, 10] }
  x1: { float: [0, 15] }
sampler: { name: tpe, startupTrials: 3 }
pruner: { name: none }
stop: { trials: 400 }
parallelTrials: 1
`

describe.skipIf(executable === null)('steering a study from the page', () => {
  let application: Application
  beforeAll(async () => {
    application = await openApplication(executable ?? '')
    await application.startStudy(study)
  })
  afterAll(async () => {
    await application?.end()
  })

  async function picture(name: string): Promise<void> {
    if (pictures !== undefined) {
      await application.page.screenshot({ path: `${pictures}/${name}.png` })
    }
  }

  async function openTrial(number: number): Promise<void> {
    const { page, go } = application
    await go('#/studies/1/trials')
    await page.getByRole('textbox', { name: /^Filter/ }).fill(`trial:${number}`)
    await page.getByRole('row').nth(1).click()
    await page.getByRole('dialog', { name: `Trial ${number}` }).waitFor()
  }

  async function closeDialog(): Promise<void> {
    await application.page.keyboard.press('Escape')
  }

  it('shows the machine in one line while it runs, however wide the page is', async () => {
    const { page } = application
    const strip = page.getByRole('region', { name: 'This machine, last five minutes' })
    await inBothThemes(page, async theme => {
      for (const width of [480, 1360]) {
        await page.setViewportSize({ width, height: 860 })
        await strip.getByText('Processors').waitFor()
        const rows = await strip.evaluate(({ children }) =>
          [...children].map(child => {
            const { top, height } = child.getBoundingClientRect()
            return top + height / 2
          }),
        )
        // Processors and memory; what a GPU adds may take another line.
        const [first = 0, second = 0] = rows
        expect(Math.abs(first - second), `${theme}, ${width}`).toBeLessThan(4)
        expect(await cutParts(page)).toEqual([])
      }
    })
  })

  it('pulses for a new best, and stands still for those who want less motion', async () => {
    const { page } = application
    const beginsToPulse = (): Promise<readonly [number, number]> =>
      page.evaluate(async () => {
        interface Store {
          study: object
          take(event: object): void
        }
        const root = document.querySelector('#app') as unknown as {
          __vue_app__: { config: { globalProperties: { $pinia: { _s: Map<string, Store> } } } }
        }
        const live = root.__vue_app__.config.globalProperties.$pinia._s.get('liveStudy')
        const best = {
          number: 399,
          value: -1,
          goals: [],
          trainings: null,
          basis: null,
          testLooks: null,
        }
        const study = { ...live?.study, best }
        live?.take({ sequence: 0, type: 'progress', study, trials: [], metrics: [], engine: null })
        // The page is laid out before anything else can come.
        await Promise.resolve().then(() => undefined)
        await Promise.resolve()
        const figures = [...document.querySelectorAll('.bar strong.pulse')]
        return [figures.length, figures.flatMap(figure => figure.getAnimations()).length] as const
      })
    await page.emulateMedia({ reducedMotion: 'no-preference' })
    expect(await beginsToPulse()).toEqual([1, 1])
    // What was best comes back with the next news.
    await page.locator('.bar strong', { hasText: '-1' }).first().waitFor({ state: 'hidden' })
    await page.emulateMedia({ reducedMotion: 'reduce' })
    expect(await beginsToPulse()).toEqual([1, 0])
    await page.locator('.bar strong', { hasText: '-1' }).first().waitFor({ state: 'hidden' })
  })

  it('opens the menu of a study by the keyboard; Escape closes it and gives the focus back', async () => {
    const { page } = application
    const item = page.locator('[role=menuitem]:focus')
    const isFocused = (): Promise<boolean> =>
      studyMenu(page).evaluate(button => button === document.activeElement)
    for (const reducedMotion of ['no-preference', 'reduce'] as const) {
      await page.emulateMedia({ reducedMotion })
      await studyMenu(page).focus()
      await page.keyboard.press('Enter')
      await item.waitFor()
      await page.keyboard.press('ArrowDown')
      await page.keyboard.press('Escape')
      await item.waitFor({ state: 'hidden' })
      await expect.poll(() => page.getByRole('menu').count()).toBe(0)
      await expect.poll(isFocused).toBe(true)
    }
  })

  it('changes limits, slots, pruner and ranges, and takes it back', async () => {
    const { page } = application
    await page.getByRole('heading', { name: 'Running trials' }).waitFor()
    await fromStudyMenu(page, /^Change settings/)
    const drawer = page.getByRole('dialog', { name: 'Change settings' })
    await drawer.getByText('Nothing differs from what is in force.').waitFor()
    await drawer.getByRole('spinbutton', { name: 'Trials in total' }).fill('300')
    await drawer.getByRole('spinbutton', { name: 'Parallel trials' }).fill('2')
    await drawer.getByRole('textbox', { name: 'x0: Low' }).fill('0')
    await drawer.getByRole('combobox', { name: 'Pruner' }).press('Enter')
    await page.getByRole('option', { name: 'median', exact: true }).click()
    await drawer.getByText('Options of median').click()
    await drawer.getByRole('textbox', { name: 'median: startupTrials' }).fill('7')
    await picture('change')
    await drawer.getByRole('button', { name: 'Apply', exact: true }).click()
    await page.getByText(/^Changed: /).waitFor()
    await page.getByRole('main').getByText('/ 300').waitFor()
    const reader = openStudyStore(path.join(application.folder, 'application.sqlite'), {
      readOnly: true,
    })
    expect(reader.findStudy('1').specification.pruner).toEqual({ name: 'median', startupTrials: 7 })
    reader.close()
    await expect.poll(() => page.getByRole('button', { name: 'Cancel this trial' }).count()).toBe(2)
    await picture('monitor')
    await page.getByRole('button', { name: 'Undo', exact: true }).click()
    await page.getByRole('main').getByText('/ 400').waitFor()
  })

  it('refuses what the study cannot take, and says why', async () => {
    const { page } = application
    await fromStudyMenu(page, /^Change settings/)
    const drawer = page.getByRole('dialog', { name: 'Change settings' })
    await drawer.getByRole('textbox', { name: 'x1: Low' }).fill('99')
    await drawer.getByRole('alert').first().waitFor()
    expect(await drawer.getByRole('button', { name: 'Apply', exact: true }).isDisabled()).toBe(true)
    await closeDialog()
  })

  it('enqueues a point, which the next trial takes', async () => {
    const { page } = application
    await page.getByRole('button', { name: /^Add to queue/ }).click()
    const dialog = page.getByRole('dialog', { name: 'Add to queue' })
    await dialog.getByRole('textbox', { name: 'x0' }).fill('9.5')
    await dialog.getByRole('textbox', { name: 'x1' }).fill('2.5')
    await picture('enqueue')
    await dialog.getByRole('button', { name: 'Add to queue' }).click()
    await page.getByText('Added to the queue.').waitFor()
    await application.go('#/studies/1/trials')
    await page.getByRole('textbox', { name: /^Filter/ }).fill('x0:9.5')
    await expect.poll(() => page.getByRole('row').count()).toBe(2)
  })

  it('copies a trial with other values, and withdraws the copy', async () => {
    const { page } = application
    // While the study is paused the copy waits in the queue.
    await page.getByRole('button', { name: 'Pause', exact: true }).click()
    await page.getByText('▮▮ Paused').waitFor()
    await openTrial(0)
    await page.getByRole('button', { name: /^Duplicate and edit/ }).click()
    const dialog = page.getByRole('dialog', { name: 'Add to queue' })
    await dialog.getByText('A copy of trial 0').waitFor()
    await dialog.getByRole('textbox', { name: 'x1' }).fill('7')
    await dialog.getByRole('button', { name: 'Add to queue' }).click()
    await dialog.waitFor({ state: 'hidden' })
    await closeDialog()
    await application.go('#/studies/1/monitor')
    await page.getByText('x1 = 7').waitFor()
    await page.getByRole('button', { name: 'Withdraw' }).click()
    await page.getByText('None. The sampler proposes the next trial.').waitFor()
  })

  it('excludes a trial and takes it back; writes a note', async () => {
    const { page } = application
    await openTrial(0)
    await page.getByRole('button', { name: 'Exclude from the search' }).click()
    await page.getByText('Out of the search: samplers').waitFor()
    expect(await accessibilityBreaches(page)).toEqual([])
    const note = page.getByRole('textbox', { name: 'Note' })
    await note.fill('looks odd')
    // What else happens to the trial meanwhile leaves the field, and the focus in it, alone.
    await page.getByRole('button', { name: 'Include again' }).evaluate(button => {
      ;(button as HTMLElement).click()
    })
    await page.getByText('Out of the search: samplers').waitFor({ state: 'hidden' })
    expect(await note.inputValue()).toBe('looks odd')
    await note.blur()
    await page.getByText('Note on trial 0 saved.').waitFor()
    await picture('trial')
    await closeDialog()
    await page.reload()
    await openTrial(0)
    // Stored, it is read until somebody edits it.
    const stored = page.getByRole('region', { name: 'Note' })
    await stored.getByText('looks odd').waitFor()
    await stored.getByRole('button', { name: 'Edit' }).click()
    expect(await page.getByRole('textbox', { name: 'Note' }).inputValue()).toBe('looks odd')
    await closeDialog()
  })

  it('cancels a running trial and tries it again', async () => {
    const { page, go } = application
    await go('#/studies/1/monitor')
    await page.getByRole('button', { name: 'Resume', exact: true }).click()
    await page.getByRole('button', { name: 'Cancel this trial' }).first().click()
    await go('#/studies/1/trials')
    await page.getByRole('textbox', { name: /^Filter/ }).fill('state:canceled')
    await page.getByRole('row').nth(1).click()
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByText(/is tried again next/).waitFor()
    await closeDialog()
  })

  it('stops after running trials, unless a person goes on instead', async () => {
    const { page } = application
    const stop = (how: string): Promise<void> => fromStudyMenu(page, how)
    await application.go('#/studies/1/monitor')
    await stop('Stop now')
    await page.getByText('■ Stopped').waitFor()
    // Its trials take minutes: none ends by itself before a person has pressed a button.
    await application.startStudy(
      study.replace('steered', 'slow').replace('steps: 10,', 'steps: 1000,'),
    )
    const cancel = page.getByRole('button', { name: 'Cancel this trial' })
    await cancel.waitFor()
    await stop('Stop after running trials')
    await page.getByRole('button', { name: 'Keep running' }).click()
    await page.getByRole('button', { name: 'Pause', exact: true }).waitFor()
    await stop('Stop after running trials')
    await page.getByRole('button', { name: 'Keep running' }).waitFor()
    await cancel.click()
    await page.getByText('■ Stopped').waitFor()
    await page.getByText('stopped by the user after its running trials').waitFor()
  })

  it('lists every intervention as an event, and takes one back there', async () => {
    const { page, go } = application
    await go('#/studies/1/events')
    const excluded = page.getByRole('row', { name: /trial excluded from the search/ })
    await excluded.waitFor()
    expect(await excluded.getByText('taken back').count()).toBe(0)
    for (const text of ['settings changed', 'point added to', 'point withdrawn', 'note written']) {
      expect(await page.getByRole('row', { name: new RegExp(text) }).count(), text).toBeGreaterThan(
        0,
      )
    }
    await page.getByRole('button', { name: 'Undo: note written' }).click()
    await page.getByRole('row', { name: /note written.*taken back/ }).waitFor()
    await picture('events')
  })

  it.each(['light', 'dark'])('has no accessibility breach in the drawers, %s', async theme => {
    const { page } = application
    await page.evaluate(chosen => {
      localStorage.setItem('tunewright.theme', chosen)
    }, theme)
    await page.reload()
    await page.getByRole('tab', { name: 'Monitor' }).click()
    for (const name of [/^Change settings/, /^Add to queue/, /^Notifications/]) {
      if (name.source.includes('settings')) await fromStudyMenu(page, name)
      else await page.getByRole('button', { name }).click()
      await page.getByRole('dialog').waitFor()
      await page.waitForTimeout(400)
      expect(await accessibilityBreaches(page), String(name)).toEqual([])
      await closeDialog()
      await page.getByRole('dialog').waitFor({ state: 'hidden' })
    }
  })

  it('complained about nothing', () => {
    expect(application.complaints).toEqual([])
  })
})
