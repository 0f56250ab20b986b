import { copyFileSync, existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { answer, boxBeside } from '../helpers/window/close-question.ts'
import type { Desktop } from '../helpers/window/desktop.ts'
import { until, type WindowPage } from '../helpers/window/page.ts'
import { mainWindow, pictures, useWindow } from '../helpers/window/use-window.ts'
import { startWaitingStudy } from '../helpers/window/waiting-study.ts'

const bench = useWindow()

/** Types a path into a dialog of GTK, and takes it. */
async function typePath(desktop: Desktop, dialog: string, file: string): Promise<void> {
  desktop.activate(dialog)
  desktop.press('ctrl+a')
  desktop.type(file)
  // A first press may only end what GTK proposes.
  await until('the end of the dialog', async () => {
    if (desktop.active() === dialog) desktop.press('Return')
    await until('its end', () => desktop.placeIfThere(dialog) === null || null, 3_000).catch(
      () => null,
    )
    return desktop.placeIfThere(dialog) === null || null
  })
}

async function firstPage(page: WindowPage, desktop: Desktop): Promise<string> {
  await page.shows('Watch it tune')
  return desktop.window(...mainWindow)
}

it('a study file is opened by the keys, and its path typed into the dialog (Electron)', async () => {
  const { desktop, prepared, start } = bench()
  const page = await start().page()
  const window = await firstPage(page, desktop)
  const file = path.join(desktop.home, 'typed.yaml')
  copyFileSync(path.join(prepared.application, 'resources/samples/branin.yaml'), file)
  desktop.keys(window, 'ctrl+o')
  const dialog = await desktop.window('--name', '^Open a study file$')
  desktop.picture(path.join(pictures, 'open-dialog.png'))
  desktop.activate(dialog)
  // This key of GTK's makes a field for the path.
  desktop.press('ctrl+l')
  await typePath(desktop, dialog, file)
  await until('the form', async () =>
    (await page.hash()).startsWith('#/studies/new') ? true : null,
  )
  await page.shows('branin')
})

it('a file that the page made goes where a dialog says (Electron)', async () => {
  const { desktop, start } = bench()
  const page = await start().page()
  await firstPage(page, desktop)
  const study = await startWaitingStudy(desktop, page)
  study.finish()
  await page.shows(/finished/i)
  await page.press(`Actions for ${study.name}`)
  await page.press('Export: Trials as CSV')
  const window = await desktop.window(...mainWindow)
  const dialog = await boxBeside(desktop, [window])
  desktop.picture(path.join(pictures, 'save-dialog.png'))
  expect(desktop.title(dialog)).toBe(`Save ${study.name}.csv`)
  const file = path.join(desktop.home, 'chosen.csv')
  expect(existsSync(file)).toBe(false)
  await typePath(desktop, dialog, file)
  const text = await until('the file', () => {
    const content = existsSync(file) ? readFileSync(file, 'utf8') : ''
    return content.endsWith('\n') ? content : null
  })
  expect(text).toMatch(/loss/)
  expect(text.trim().split('\n')).toHaveLength(2)
})

it('a download that is not of the page, and one that is canceled, leave no file (Electron)', async () => {
  const { desktop, start } = bench()
  const page = await start().page()
  const window = await firstPage(page, desktop)
  const save = (href: string, name: string) => `(() => {
    const link = document.createElement('a')
    link.href = ${href}
    link.download = ${JSON.stringify(name)}
    document.body.append(link)
    link.click()
  })()`
  await page.evaluate(save(`'data:text/plain,foreign'`, 'foreign.txt'))
  await page.evaluate(save(`URL.createObjectURL(new Blob(['ours']))`, 'ours.txt'))
  const dialog = await boxBeside(desktop, [window])
  // There is one dialog, and it is that of the page's file.
  desktop.press('Escape')
  await until('the end of the dialog', () => desktop.placeIfThere(dialog) === null || null)
  await until('the window', () => desktop.active() === window || null)
  expect(existsSync(path.join(desktop.home, 'foreign.txt'))).toBe(false)
  expect(existsSync(path.join(desktop.home, 'Downloads/foreign.txt'))).toBe(false)
  expect(existsSync(path.join(desktop.home, 'Downloads/ours.txt'))).toBe(false)
  await page.shows('Watch it tune')
})

it('a study file that is dropped anywhere fills the form (dropped by the debugger)', async () => {
  const { desktop, prepared, start } = bench()
  const page = await start().page()
  await firstPage(page, desktop)
  const file = path.join(desktop.home, 'dropped.yaml')
  copyFileSync(path.join(prepared.application, 'resources/samples/branin.yaml'), file)
  await page.drop(file)
  await until('the form', async () =>
    (await page.hash()).startsWith('#/studies/new') ? true : null,
  )
  await page.shows('branin')
})

it('another database is opened after a question, or not (Electron)', async () => {
  const { desktop, start } = bench()
  const application = start()
  const page = await application.page()
  const window = await firstPage(page, desktop)
  const study = await startWaitingStudy(desktop, page)
  study.finish()
  await page.shows(/finished/i)
  const other = path.join(desktop.home, 'other.sqlite')
  expect(await start({ words: [`--db=${other}`] }).ended()).toBe(0)
  const question = await boxBeside(desktop, [window])
  desktop.picture(path.join(pictures, 'other-database.png'))
  await answer(desktop, question, 1, 2)
  await until('the window', () => desktop.active() === window || null)
  await page.shows(study.name)
  expect(existsSync(other)).toBe(false)
  expect(application.child.exitCode).toBeNull()
})
