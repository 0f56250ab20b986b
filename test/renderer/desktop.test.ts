import { describe, expect, it, vi } from 'vitest'
import type { DesktopPush } from '../../src-main/features/desktop/common/desktop.ts'
import { encodeWire } from '../../src-main/core/processes/wire.ts'
import { AppError, plainError } from '../../src-main/core/errors/errors.ts'
import { msg } from '../../src-main/core/errors/message.ts'
import type { UpdateState } from '../../src-main/features/updates/common/update.ts'
import App from '../../src-renderer/App.vue'
import { describeCatalog } from '../../src-main/features/studies/node/catalog.ts'
import DataSource from '../../src-renderer/features/new-study/DataSource.vue'
import { aloneFiles } from '../../src-renderer/composables/read-dropped-files.ts'
import { openedImport, openedStudyFile } from '../../src-renderer/composables/use-desktop.ts'
import { useUpload } from '../../src-renderer/features/new-study/use-upload.ts'
import OptionsForm from '../../src-renderer/features/options/OptionsForm.vue'
import UpdatesPanel from '../../src-renderer/features/updates/UpdatesPanel.vue'
import { usePreferences } from '../../src-renderer/stores/preferences.ts'
import SettingsView from '../../src-renderer/views/SettingsView.vue'
import { mountPart, settle, t, zh } from './mount.ts'

