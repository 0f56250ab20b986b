import path from 'node:path'
import process from 'node:process'
import { expect, it } from 'vitest'
import type { Desktop } from '../helpers/window/desktop.ts'
import { answer, askToClose } from '../helpers/window/close-question.ts'
import { until } from '../helpers/window/page.ts'
import { mainWindow, pictures, useWindow, type WindowBench } from '../helpers/window/use-window.ts'
import { startWaitingStudy } from '../helpers/window/waiting-study.ts'

const bench = useWindow()

/** A study that takes longer than a test, on its page. */
async function startLongStudy({ desktop, start }: WindowBench, trials = 1) {
  const application = start()
  const page = await application.page()
  await page.shows('Watch it tune')
  const study = await startWaitingStudy(desktop, page, trials)
  await page.evaluate(`location.hash = '#/studies/${study.id}'`)
  await page.shows('Running')
  return { application, page, study }
}

it('a back end that is killed is said on the page, comes back, and its study goes on (Electron)', async () => {
  const { application, page, study } = await startLongStudy(bench())
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
  study.finish()
  await page.shows('1 / 1')
  expect(await page.text()).not.toContain('cannot be reached')
})

it('closing while a study runs asks; cancel leaves everything as it is (Electron)', async () => {
  const here = bench()
  const { desktop } = here
  const { application, page } = await startLongStudy(here)
  const question = await askToClose(desktop)
  desktop.picture(path.join(pictures, 'close-question.png'))
  await answer(desktop, question, 2)
  await until('the window', () => desktop.active() !== question || null)
  await page.shows('Running')
  expect(application.child.exitCode).toBeNull()
  expect(desktop.windows(...mainWindow)).toHaveLength(1)
})

it('closing with “Stop and quit” ends the application and its back end (Electron)', async () => {
  const here = bench()
  const { desktop } = here
  const { application } = await startLongStudy(here)
  const backEnd = await application.backEnd()
  await answer(desktop, await askToClose(desktop), 1)
  expect(await application.ended()).toBe(0)
  expect(() => process.kill(backEnd, 0)).toThrow('ESRCH')
})

it('closing with “Keep running” leaves the tray, whose click brings the window back (Electron)', async () => {
  const here = bench()
  const { desktop } = here
  const { application } = await startLongStudy(here)
  await answer(desktop, await askToClose(desktop), 0)
  await until('no window', () => desktop.windows(...mainWindow).length === 0 || null)
  expect(application.child.exitCode).toBeNull()
  desktop.picture(path.join(pictures, 'tray.png'))
  desktop.click(await desktop.window('--name', '^electron$'), 8, 8)
  await desktop.window(...mainWindow)
  await (await application.page()).shows('waits')
})

it('a study that ends unseen is told, and a click on that opens it (Electron)', async () => {
  const here = bench()
  const { desktop } = here
  const { application, study } = await startLongStudy(here)
  await answer(desktop, await askToClose(desktop), 0)
  await until('no window', () => desktop.windows(...mainWindow).length === 0 || null)
  study.finish()
  const told = await desktop.window('--class', 'Dunst')
  desktop.picture(path.join(pictures, 'notification.png'))
  desktop.click(told, 20, 20)
  await desktop.window(...mainWindow)
  const page = await application.page(url => url.includes(`/studies/${study.id}`))
  await page.shows('1 / 1')
})

it("the tray's menu pauses a study that nobody looks at (Electron)", async () => {
  const here = bench()
  const { desktop } = here
  const { application, study } = await startLongStudy(here, 1_000)
  await answer(desktop, await askToClose(desktop), 0)
  await until('no window', () => desktop.windows(...mainWindow).length === 0 || null)
  const tray = await desktop.window('--name', '^electron$')
  // It is built anew a second after a study begins, and not while it is open.
  const menu = await openMenu(desktop, tray)
  desktop.picture(path.join(pictures, 'tray-menu.png'))
  // Show, the study, pause.
  desktop.press('Down', 'Down', 'Down', 'Return')
  await until('the end of the menu', () => desktop.placeIfThere(menu) === null || null)
  study.finish()
  desktop.click(tray, 8, 8)
  await desktop.window(...mainWindow)
  const page = await application.page()
  await page.evaluate(`location.hash = '#/studies/${study.id}'`)
  await page.shows('paused by the user')
})

async function openMenu(desktop: Desktop, tray: string): Promise<string> {
  const before = new Set(desktop.windows('--class', '.*'))
  desktop.click(tray, 8, 8, 3)
  return until('the menu', () => desktop.windows('--class', '.*').find(id => !before.has(id)))
}

it('a page that crashes is loaded again, and a process for drawing that ends too (Electron)', async () => {
  const here = bench()
  const { desktop } = here
  const { application, page, study } = await startLongStudy(here)
  await page.evaluate('window.isBefore = true')
  for (const pid of application.children('--type=renderer')) process.kill(pid, 'SIGKILL')
  const again = await until('the page anew', async () => {
    const next = await application.page()
    const isAnew = await next
      .evaluate(
        "typeof window.isBefore === 'undefined' && document.body.innerText.includes('waits')",
      )
      .catch(() => false)
    if (isAnew === true) return next
    next.close()
    return null
  })
  for (const pid of application.children('--type=gpu-process')) process.kill(pid, 'SIGKILL')
  study.finish()
  await again.shows('1 / 1')
  await again.picture(path.join(pictures, 'after-crashes.png'))
  expect(desktop.windows(...mainWindow)).toHaveLength(1)
})
