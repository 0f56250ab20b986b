import path from 'node:path'
import { expect, it } from 'vitest'
import { answer, askToClose } from '../helpers/window/close-question.ts'
import { pageTargets, until } from '../helpers/window/page.ts'
import { mainWindow, pictures, useWindow, type WindowBench } from '../helpers/window/use-window.ts'
import { startWaitingStudy } from '../helpers/window/waiting-study.ts'

const bench = useWindow()

/** A study that runs, in the list of the first window and in a window of its own. */
async function openBoth({ desktop, start }: WindowBench) {
  const application = start()
  const page = await application.page()
  await page.shows('Watch it tune')
  const study = await startWaitingStudy(desktop, page)
  const first = await desktop.window(...mainWindow)
  await page.press(`Actions for ${study.name}`)
  await page.press('Open in a new window')
  const beside = await application.page(url => url.endsWith(`#/studies/${study.id}`))
  const second = await until('a second window', () =>
    desktop.windows(...mainWindow).find(id => id !== first),
  )
  return { application, page, study, first, beside, second }
}

it('a study in a window of its own: one back end, and only the last window that closes asks (Electron)', async () => {
  const here = bench()
  const { desktop } = here
  const { application, page, study, first, beside, second } = await openBoth(here)
  await beside.shows(study.name)
  expect(application.children('back-end.ts')).toHaveLength(1)
  desktop.picture(path.join(pictures, 'two-windows.png'))

  desktop.close(first)
  await until(
    'the end of the first window',
    () => desktop.windows(...mainWindow).length === 1 || null,
  )
  const question = await askToClose(desktop, second)
  await answer(desktop, question, 2)
  expect(desktop.windows(...mainWindow)).toEqual([second])
  study.finish()
  await beside.shows('1 / 1')
  expect(application.child.exitCode).toBeNull()
  page.close()
})

it('what happens in one window is seen in the other (Electron)', async () => {
  const { page, study, beside } = await openBoth(bench())
  await beside.shows(study.name)
  study.finish()
  await beside.shows('1 / 1')
  await page.shows(/finished/i)
})

it('a link to a study that has its own window shows that window (Electron; data through the shim)', async () => {
  const here = bench()
  const { desktop, start } = here
  const { application, page, study, first, second } = await openBoth(here)
  desktop.activate(first)
  expect(desktop.active()).toBe(first)
  expect(await start({ words: [`tunewright://study/${study.id}`] }).ended()).toBe(0)
  await until('the window of the study', () => desktop.active() === second || null)
  expect(await page.hash()).toBe('#/studies')
  expect(await pageTargets(await application.port())).toHaveLength(2)
})