/** The bridge of the preload script: there before any module of the page. It reaches the same back end as a browser. */
const { emit } = vi.hoisted(() => {
  const listeners = new Set<(text: string) => void>()
  Object.assign(globalThis, {
    tunewright: {
      call: async (body: string) => (await fetch('/api/call', { body })).text(),
      subscribe(listener: (text: string) => void) {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
      pathOf: ({ name }: { readonly name: string }) =>
        name === 'pasted.csv' ? '' : `/home/me/${name}`,
    },
  })
  return {
    emit: (text: string) => {
      for (const listener of listeners) listener(text)
    },
  }
})
const push = async (message: DesktopPush): Promise<void> => {
  emit(encodeWire(message))
  await settle()
}

describe('the page in the desktop', () => {
  it('hands over language and theme, at once and when they change', async () => {
    const part = mountPart(App, { language: 'zh-CN' })
    await settle()
    usePreferences().theme = 'dark'
    await settle()
    expect(part.requests('desktop.appearance')).toEqual([
      { language: 'zh-CN', theme: 'system' },
      { language: 'zh-CN', theme: 'dark' },
    ])
  })

  it('goes where its menus lead, and takes the files that they open', async () => {
    const part = mountPart(App)
    await push({ type: 'show', path: '/settings' })
    expect(part.router.currentRoute.value.name).toBe('settings')
    await push({ type: 'studyFile', text: 'name: a' })
    expect(part.router.currentRoute.value.name).toBe('newStudy')
    expect(openedStudyFile.value).toBe('name: a')
    await push({ type: 'import', file: { name: 'a.tunewright', base64: 'UEs=' } })
    expect(part.router.currentRoute.value.name).toBe('studies')
    expect(openedImport.value).toEqual({ name: 'a.tunewright', base64: 'UEs=' })
  })

  it('says whether its back end can be reached', async () => {
    const part = mountPart(App, { back: { 'study.list': [] } })
    await push({ type: 'connection', open: false })
    expect(part.text()).toContain(t('app.offline'))
    await push({ type: 'connection', open: true })
    expect(part.text()).not.toContain(t('app.offline'))
  })

  it('has a switch for the notifications of the system', async () => {
    const part = mountPart(SettingsView, {
      back: { 'app.log': { path: '', text: '' }, 'desktop.notifications': true },
      language: 'zh-CN',
    })
    await settle()
    expect(
      (part.field(zh('preferences.systemNotifications')).element as HTMLInputElement).checked,
    ).toBe(true)
    await part.tick(zh('preferences.systemNotifications'), false)
    expect(part.requests('desktop.setNotifications')).toEqual([{ enabled: false }])
  })

  it('finds, fetches and installs an update by a press each', async () => {
    const none: UpdateState = {
      version: '1.0.0',
      source: '',
      fixed: null,
      phase: 'none',
      found: null,
      share: 0,
      error: null,
      outcome: { version: '0.9.0', result: 'rolledBack' },
    }
    const foundState = {
      ...none,
      phase: 'found',
      found: { version: '2.0.0', bytes: 2048 },
    } as const
    const refused = new AppError('update.refused', {
      source: 'x',
      reason: msg('update.wrongFile'),
    })
    let failed = true
    const part = mountPart(UpdatesPanel, {
      back: {
        'desktop.update': none,
        'desktop.findUpdate': foundState,
        'desktop.stageUpdate': () =>
          failed
            ? { ...foundState, error: plainError(refused) }
            : { ...foundState, phase: 'staged' },
      },
    })
    await settle()
    expect(part.text()).toContain(t('update.outcome.rolledBack', { version: '0.9.0' }))
    await part.type(t('update.source'), '/media/update.json')
    await part.submit()
    expect(part.requests('desktop.findUpdate')).toEqual([{ source: '/media/update.json' }])
    expect(part.text()).toContain(t('update.found', { version: '2.0.0', size: '2 KiB' }))
    await part.press(t('update.fetch'))
    expect(part.text()).toContain(t('update.wrongFile'))
    failed = false
    await part.press(t('update.fetch'))
    await part.press(t('update.install'))
    expect(part.requests('desktop.installUpdate')).toEqual([{}])
  })

  it('chooses a file of data for an option that names one', async () => {
    const field = (name: string) => ({
      name,
      description: '',
      required: false,
      default: undefined,
      kind: { type: 'text' as const },
    })
    let chosen: string | null = null
    const part = mountPart(OptionsForm, {
      props: { fields: [field('file'), field('text')], path: 'data', modelValue: {} },
      back: { 'desktop.chooseData': () => chosen },
    })
    const choose = `${t('options.choose')} …`
    expect(part.wrapper.findAll('button').map(element => element.text())).toEqual([choose])
    await part.press(choose)
    expect(part.model()).toEqual({})
    chosen = '/data/a.csv'
    await part.press(choose)
    expect(part.model()).toEqual({ file: '/data/a.csv' })
  })

  it('reads another table anew, and a version of the same one as before', async () => {
    let chosen = '/home/a.csv'
    const read = { file: '/home/a.csv', target: 'y', encoding: 'windows-1252', ignore: ['id'] }
    const part = mountPart(DataSource, {
      props: {
        modelValue: { task: 'tabular', data: { file: '', target: '', ignore: ['id'] } },
        catalog: describeCatalog(),
      },
      back: { 'desktop.chooseData': () => chosen },
    })
    const choose = () => part.press(t('newStudy.chooseFile'))
    const reread = () => part.wrapper.findComponent(DataSource).emitted('reread')
    await choose()
    expect(part.model()).toEqual({
      task: 'tabular',
      data: { ...read, encoding: undefined, target: '' },
    })
    await part.give({ task: 'tabular', data: read })
    chosen = '/home/corrected/a.csv'
    await choose()
    expect(part.model()).toEqual({ task: 'tabular', data: { ...read, file: chosen } })
    expect(reread()).toBeUndefined()
    chosen = '/home/b.csv'
    await choose()
    expect(part.model()).toEqual({ task: 'tabular', data: { file: chosen, target: '' } })
    expect(reread()).toEqual([[chosen]])
    chosen = '/home/c.csv'
    await choose()
    // Nothing was said about the table before.
    expect(reread()).toHaveLength(1)
  })

  it('takes what is dropped by its path, one file or folder at a time', async () => {
    let upload: ReturnType<typeof useUpload> | undefined
    mountPart({ setup: () => ((upload = useUpload()), () => null) })
    const send = async (...names: string[]): Promise<unknown> =>
      upload?.send(aloneFiles(names.map(name => new File([], name))))
    expect(await send('own.csv')).toBe('/home/me/own.csv')
    await expect(send('a.png', 'b.png')).rejects.toMatchObject({
      code: 'file.unreadable',
      detail: { path: 'a.png', reason: { code: 'rule.oneFileOrFolder' } },
    })
    await expect(send('pasted.csv')).rejects.toMatchObject({
      detail: { reason: { code: 'rule.onDisk' } },
    })
  })
})
