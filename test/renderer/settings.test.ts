import { describe, expect, it } from 'vitest'
import type { AppDescription } from '../../src-main/contract/api/methods.ts'
import { AppError } from '../../src-main/contract/errors.ts'
import { verbatim } from '../../src-main/contract/fact.ts'
import { useNotices } from '../../src-renderer/stores/notices.ts'
import { usePreferences } from '../../src-renderer/stores/preferences.ts'
import SettingsView from '../../src-renderer/views/SettingsView.vue'
import { errorsShown, mountPart, settle, t, zh } from './mount.ts'

const description: AppDescription = {
  version: '1.2.3',
  host: 'web',
  databasePath: '/data/studies.sqlite',
  dataFolder: '/data',
  backupFolder: '/data/backups',
  cacheFolder: '/cache',
  platform: 'linux',
  cpu: 'A processor',
  cores: 8,
  memoryBytes: 2 ** 33,
}
const back = {
  'app.describe': description,
  'app.log': { path: '/data/app.log', text: '' },
  'app.backUp': { path: '/data/backups/1.sqlite', bytes: 2048, removed: 0 },
}

async function settings(change: Parameters<typeof mountPart>[1] = {}) {
  const part = mountPart(SettingsView, { ...change, back: { ...back, ...change.back } })
  await settle()
  return part
}

describe('the settings', () => {
  it('follow another language at once, and keep it', async () => {
    const part = await settings()
    expect(part.text()).toContain(t('settings.title'))
    await part.tick('简体中文')
    expect(part.text()).toContain(zh('settings.title'))
    expect(part.text()).toContain(zh('backup.help', { path: '/data/backups' }))
    expect(part.text()).not.toContain(t('settings.title'))
    expect(document.documentElement.lang).toBe('zh-CN')
    expect(localStorage.getItem('tunewright.language')).toBe('zh-CN')
  })

  it('darken the page, and keep the theme', async () => {
    const part = await settings()
    await part.tick(t('app.themes.dark'))
    expect(document.documentElement.classList.contains('dark')).toBe(true)
    expect(localStorage.getItem('tunewright.theme')).toBe('dark')
    await part.tick(t('app.themes.light'))
    expect(document.documentElement.classList.contains('dark')).toBe(false)
  })

  it('say where everything lies and what the machine is', async () => {
    const part = await settings({ language: 'zh-CN' })
    for (const shown of [description.version, '/data/studies.sqlite', '/cache', 'A processor'])
      expect(part.text()).toContain(shown)
    expect(part.text()).toContain(zh('preferences.logEmpty'))
  })

  it('show the log where there is one', async () => {
    const part = await settings({
      back: { 'app.log': { path: '/data/app.log', text: 'a line of the log' } },
    })
    expect(part.text()).toContain(t('preferences.logHelp', { path: '/data/app.log' }))
    expect(part.wrapper.find('pre').text()).toBe('a line of the log')
  })

  it('take numbers within their ends only; an emptied field is what it was at first', async () => {
    const part = await settings()
    await part.type(t('newStudy.slots'), '700')
    await part.type(t('backup.keep'), '0')
    expect(usePreferences()).toMatchObject({ slots: 64, keptBackups: 1 })
    await part.type(t('newStudy.slots'), '')
    await part.type(t('backup.keep'), '')
    expect(usePreferences()).toMatchObject({ slots: 2, keptBackups: 5 })
  })

  it('have no switch of the desktop in a browser', async () => {
    const part = await settings()
    expect(part.text()).not.toContain(t('preferences.systemTells'))
    expect(part.asked.map(({ method }) => method)).toEqual(['app.describe', 'app.log'])
  })
})

describe('a backup', () => {
  it('is made with as many kept as asked for, and says where it lies', async () => {
    const part = await settings({
      back: { 'app.backUp': { path: '/data/backups/1.sqlite', bytes: 2048, removed: 2 } },
    })
    await part.type(t('backup.keep'), '3')
    await part.press(t('backup.make'))
    expect(part.requests('app.backUp')).toEqual([{ keep: 3 }])
    const made = t('backup.made', { path: '/data/backups/1.sqlite', size: '2 KiB' })
    expect(useNotices().all.map(({ text }) => text)).toEqual([
      `${made} ${t('backup.removed', { count: 2 })}`,
    ])
  })

  it('that fails says why, in the language of the page, and can be tried again', async () => {
    const part = await settings({
      language: 'zh-CN',
      back: { 'app.backUp': new AppError('database.full', { path: '/d', reason: verbatim('x') }) },
    })
    await part.press(zh('backup.make'))
    expect(errorsShown()).toEqual([zh('error.database.full', { path: '/d', reason: 'x' })])
    expect(useNotices().all).toEqual([])
    await part.press(zh('backup.make'))
    expect(part.requests('app.backUp')).toHaveLength(2)
  })
})
