import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { pageTargets, until } from '../helpers/window/page.ts'
import { mainWindow, pictures, sample, useWindow } from '../helpers/window/use-window.ts'
import { startWaitingStudy } from '../helpers/window/waiting-study.ts'

const bench = useWindow()
const branin = 'resources/samples/branin.yaml'

it('a first start on an empty home shows the first page, and a study runs to its end (through the shim)', async () => {
  const { desktop, start } = bench()
  const application = start()
  const page = await application.page()
  await page.shows('Watch it tune')
  expect(await page.evaluate('location.href')).toMatch(/^app:\/\/bundle\//)
  await page.press(sample)
  await page.shows('60 / 60')
  await page.shows('Finished')
  desktop.picture(path.join(pictures, 'finished.png'))
  expect(desktop.title(await desktop.window(...mainWindow))).toBe('Tunewright')
  expect(application.standIns.sort()).toEqual([
    'App.enableSandbox',
    'App.requestSingleInstanceLock with data',
    'CrashReporter.start',
    'IpcMainInvokeEvent.senderFrame',
    'PowerMonitor.isOnBatteryPower',
    'Protocol.handle',
    'Session.setBluetoothPairingHandler',
    'Session.setDevicePermissionHandler',
    'Session.setDisplayMediaRequestHandler',
    'Session.setSpellCheckerEnabled',
    'WebContents: did-start-navigation with details',
  ])
})

it('the window comes back where it was left (Electron)', async () => {
  const { desktop, start } = bench()
  const first = start()
  await (await first.page()).shows('Watch it tune')
  const window = await desktop.window(...mainWindow)
  desktop.move(window, { x: 150, y: 90, width: 900, height: 640 })
  const left = desktop.place(window)
  desktop.close(window)
  expect(await first.ended()).toBe(0)
  const stateFile = path.join(desktop.home, '.config/Tunewright/desktop.json')
  const { bounds } = JSON.parse(readFileSync(stateFile, 'utf8')) as { bounds: object }
  expect(bounds).toMatchObject({ width: expect.any(Number) as number })

  const second = start()
  await (await second.page()).shows('Watch it tune')
  const again = desktop.place(await desktop.window(...mainWindow))
  expect({ width: again.width, height: again.height }).toEqual({
    width: left.width,
    height: left.height,
  })
  expect(Math.abs(again.x - left.x)).toBeLessThan(60)
  expect(Math.abs(again.y - left.y)).toBeLessThan(60)
})

it('a second start with a study file hands it over and ends (data through the shim)', async () => {
  const { desktop, prepared, start } = bench()
  const first = start()
  const page = await first.page()
  await page.shows('Watch it tune')
  const second = start({ words: [path.join(prepared.application, branin)] })
  expect(await second.ended()).toBe(0)
  await until('the form', async () =>
    (await page.hash()).startsWith('#/studies/new') ? true : null,
  )
  await page.shows('branin')
  expect(await pageTargets(await first.port())).toHaveLength(1)
  expect(desktop.windows(...mainWindow)).toHaveLength(1)
})

it('a second start with a link shows its page (data through the shim)', async () => {
  const { start } = bench()
  const first = start()
  const page = await first.page()
  await page.shows('Watch it tune')
  expect(await start({ words: ['tunewright://new'] }).ended()).toBe(0)
  await until('the form', async () =>
    (await page.hash()).startsWith('#/studies/new') ? true : null,
  )
})

it('switches before the folder of the project leave it no file to open (Electron)', async () => {
  const { start } = bench()
  const page = await start({ switches: ['--no-sandbox'] }).page()
  await page.shows('Watch it tune')
  expect(await page.hash()).toBe('#/studies')
})

it('a window that was on a screen which is gone comes to the one that is there (Electron)', async () => {
  const { desktop, start } = bench()
  const folder = path.join(desktop.home, '.config/Tunewright')
  mkdirSync(folder, { recursive: true, mode: 0o777 })
  chmodSync(folder, 0o777)
  const file = path.join(folder, 'desktop.json')
  const state = {
    bounds: { x: 5_000, y: 3_000, width: 900, height: 640 },
    maximized: false,
    language: null,
    theme: 'dark',
    notifications: true,
    onClose: 'ask',
  }
  writeFileSync(file, JSON.stringify(state))
  chmodSync(file, 0o666)
  await (await start().page()).shows('Watch it tune')
  const { x, y, width } = desktop.place(await desktop.window(...mainWindow))
  expect(width).toBe(900)
  expect(x).toBeGreaterThanOrEqual(0)
  expect(x + 900).toBeLessThanOrEqual(1_400)
  expect(y).toBeLessThan(1_000 - 480)
})

it('after a kill, a new start finds the study and goes on with it (Electron)', async () => {
  const { desktop, start } = bench()
  const first = start()
  const before = await first.page()
  await before.shows('Watch it tune')
  const study = await startWaitingStudy(desktop, before)
  await before.shows('Running')
  await first.kill()
  study.finish()
  const page = await start().page()
  await page.shows(study.name)
  await page.evaluate(`location.hash = '#/studies/${study.id}'`)
  await page.press('Resume')
  await page.shows('1 / 1')
})

it('a log and a state that cannot be written keep no window away (Electron)', async () => {
  const { desktop, start } = bench()
  const folder = path.join(desktop.home, '.config/Tunewright')
  // Folders where files should be.
  mkdirSync(path.join(folder, 'desktop.json'), { recursive: true })
  mkdirSync(path.join(folder, 'logs/main.log'), { recursive: true })
  execFileSync('chmod', ['-R', 'a+rwX', folder])
  const application = start()
  const page = await application.page()
  await page.shows('Watch it tune')
  await page.press(sample)
  await page.shows('60 / 60')
  expect(application.child.exitCode).toBeNull()
})

it('a home that cannot be written is said, and nothing is left running (Electron)', async () => {
  const { desktop, start } = bench()
  const data = path.join(desktop.home, 'read-only')
  mkdirSync(data, { mode: 0o555 })
  const application = start({ environment: { TUNEWRIGHT_DATA: path.join(data, 'tunewright') } })
  const box = await until('the box', () => {
    const active = desktop.active()
    return active !== null && !desktop.windows(...mainWindow).includes(active) ? active : null
  })
  desktop.picture(path.join(pictures, 'cannot-start.png'))
  desktop.keys(box, 'Return')
  await application.ended()
  expect(application.children('back-end.ts')).toEqual([])
})
