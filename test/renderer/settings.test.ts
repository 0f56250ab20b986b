import { describe, expect, it, vi } from 'vitest'
import type { InstalledCommand } from '../../src-main/features/terminal-command/common/installed-command.ts'
import type { ListedChannel } from '../../src-main/features/notifications/common/channel.ts'
import { msg, verbatim } from '../../src-main/core/errors/message.ts'
import { useNotices } from '../../src-renderer/stores/notices.ts'
import { usePreferences } from '../../src-renderer/stores/preferences.ts'
import { settle, t, zh } from './mount.ts'
import { description, settings } from './mount-settings.ts'

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

  it('have a navigation of what they hold, which the address follows', async () => {
    const part = await settings()
    const links = (): string[] => part.wrapper.findAll('nav a').map(link => link.text())
    expect(links()).toEqual([
      t('settings.general'),
      t('settings.installation'),
      t('runConditions.title'),
      t('studyQueue.title'),
      t('access.title'),
      t('remote.title'),
      t('notifications.title'),
      t('backup.titleAll'),
      t('preferences.log'),
      t('diagnostics.title'),
    ])
    const scroll = vi.fn()
    Element.prototype.scrollIntoView = scroll
    await part.wrapper.findAll('nav a').at(-3)?.trigger('click')
    await settle()
    expect(part.router.currentRoute.value.query).toEqual({ section: 'backups' })
    expect(scroll).toHaveBeenCalledOnce()
    const withJobQueue = await settings({ back: { 'remote.jobQueues': [{ url: 'redis://a' }] } })
    expect(withJobQueue.wrapper.findAll('nav a').map(link => link.text())).toContain(
      t('jobQueue.title'),
    )
  })

  it('ask for what is added in a dialog, which closes when it was added', async () => {
    const part = await settings({ back: { 'remote.add': null } })
    const fieldsOf = (): number => part.wrapper.findAll(`[aria-label="${t('remote.host')}"]`).length
    expect(fieldsOf()).toBe(0)
    await part.press(t('menu.opens', { name: t('remote.add') }))
    expect(fieldsOf()).toBeGreaterThan(0)
    await part.type(t('remote.name'), 'box')
    await part.press(t('remote.add'))
    await settle()
    expect(part.requests('remote.add')).toHaveLength(1)
    expect(part.wrapper.find('form[aria-hidden=true], .el-overlay').isVisible()).toBe(false)
  })

  it('say where other machines could meet at the database', async () => {
    expect((await settings()).text()).not.toContain(t('database.shared'))
    const part = await settings({
      back: { 'app.describe': { ...description, isDatabaseShared: true } },
    })
    expect(part.text()).toContain(t('database.shared'))
  })

  it('darken the page, and keep the theme', async () => {
    const part = await settings()
    await part.tick(t('app.themes.dark'))
    expect(document.documentElement.classList.contains('dark')).toBe(true)
    expect(localStorage.getItem('tunewright.theme')).toBe('dark')
    await part.tick(t('app.themes.light'))
    expect(document.documentElement.classList.contains('dark')).toBe(false)
  })

  it('install the command of an installed application, and take it away', async () => {
    expect((await settings()).text()).not.toContain(t('command.title'))
    let command: InstalledCommand = {
      program: '/opt/Tunewright/resources/bin/tunewright',
      way: 'link',
      location: '/home/ada/.local/bin/tunewright',
      state: 'absent',
      isOnPath: false,
      pythonPackage: '/opt/Tunewright/resources/python/tunewright.whl',
      schema: '/opt/study.schema.json',
      filesExist: true,
    }
    const change = (state: InstalledCommand['state']) => () => {
      command = { ...command, state }
      return null
    }
    const part = await settings({
      back: {
        'command.describe': () => command,
        'command.install': change('installed'),
        'command.remove': change('absent'),
      },
    })
    const values = { location: command.location, way: command.way }
    expect(part.text()).toContain(t('command.state.absent', values))
    expect(part.text()).toContain(t('command.python', { path: command.pythonPackage }))
    await part.press(t('command.install'))
    expect(part.text()).toContain(t('command.state.installed', values))
    expect(part.text()).toContain(t('command.notOnPath', { folder: '/home/ada/.local/bin' }))
    await part.press(t('command.remove'))
    expect(part.text()).toContain(t('command.state.absent', values))
  })

  it('name no file of an AppImage that goes with it, and copy those of a new version', async () => {
    const command = {
      program: '/home/ada/T.AppImage',
      way: 'script',
      location: '/home/ada/.local/bin/tunewright',
      state: 'installed',
      isOnPath: true,
      filesExist: false,
      pythonPackage: '/data/tunewright.whl',
      schema: '/data/study.schema.json',
    } satisfies InstalledCommand
    let filesExist = false
    const part = await settings({
      back: {
        'command.describe': () => ({ ...command, filesExist }),
        'command.install': () => ((filesExist = true), null),
      },
    })
    expect(part.text()).not.toContain(command.pythonPackage)
    await part.press(t('command.copyFiles'))
    expect(part.text()).toContain(t('command.python', { path: command.pythonPackage }))
    expect(part.text()).not.toContain(t('command.filesOfAppImage'))
  })

  it('say where everything lies and what the machine is', async () => {
    const part = await settings({ language: 'zh-CN' })
    for (const text of [description.version, '/data/studies.sqlite', '/cache', 'A processor'])
      expect(part.text()).toContain(text)
    expect(part.text()).toContain(zh('preferences.logEmpty'))
  })

  it('make a token for a program, show it once and take it back', async () => {
    const token = { id: '0123456789ab', name: 'script', scopes: ['read'], createdAtMs: 0 } as const
    const part = await settings({
      back: {
        'access.list': [token],
        'access.create': { token, secret: 'tunewright_x' },
        'access.revoke': null,
      },
    })
    await part.press(t('menu.opens', { name: t('access.create') }))
    await part.type(t('access.name'), 'script')
    await part.press(t('access.create'))
    await settle()
    expect(part.requests('access.create')).toEqual([{ name: 'script', scopes: ['read'] }])
    expect(part.text()).toContain('tunewright_x')
    await part.press(t('access.revokeOf', { name: 'script' }))
    await settle()
    expect(part.requests('access.revoke')).toEqual([{ id: token.id }])
    expect(part.text()).not.toContain('tunewright_x')
  })

  it('add a machine, look at it and take it away', async () => {
    const failure = msg('failure.machineLacks', { programs: ['df'] })
    const report = { failure, system: '', cores: null, freeBytes: null, gpus: [], node: null }
    const part = await settings({
      back: {
        'remote.list': [{ name: 'box2', host: 'me@box2', workspace: '~/tunewright' }],
        'remote.add': null,
        'remote.remove': null,
        'remote.check': { ...report, answerMs: 1 },
      },
    })
    await part.press(t('menu.opens', { name: t('remote.add') }))
    await part.type(t('remote.name'), '-o x')
    expect(part.text()).toContain(t('rule.machine.name'))
    await part.type(t('remote.name'), 'box3')
    await part.press(t('remote.add'))
    await settle()
    expect(part.requests('remote.add')).toMatchObject([{ name: 'box3', host: 'box3' }])
    await part.press(t('remote.checkOf', { name: 'box2' }))
    await settle()
    expect(part.text()).toContain(t.format(failure))
    await part.press(t('remote.removeOf', { name: 'box2' }))
    await settle()
    expect(part.requests('remote.remove')).toEqual([{ name: 'box2' }])
  })

  it('send news of studies to an address, try it and end it', async () => {
    const phone: ListedChannel = {
      name: 'phone',
      destination: 'ntfy.sh',
      study: null,
      kind: 'ntfy',
      occasions: ['end'],
    }
    const part = await settings({
      back: {
        'notifications.list': [phone],
        'notifications.add': null,
        'notifications.remove': null,
        'notifications.test': { failure: verbatim('no answer') },
      },
    })
    await part.press(t('menu.opens', { name: t('notifications.add') }))
    await part.type(t('notifications.name'), 'phone')
    await part.type(t('notifications.address'), 'ntfy.sh/topic')
    expect(part.text()).toContain(t('rule.notifications.address'))
    await part.type(t('notifications.address'), 'https://ntfy.sh/topic')
    expect(part.text()).not.toContain(t('rule.notifications.address'))
    await part.press(t('notifications.add'))
    await settle()
    expect(part.requests('notifications.add')).toEqual([
      {
        name: 'phone',
        occasions: ['end', 'failure', 'stuck'],
        language: 'en',
        target: { kind: 'ntfy', url: 'https://ntfy.sh/topic' },
      },
    ])
    await part.press(t('notifications.testOf', { name: 'phone' }))
    await settle()
    const notice = t('notifications.notSent', { reason: verbatim('no answer') })
    expect(useNotices().all.map(({ text }) => text)).toEqual([notice])
    await part.press(t('notifications.removeOf', { name: 'phone' }))
    await settle()
    expect(part.requests('notifications.remove')).toEqual([{ name: 'phone' }])
  })

  it('show the log where there is one', async () => {
    const part = await settings({
      back: { 'app.log': { path: '/data/app.log', text: 'a line of the log' } },
    })
    expect(part.text()).toContain(t('preferences.logHelp', { path: '/data/app.log' }))
    expect(part.wrapper.find('pre').text()).toBe('a line of the log')
  })

  it('show all diagnostics before a person saves them, also when the menu asks', async () => {
    const files = [
      { name: 'versions.json', text: '{ "node": 1 }' },
      { name: 'log.txt', text: 'a time …' },
    ]
    const answer = { files, fileName: 'd.zip', zip: 'UEs=' }
    const part = await settings({
      back: { 'app.diagnostics': answer },
      path: '/settings?diagnostics=1',
    })
    expect(part.requests('app.diagnostics')).toHaveLength(1)
    await part.press(t('menu.opens', { name: t('diagnostics.collect') }))
    await settle()
    const dialogSelector = `[role=dialog][aria-label=${t('diagnostics.title')}]`
    const dialog = document.querySelector(dialogSelector)?.textContent ?? ''
    for (const { name, text } of files) {
      expect(dialog).toContain(name)
      expect(dialog).toContain(text)
    }
    expect(part.requests('app.diagnostics')).toHaveLength(2)
    const saved = vi.spyOn(URL, 'createObjectURL').mockReturnValue('blob:d')
    const clicked = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockReturnValue(undefined)
    document.querySelector<HTMLFormElement>(`${dialogSelector} form`)?.requestSubmit()
    await settle()
    expect((saved.mock.calls[0]?.[0] as Blob).size).toBe(2)
    expect(clicked).toHaveBeenCalledOnce()
  })

  it('take numbers within their ends only; an emptied field is what it was at first', async () => {
    const part = await settings()
    await part.type(t('newStudy.parallelTrials'), '700')
    await part.type(t('backup.keep'), '0')
    expect(usePreferences()).toMatchObject({ parallelTrials: 64, backupCount: 1 })
    await part.type(t('newStudy.parallelTrials'), '')
    await part.type(t('backup.keep'), '')
    expect(usePreferences()).toMatchObject({ parallelTrials: 2, backupCount: 5 })
  })

  it('have no switch of the desktop in a browser', async () => {
    const part = await settings()
    expect(part.text()).not.toContain(t('preferences.systemNotifications'))
    const methods = [
      'app.describe',
      'runConditions.get',
      'studyQueue.list',
      'study.list',
      'access.list',
      'remote.list',
      'remote.jobQueues',
      'notifications.list',
      'backup.list',
      'backup.check',
      'command.describe',
      'app.log',
    ]
    expect(part.asked.map(({ method }) => method)).toEqual(methods)
  })
})
