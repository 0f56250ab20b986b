import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { Diagnostics } from '../../src-main/features/diagnostics/common/diagnostics.ts'
import type { UpdateState } from '../../src-main/features/updates/common/update.ts'
import { makeKey, offerUpdate, signingKey, updateKey } from '../helpers/offered-update.ts'
import { useDesktopHost } from './desktop-host.ts'

/** What an installed application does beside showing the page, with what Electron has on each system. */
const { start, scratch } = useDesktopHost()
const systems = ['linux', 'win32', 'darwin'] as const

/** By a double click, a drop on the icon or the jump list: what is opened, and what the page hears of it. */
const opened: readonly (readonly [name: string, type: string, detail: string])[] = [
  ['own.csv', 'show', '/studies/new?data='],
  ['own.parquet', 'show', '/studies/new?data='],
  ['pictures.zip', 'show', '/studies/new?data='],
  ['folder', 'show', '/studies/new?data='],
  ['study.yaml', 'studyFile', 'name: mine'],
  ['study.yml', 'studyFile', 'name: mine'],
  ['optuna.db', 'import', 'optuna.db'],
  ['other.sqlite3', 'import', 'other.sqlite3'],
  ['bundle.tunewright', 'import', 'bundle.tunewright'],
]

it.each(systems)(
  'opens every kind of file and folder on %s, and keeps it as recent',
  async platform => {
    const { seen, window, appEvents } = start({ platform })
    await vi.waitUntil(() => window().revealed > 0, { timeout: 30_000 })
    const paths = opened.map(([name]) => path.join(scratch(), name))
    for (const file of paths)
      if (path.basename(file) === 'folder') mkdirSync(file)
      else writeFileSync(file, 'name: mine')
    appEvents.emit('second-instance', {}, [], '/', { databasePath: null, paths, page: null })
    const pushes = () =>
      window().pushes.filter(({ type }) => ['show', 'studyFile', 'import'].includes(type))
    await vi.waitUntil(() => pushes().length === opened.length, { timeout: 20_000 })
    for (const [name, type, detail] of opened) {
      const data = detail.endsWith('=') ? encodeURIComponent(path.join(scratch(), name)) : ''
      const messages = pushes().map(push => JSON.stringify(push))
      const isPushed = messages.some(
        text => text.includes(`"${type}"`) && text.includes(detail + data),
      )
      expect([name, isPushed]).toEqual([name, true])
    }
    expect(seen.errors).toEqual([])
    // Linux’ desktops keep no list for an application.
    expect(seen.recent.toSorted()).toEqual(platform === 'linux' ? [] : paths.toSorted())
  },
)

describe('another database', () => {
  it.each([null, '/apps/Tunewright.AppImage'])(
    'is chosen by the menu and opened by a new start (AppImage: %s)',
    async appImage => {
      const { seen, press, choose, answerWith } = start(appImage === null ? {} : { appImage })
      press('Open database')
      choose('/data/other.sqlite')
      answerWith({ response: 1, checkboxChecked: false })
      press('Open database')
      await vi.waitUntil(() => seen.questions.length === 1, { timeout: 30_000 })
      expect(seen.relaunched).toEqual([])
      answerWith({ response: 0, checkboxChecked: false })
      press('Open database')
      await vi.waitUntil(() => seen.relaunched.length === 1, { timeout: 30_000 })
      expect(seen.relaunched).toEqual([
        {
          args: ['/project', '--db=/data/other.sqlite'],
          ...(appImage === null ? {} : { execPath: appImage }),
        },
      ])
      await vi.waitUntil(() => seen.exitCode === 0, { timeout: 20_000 })
    },
  )
})

it.each(systems)('leads to the diagnostics on %s, with the log of the window', async platform => {
  const { window, press, call } = start({ platform })
  await vi.waitUntil(() => window().revealed > 0, { timeout: 30_000 })
  press('Collect diagnostics')
  expect(window().pushes).toContainEqual({ type: 'show', path: '/settings?diagnostics=1' })
  const answer = await call('app.diagnostics', {})
  expect(answer.ok).toBe(true)
  const { files } = (answer as { value: Diagnostics }).value
  expect(files.map(({ name }) => name)).toContain('window-log.txt')
  const versions = files.find(({ name }) => name === 'versions.json')?.text ?? ''
  expect(JSON.parse(versions)).toMatchObject({ packaged: false })
})

