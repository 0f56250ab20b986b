import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { smallStudy as study, useDesktopHost } from './desktop-host.ts'

const endless = 100_000

const { start, scratch } = useDesktopHost()

describe('the desktop application', () => {
  it('opens one window with the page, sandboxed', async () => {
    const { window, seen, call, app } = start()
    expect(seen.schemes).toEqual(['app'])
    expect(window().url).toBe('app://bundle/#/studies')
    expect(window().options.webPreferences).toMatchObject({ sandbox: true, contextIsolation: true })
    expect(await call('study.list', {})).toEqual({ ok: true, value: [] })
    app.show('/engines')
    expect(seen.windows).toHaveLength(1)
    await vi.waitUntil(() => window().pushes.some(({ type }) => type === 'show'), {
      timeout: 30_000,
    })
    expect(window().pushes).toContainEqual({ type: 'show', path: '/engines' })
  })

  it('shows a running study everywhere, and tells of its end', async () => {
    const { window, seen, run } = start()
    window().focused = false
    await run(1_000)
    await vi.waitUntil(() => seen.blockers.size === 1, { timeout: 30_000 })
    await vi.waitUntil(() => window().progress.some(share => share > 0), { timeout: 30_000 })
    await vi.waitUntil(() => seen.notifications.length === 1, { timeout: 150_000 })
    expect(seen.notifications[0]).toMatchObject({ title: 'small has finished' })
    expect(String(seen.notifications[0]?.body)).toMatch(/^value \S+ in trial \d+\n/)
    await vi.waitUntil(() => seen.blockers.size === 0, { timeout: 30_000 })
    expect(window().progress.at(-1)).toBe(-1)
    const events = window().pushes.flatMap(push => (push.type === 'event' ? [push.event] : []))
    expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index + 1))
  }, 240_000)

  it('tells nothing of a study that is looked at', async () => {
    const { seen, run, call } = start()
    await run(3)
    await vi.waitUntil(
      async () => JSON.stringify(await call('study.list', {})).includes('"finished"'),
      { timeout: 30_000 },
    )
    expect(seen.notifications).toEqual([])
  })

  it('goes on without a window if a person wants that, and shows it again', async () => {
    const { window, seen, run, app, answerWith, appEvents } = start()
    await run(endless)
    await vi.waitUntil(() => seen.blockers.size === 1, { timeout: 30_000 })
    answerWith({ response: 2, checkboxChecked: false })
    window().close()
    await new Promise(resolve => setTimeout(resolve, 20))
    expect(window().destroyed).toBe(false)
    answerWith({ response: 0, checkboxChecked: true })
    window().close()
    await vi.waitUntil(() => window().destroyed, { timeout: 30_000 })
    expect(seen.exitCode).toBeNull()
    expect(seen.blockers.size).toBe(1)
    const state = readFileSync(path.join(scratch(), 'userData/desktop.json'), 'utf8')
    expect(JSON.parse(state)).toMatchObject({ onClose: 'keepRunning' })
    appEvents.emit('second-instance')
    expect(seen.windows).toHaveLength(2)
    app.show(null)
    expect(seen.windows).toHaveLength(2)
    await vi.waitUntil(() => window().revealed > 0, { timeout: 30_000 })
  })

  it('stops what runs when it quits; it can be resumed', async () => {
    const first = start()
    await first.run(endless)
    await vi.waitUntil(() => first.seen.blockers.size === 1, { timeout: 30_000 })
    first.answerWith({ response: 1, checkboxChecked: false })
    first.window().close()
    await vi.waitUntil(() => first.seen.exitCode === 0, { timeout: 30_000 })
    const second = start()
    expect(await second.call('study.list', {})).toMatchObject({
      value: [{ name: 'small', state: 'stopped' }],
    })
  })

  it('quits with its last window when nothing runs', async () => {
    const { window, seen } = start()
    window().close()
    await vi.waitUntil(() => seen.exitCode === 0, { timeout: 30_000 })
  })

  it('speaks the language of the system until the page says otherwise', async () => {
    const { seen, call, electron } = start({ locale: 'zh-CN' })
    const first = () => seen.menus.at(-1)?.map(({ label }) => label)
    expect(first()).toContain('文件')
    const appearance = { language: 'en', theme: 'dark' }
    expect(await call('desktop.appearance', appearance)).toEqual({ ok: true, value: null })
    expect(first()).toContain('File')
    expect(electron.nativeTheme.themeSource).toBe('dark')
    expect(await call('desktop.appearance', { language: 'xx', theme: 'dark' })).toMatchObject({
      ok: false,
    })
  })

  it('tells the end of studies, or not, as the page says; the menu follows', async () => {
    const { seen, call } = start({ locale: 'en' })
    expect(await call('desktop.notifications', {})).toEqual({ ok: true, value: true })
    expect(await call('desktop.setNotifications', { enabled: false })).toEqual({
      ok: true,
      value: null,
    })
    expect(await call('desktop.notifications', {})).toEqual({ ok: true, value: false })
    expect(JSON.stringify(seen.menus.at(-1))).toContain(
      '"label":"Notify when a study ends","type":"checkbox","checked":false',
    )
  })

  it('tells the page everything that happens after a move inside it', async () => {
    const { window, app } = start()
    await vi.waitUntil(() => window().revealed > 0, { timeout: 30_000 })
    window().moveInside()
    app.show('/settings')
    expect(window().pushes).toContainEqual({ type: 'show', path: '/settings' })
  })

  it('loads a page that crashed again once Electron has let go of it, and not for ever', async () => {
    const { window } = start()
    const first = window()
    await vi.waitUntil(() => first.revealed > 0, { timeout: 30_000 })
    first.crashPage('clean-exit')
    for (let crash = 1; crash <= 5; crash++) {
      const before = first.reloads
      first.crashPage('crashed')
      expect(first.reloads).toBe(before)
      await new Promise(resolve => setImmediate(resolve))
      expect(first.reloads).toBe(Math.min(crash, 3))
    }
  })

  it.each(['linux', 'win32', 'darwin'] as const)(
    'starts with what Electron has on %s',
    async platform => {
      const { seen, call } = start({ platform })
      expect(await call('study.list', {})).toEqual({ ok: true, value: [] })
      const image = { linux: 'tray.png', win32: 'icon.ico', darwin: 'trayTemplate.png' }[platform]
      expect(seen.trayImages.map(file => path.basename(file))).toEqual([image])
      expect(existsSync(seen.trayImages[0] ?? '')).toBe(true)
    },
  )

  it('starts without a tray, and where it cannot remember anything', async () => {
    for (const name of ['desktop.json', 'updates/confirmed'])
      mkdirSync(path.join(scratch(), 'userData', name), { recursive: true })
    writeFileSync(path.join(scratch(), 'userData/updates/plan.json'), '{"version":"1.2.3"}')
    const { seen, call, window } = start({ trayFails: true })
    expect(await call('study.list', {})).toEqual({ ok: true, value: [] })
    rmSync(path.join(scratch(), 'userData'), { recursive: true })
    writeFileSync(path.join(scratch(), 'userData'), '')
    expect(await call('desktop.setNotifications', { enabled: false })).toMatchObject({ ok: true })
    expect(await call('desktop.notifications', {})).toEqual({ ok: true, value: false })
    const log = readFileSync(path.join(scratch(), 'logs/main.log'), 'utf8')
    expect(log).toContain('Failed to load image')
    expect(log).toContain('desktop.json')
    expect(log).toContain('update: ')
    window().close()
    await vi.waitUntil(() => seen.exitCode === 0, { timeout: 30_000 })
  })

  it('takes what a second start was asked for', async () => {
    const { seen, window, appEvents, answerWith } = start({ platform: 'win32' })
    const second = async (request: object): Promise<void> => {
      appEvents.emit('second-instance', {}, [], '/', request)
      await new Promise(resolve => setTimeout(resolve, 50))
    }
    await vi.waitUntil(() => window().revealed > 0, { timeout: 30_000 })
    const files = { 'a.yaml': 'name: a', 'b.tunewright': 'PK', 'c d.csv': 'x,y' }
    for (const [name, text] of Object.entries(files))
      writeFileSync(path.join(scratch(), name), text)
    const paths = Object.keys(files).map(name => path.join(scratch(), name))
    await second({ databasePath: null, paths, page: '/studies/7' })
    expect(window().pushes).toContainEqual({ type: 'show', path: '/studies/7' })
    expect(window().pushes).toContainEqual({ type: 'studyFile', text: 'name: a' })
    expect(window().pushes).toContainEqual({
      type: 'import',
      file: { name: 'b.tunewright', base64: 'UEs=' },
    })
    const data = encodeURIComponent(path.join(scratch(), 'c d.csv'))
    expect(window().pushes).toContainEqual({ type: 'show', path: `/studies/new?data=${data}` })
    expect([...seen.recent].sort()).toEqual([...paths].sort())

    await second({ databasePath: null, paths: [path.join(scratch(), 'none.csv')], page: null })
    expect(seen.errors.at(-1)).toContain('none.csv')
    const count = window().pushes.length
    await second({ paths: 'everything' })
    expect(window().pushes).toHaveLength(count)

    const other = path.join(scratch(), 'other.sqlite')
    answerWith({ response: 1, checkboxChecked: false })
    await second({ databasePath: other, paths: [], page: null })
    expect(seen.questions).toEqual([`Open ${other}?`])
    expect(seen.relaunched).toEqual([])
    answerWith({ response: 0, checkboxChecked: false })
    await second({ databasePath: other, paths: [], page: null })
    expect(seen.relaunched).toEqual([{ args: ['/project', `--db=${other}`] }])
    await vi.waitUntil(() => seen.exitCode === 0, { timeout: 30_000 })
  })

  it('shows a study in a window of its own, once, with all that happens', async () => {
    const { seen, call, app, window, answerWith } = start()
    const studyId = { text: study(endless), format: 'yaml', start: false }
    expect(await call('study.create', studyId)).toMatchObject({ ok: true })
    const [first] = seen.windows
    const ask = (url: string) => first?.opens?.({ url })
    for (const url of ['https://evil.example/#/studies/1', 'app://bundle/#/settings'])
      expect(ask(url)).toEqual({ action: 'deny' })
    expect(seen.windows).toHaveLength(1)
    for (let time = 0; time < 2; time++)
      expect(ask('app://bundle/#/studies/1/trials')).toEqual({ action: 'deny' })
    expect(seen.windows.map(({ url }) => url)).toEqual([
      'app://bundle/#/studies',
      'app://bundle/#/studies/1/trials',
    ])
    const second = window()
    await vi.waitUntil(() => second.revealed > 0, { timeout: 30_000 })

    // A link to the study shows its own window; another page goes where a person looked last.
    const revealed = second.revealed
    app.show('/studies/1')
    expect(seen.windows).toHaveLength(2)
    expect(second.revealed).toBe(revealed + 1)
    first?.emit('focus')
    app.show('/engines')
    expect(first?.pushes).toContainEqual({ type: 'show', path: '/engines' })
    expect(second.pushes.filter(({ type }) => type === 'show')).toEqual([])

    await call('study.start', { studyId: 1 })
    await vi.waitUntil(() => seen.blockers.size === 1, { timeout: 30_000 })
    for (const pageWindow of seen.windows)
      await vi.waitUntil(() => pageWindow.pushes.some(({ type }) => type === 'event'), {
        timeout: 30_000,
      })
    // Only the last one asks.
    answerWith({ response: 2, checkboxChecked: false })
    second.close()
    expect(second.destroyed).toBe(true)
    expect(seen.questions).toEqual([])
    first?.close()
    await vi.waitUntil(() => seen.questions.length === 1, { timeout: 30_000 })
    expect(first?.destroyed).toBe(false)
  }, 90_000)

  it.each(['win32', 'darwin'] as const)(
    'offers the last studies on %s',
    async platform => {
      const { seen, call, app } = start({ platform, isPackaged: true })
      const show = vi.spyOn(app, 'show')
      await call('study.create', { text: study(3), format: 'yaml', start: false })
      const offered = () => JSON.stringify([seen.jumpLists.at(-1), seen.dockMenus.at(-1)])
      await vi.waitUntil(() => offered().includes('small'), { timeout: 30_000 })
      if (platform === 'win32') {
        expect(seen.dockMenus).toEqual([])
        expect(seen.jumpLists.at(-1)).toMatchObject([
          {
            type: 'custom',
            name: 'Recent studies',
            items: [{ title: 'small', args: 'tunewright://study/1' }],
          },
          { type: 'tasks', items: [{ title: 'New study', args: 'tunewright://new' }] },
        ])
      } else {
        expect(seen.jumpLists).toEqual([])
        const menu = seen.dockMenus.at(-1) ?? []
        expect(menu.map(({ label }) => label)).toEqual(['small', undefined, 'New study'])
        menu[0]?.click?.(...([] as never as [never, never, never]))
        expect(show).toHaveBeenCalledWith('/studies/1')
      }
    },
    60_000,
  )

  it('confirms an update once window and back end are there, and tells of one that was taken back', async () => {
    const updates = path.join(scratch(), 'userData/updates')
    mkdirSync(updates, { recursive: true })
    writeFileSync(path.join(updates, 'plan.json'), '{"version":"1.2.3"}')
    writeFileSync(path.join(updates, 'outcome.json'), '{"version":"2.0.0","result":"rolledBack"}')
    const { call, seen } = start()
    await vi.waitUntil(() => existsSync(path.join(updates, 'confirmed')), { timeout: 30_000 })
    expect(seen.details).toEqual(['Version 2.0.0 did not start; the version before it is back.'])
    expect(await call('desktop.update', {})).toMatchObject({
      value: { fixed: 'packageManager', outcome: { result: 'rolledBack' } },
    })
  })

  it('says why it cannot start', async () => {
    writeFileSync(path.join(scratch(), 'desktop.sqlite'), 'no database, and long enough to be one')
    const { seen } = start({ locale: 'zh-CN' })
    await vi.waitUntil(() => seen.exitCode === 0, { timeout: 30_000 })
    expect(seen.errors).toHaveLength(1)
    expect(seen.errors[0]).toContain('desktop.sqlite')
    expect(seen.errors[0]).toMatch(/[\u4e00-\u9fff]/)
  })
})
