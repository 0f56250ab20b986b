import { describe, expect, it } from 'vitest'
import type { Backup } from '../../src-main/core/storage/backups.ts'
import { AppError, plainError } from '../../src-main/core/errors/errors.ts'
import { verbatim } from '../../src-main/core/errors/message.ts'
import { useNotices } from '../../src-renderer/stores/notices.ts'
import { errorsShown, settle, t, zh } from './mount.ts'
import { back, settings } from './mount-settings.ts'

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

describe('the backups', () => {
  const sound: Backup = { name: 'daily-1.sqlite', kind: 'automatic', bytes: 2048, madeAtMs: 0 }
  const broken: Backup = {
    name: 'studies-2.sqlite',
    kind: 'person',
    bytes: 9,
    madeAtMs: 86_400_000,
  }
  const corrupt = new AppError('database.corrupt', { path: '/b', reason: verbatim('torn') })
  const listed = { ...back['backup.list'], backups: [broken, sound] }
  const checks = {
    [sound.name]: { ok: true as const, studies: 1, trials: 7 },
    [broken.name]: { ok: false as const, error: plainError(corrupt) },
  }
  const answers = { 'backup.list': listed, 'backup.check': checks }
  const momentOf = ({ madeAtMs }: Backup): string =>
    new Date(madeAtMs).toLocaleString('en', { dateStyle: 'medium', timeStyle: 'medium' })
  const moment = momentOf(sound)
  const submitDialog = async (): Promise<void> => {
    document.querySelector<HTMLFormElement>('[role=dialog] form')?.requestSubmit()
    await settle()
  }

  it('say that there are none, and how often they are made', async () => {
    const part = await settings()
    expect(part.text()).toContain(t('backup.none'))
    await part.choose(t('backup.automatic'), 168)
    await part.type(t('backup.keepAutomatic'), '0')
    expect(part.requests('backup.configure')).toEqual([
      { keep: 3, everyHours: 168 },
      { keep: 0, everyHours: 24 },
    ])
    const fixed = await settings({
      back: { 'backup.list': { ...listed, keepSetBy: 'TUNEWRIGHT_BACKUPS' } },
    })
    expect(fixed.text()).toContain(t('backup.setByVariable', { variable: 'TUNEWRIGHT_BACKUPS' }))
  })

  it('say what each holds, and why one cannot be restored', async () => {
    const part = await settings({ back: answers })
    expect(part.text()).toContain(t('backup.contents', { studies: 1, trials: 7 }))
    expect(part.text()).toContain(t('error.database.corrupt', { path: '/b', reason: 'torn' }))
    expect(part.text()).toContain(t('backup.kinds.automatic'))
    const name = t('backup.restoreOf', { moment: momentOf(broken) })
    expect(part.button(name).attributes('disabled')).toBeDefined()
  })

  it('are restored when a person has typed what that replaces', async () => {
    const part = await settings({
      back: { ...answers, 'backup.restore': { replacedDatabase: '/data/backups/replaced.sqlite' } },
    })
    await part.press(t('backup.restoreOf', { moment }))
    const contents = { studies: 4, trials: 90, thenStudies: 1, thenTrials: 7, moment }
    expect(document.body.textContent).toContain(t('backup.replaces', contents))
    const confirmed = t('backup.type', { studies: 4 })
    expect(part.button(t('backup.restore')).attributes('disabled')).toBeDefined()
    await part.type(confirmed, '3')
    expect(part.button(t('backup.restore')).attributes('disabled')).toBeDefined()
    await part.type(confirmed, '4')
    await submitDialog()
    expect(part.requests('backup.restore')).toEqual([{ name: sound.name }])
    const path = '/data/backups/replaced.sqlite'
    expect(useNotices().all.map(({ text }) => text)).toEqual([
      t('backup.restored', { moment, path }),
    ])
  })

  it('stay where they are when the database cannot be replaced, with the reason', async () => {
    const part = await settings({ back: { ...answers, 'backup.restore': corrupt } })
    await part.press(t('backup.restoreOf', { moment }))
    await part.type(t('backup.type', { studies: 4 }), '4')
    await submitDialog()
    expect(errorsShown()).toEqual([t('error.database.corrupt', { path: '/b', reason: 'torn' })])
    expect(useNotices().all).toEqual([])
  })
})