describe.runIf(process.platform !== 'win32')('an update of an AppImage', () => {
  /** The application as one file, which says its version and confirms its start or not. */
  const application = (version: string, lines: string): string =>
    `#!/bin/sh\necho ${version} >> "$(dirname "$0")/started"\n${lines}\n`

  function installed() {
    const appImage = path.join(scratch(), 'Tunewright.AppImage')
    writeFileSync(appImage, application('1.2.3', 'true'))
    chmodSync(appImage, 0o755)
    const key = path.join(scratch(), 'key.pem')
    writeFileSync(key, updateKey)
    const options = { appImage, updateKey: key, isPackaged: true } as const
    const host = start(options)
    const state = async (method = 'desktop.update', payload: object = {}) =>
      (await host.call(method, payload)) as { ok: boolean; value?: UpdateState; error?: unknown }
    const content = (): string => readFileSync(appImage, 'utf8')
    return { ...host, options, state, content }
  }

  const source = (): string => path.join(scratch(), 'offer/update.json')
  const offer = (content: string, isForged = false) =>
    offerUpdate(path.join(scratch(), 'offer'), {
      content,
      signer: isForged ? makeKey() : signingKey,
      processor: process.arch,
    })

  it('with a wrong signature leaves the old version', async () => {
    const { state, content, call } = installed()
    offer(application('2.0.0', 'true'), true)
    expect(await state('desktop.findUpdate', { source: source() })).toMatchObject({
      ok: false,
      error: { code: 'update.refused', detail: { reason: { code: 'update.wrongSignature' } } },
    })
    await call('desktop.stageUpdate', {})
    await call('desktop.installUpdate', {})
    expect(await state()).toMatchObject({ value: { phase: 'none', found: null } })
    expect(content()).toContain('1.2.3')
  })

  it('that was cut leaves the old version', async () => {
    const { state, content, call } = installed()
    offer(application('2.0.0', 'true'))
    const update = await state('desktop.findUpdate', { source: source() })
    expect(update).toMatchObject({ value: { phase: 'found', found: { version: '2.0.0' } } })
    writeFileSync(path.join(scratch(), 'offer/app'), '#!/bin')
    await call('desktop.stageUpdate', {})
    await vi.waitUntil(async () => (await state()).value?.phase !== 'fetching', { timeout: 20_000 })
    expect(await state()).toMatchObject({
      value: { phase: 'found', error: { detail: { reason: { code: 'update.cut' } } } },
    })
    await call('desktop.installUpdate', {})
    expect(content()).toContain('1.2.3')
    expect(existsSync(path.join(scratch(), 'Tunewright.AppImage.update'))).toBe(false)
  })

  it('whose first start fails gives way to the old version, which starts and says so', async () => {
    const host = installed()
    const { state, content, call, seen } = host
    offer(application('2.0.0', 'exit 7'))
    await state('desktop.findUpdate', { source: source() })
    await call('desktop.stageUpdate', {})
    await vi.waitUntil(async () => (await state()).value?.phase === 'staged', { timeout: 20_000 })
    // The process that is being replaced has ended: another one stands for it.
    const running = vi.spyOn(process, 'pid', 'get').mockReturnValue(2 ** 22 + 1)
    onTestFinished(() => {
      running.mockRestore()
    })
    await call('desktop.installUpdate', {})
    running.mockRestore()
    await vi.waitUntil(() => seen.exitCode === 0, { timeout: 30_000 })
    const started = path.join(scratch(), 'started')
    const versions = () => (existsSync(started) ? readFileSync(started, 'utf8').trim() : '')
    await vi.waitUntil(() => versions() === '2.0.0\n1.2.3', { timeout: 30_000 })
    expect(content()).toContain('1.2.3')

    const again = start(host.options)
    await vi.waitUntil(() => again.seen.details.length === 1, { timeout: 30_000 })
    expect(again.seen.details).toEqual([
      'Version 2.0.0 did not start; the version before it is back.',
    ])
    expect(await again.call('study.list', {})).toEqual({ ok: true, value: [] })
  })
})
