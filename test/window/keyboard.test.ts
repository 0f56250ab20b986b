import path from 'node:path'
import { expect, it } from 'vitest'
import { boxBeside } from '../helpers/window/close-question.ts'
import { until } from '../helpers/window/page.ts'
import { mainWindow, pictures, useWindow } from '../helpers/window/use-window.ts'

const bench = useWindow()

it('the keys for zoom make the page larger, smaller, and as it was (Electron)', async () => {
  const { desktop, start } = bench()
  const page = await start().page()
  await page.shows('Watch it tune')
  const window = await desktop.window(...mainWindow)
  const ratio = async (): Promise<number> => Number(await page.evaluate('devicePixelRatio'))
  const before = await ratio()
  desktop.keys(window, 'ctrl+shift+equal')
  await until('a larger page', async () => ((await ratio()) > before ? true : null))
  desktop.keys(window, 'ctrl+0')
  await until('the page as it was', async () => ((await ratio()) === before ? true : null))
  desktop.keys(window, 'ctrl+minus')
  await until('a smaller page', async () => ((await ratio()) < before ? true : null))
})

it('text is cut, and put elsewhere, by keys; the page itself may write to the clipboard (Electron)', async () => {
  const { desktop, start } = bench()
  const page = await start().page()
  await page.shows('Watch it tune')
  const window = await desktop.window(...mainWindow)
  await page.evaluate(`(() => {
    const field = document.createElement('input')
    field.id = 'field'
    document.body.append(field)
    field.focus()
  })()`)
  const value = async (): Promise<string> =>
    String(await page.evaluate(`document.querySelector('#field').value`))
  desktop.activate(window)
  desktop.type('some text')
  await until('the text', async () => ((await value()) === 'some text' ? true : null))
  desktop.press('ctrl+a', 'ctrl+x')
  await until('an empty field', async () => ((await value()) === '' ? true : null))
  desktop.press('ctrl+v', 'ctrl+v')
  await until('the text twice', async () =>
    (await value()) === 'some textsome text' ? true : null,
  )
  expect(
    await page.evaluate(
      `navigator.clipboard.writeText('by the page').then(() => 'written', String)`,
    ),
  ).toBe('written')
  desktop.press('ctrl+a', 'ctrl+v')
  await until('what the page wrote', async () => ((await value()) === 'by the page' ? true : null))
})

it('a sample is started and followed to its end without a mouse (Electron)', async () => {
  const { desktop, start } = bench()
  const page = await start().page()
  await page.shows('Watch it tune')
  const window = await desktop.window(...mainWindow)
  const isThere = `/known minimum/.test(document.activeElement.getAttribute('aria-label') ?? '') && /^Run/.test(document.activeElement.getAttribute('aria-label'))`
  desktop.activate(window)
  for (let pressed = 0; pressed < 120 && (await page.evaluate(isThere)) !== true; pressed++)
    desktop.press('Tab')
  expect(await page.evaluate(isThere)).toBe(true)
  desktop.press('Return')
  await page.shows('60 / 60')
})

it('keys of the menu show a page and end the application (Electron)', async () => {
  const { desktop, start } = bench()
  const application = start()
  const page = await application.page()
  await page.shows('Watch it tune')
  const window = await desktop.window(...mainWindow)
  desktop.keys(window, 'ctrl+n')
  await until('the form', async () =>
    (await page.hash()).startsWith('#/studies/new') ? true : null,
  )
  desktop.keys(window, 'ctrl+q')
  expect(await application.ended()).toBe(0)
})

it('on a Chinese system, page, menu and questions speak Chinese (Electron)', async () => {
  const { desktop, start } = bench()
  const environment = { LANG: 'zh_CN.UTF-8', LANGUAGE: 'zh_CN' }
  const page = await start({ environment }).page()
  await page.shows('看它调优')
  expect(await page.evaluate('document.documentElement.lang')).toBe('zh-CN')
  const window = await until('the window', () => desktop.active())
  expect(desktop.title(window)).toBe('调参匠')
  desktop.keys(window, 'ctrl+o')
  const dialog = await boxBeside(desktop, [window])
  expect(desktop.title(dialog)).toBe('打开研究文件')
  desktop.picture(path.join(pictures, 'chinese.png'))
  desktop.press('Escape')
  await until('the end of the dialog', () => desktop.placeIfThere(dialog) === null || null)
})
