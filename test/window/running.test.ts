import path from 'node:path'
import process from 'node:process'
import { expect, it } from 'vitest'
import type { Desktop } from '../helpers/window/desktop.ts'
import { until } from '../helpers/window/page.ts'
import {
  mainWindow,
  pictures,
  sample,
  useWindow,
  type WindowBench,
} from '../helpers/window/use-window.ts'

const bench = useWindow()

/** A study that takes longer than a test. */
async function startLongStudy({ start }: WindowBench) {
  const application = start()
  const page = await application.page()
  await page.press('Run it')
  await page.shows('Running trials')
  return { application, page }
}

/** Presses the cross, and waits for the question. @returns the window of the question */
async function askToClose(desktop: Desktop): Promise<string> {
  const window = await desktop.window(...mainWindow)
  desktop.close(window)
  return until('the question', () => {
    const active = desktop.active()
    return active === null || active === window ? null : active
  })
}

/** Its buttons share the foot of the box. */
function answer(desktop: Desktop, question: string, button: 0 | 1 | 2): void {
  const { width, height } = desktop.place(question)
  desktop.click(question, Math.round((width * (button * 2 + 1)) / 6), height - 16)
}

it('a back end that is killed is said on the page, comes back, and its study goes on (Electron)', async () => {
  const { application, page } = await startLongStudy(bench())
  const backEnd = await application.backEnd()
  await page.evaluate(`window.offline = false
    new MutationObserver(() => {
      if (document.querySelector('.offline')) window.offline = true
    }).observe(document.body, { childList: true, subtree: true })`)
  process.kill(backEnd, 'SIGKILL')
  await until('the note on the page', async () => (await page.evaluate('window.offline')) || null)
  const next = await until('another back end', async () => {
    const pid = await application.backEnd()
    return pid === backEnd ? null : pid
  })
  expect(next).not.toBe(backEnd)
  await page.press('Resume')
  await page.shows('Running trials')
  expect(await page.text()).not.toContain('cannot be reached')
})

it('closing while a study runs asks; cancel leaves everything as it is (Electron)', async () => {
  const here = bench()
  const { desktop } = here
  const { application, page } = await startLongStudy(here)
  const question = await askToClose(desktop)
  desktop.picture(path.join(pictures, 'close-question.png'))
  answer(desktop, question, 2)
  await until('the window', () => desktop.active() !== question || null)
  await page.shows('Running trials')
  expect(application.child.exitCode).toBeNull()
  expect(desktop.windows(...mainWindow)).toHaveLength(1)
})

it('closing with “Stop and quit” ends the application and its back end (Electron)', async () => {
  const here = bench()
  const { desktop } = here
  const { application } = await startLongStudy(here)
  const backEnd = await application.backEnd()
  answer(desktop, await askToClose(desktop), 1)
  expect(await application.ended()).toBe(0)
  expect(() => process.kill(backEnd, 0)).toThrow('ESRCH')
})

it('closing with “Keep running” leaves the tray, whose click brings the window back (Electron)', async () => {
  const here = bench()
  const { desktop } = here
  const { application } = await startLongStudy(here)
  answer(desktop, await askToClose(desktop), 0)
  await until('no window', () => desktop.windows(...mainWindow).length === 0 || null)
  expect(application.child.exitCode).toBeNull()
  desktop.picture(path.join(pictures, 'tray.png'))
  desktop.click(await desktop.window('--name', '^electron$'), 8, 8)
  await desktop.window(...mainWindow)
  await (await application.page()).shows('watch-it-tune')
})

it('a study that ends unseen is told, and a click on that opens it (Electron)', async () => {
  const { desktop, start } = bench()
  const application = start()
  const page = await application.page()
  await page.press(sample)
  await page.shows('Running')
  answer(desktop, await askToClose(desktop), 0)
  const told = await desktop.window('--class', 'Dunst')
  desktop.picture(path.join(pictures, 'notification.png'))
  desktop.click(told, 20, 20)
  await desktop.window(...mainWindow)
  await (await application.page(url => url.includes('/studies/'))).shows('60 / 60')
})
