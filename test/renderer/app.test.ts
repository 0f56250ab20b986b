import { describe, expect, it, vi } from 'vitest'
import type { AppEvent } from '../../src-main/features/api/common/app-event.ts'
import { keyHeader } from '../../src-main/core/processes/channels.ts'
import { encodeWire } from '../../src-main/core/processes/wire.ts'
import App from '../../src-renderer/App.vue'
import CommandPalette from '../../src-renderer/features/command-palette/CommandPalette.vue'
import { useNotices } from '../../src-renderer/stores/notices.ts'
import { usePreferences } from '../../src-renderer/stores/preferences.ts'
import { useStudies } from '../../src-renderer/stores/studies.ts'
import { studyRow } from './live-study.ts'
import { type Mounted, mountPart, pressKey, settle, t, zh } from './mount.ts'

/** The stream of events that the page reads. */
class FakeStream {
  static last: FakeStream | null = null
  #controller: ReadableStreamDefaultController<Uint8Array> | null = null
  readonly response: Response
  readonly headers: Headers
  constructor({ headers, signal }: RequestInit) {
    FakeStream.last = this
    this.headers = new Headers(headers)
    this.response = new Response(
      new ReadableStream<Uint8Array>({
        start: controller => {
          this.#controller = controller
        },
      }),
    )
    signal?.addEventListener('abort', () => {
      FakeStream.last = null
      this.cut()
    })
  }
  cut(): void {
    this.#controller?.error(new Error('cut'))
  }
  send(event: AppEvent): void {
    const text = `id: ${event.sequence}\ndata: ${encodeWire(event)}\n\n`
    this.#controller?.enqueue(new TextEncoder().encode(text))
  }
}

async function app(change: Parameters<typeof mountPart>[1] = {}): Promise<Mounted> {
  const part = mountPart(App, {
    ...change,
    back: { 'study.list': [], ...change.back },
    stream: init => new FakeStream(init).response,
  })
  await settle()
  return part
}
const stream = (): FakeStream => {
  if (FakeStream.last === null) throw new Error('nobody listens')
  return FakeStream.last
}
const shows = (part: Mounted, title: string): boolean =>
  part.wrapper
    .findAll('[role=dialog]')
    .some(element => element.isVisible() && element.text().includes(title))

describe('the side bar', () => {
  const running = studyRow(4, {
    name: 'digits',
    state: 'running',
    runsInThisProcess: true,
    trials: { running: 1, complete: 6, pruned: 1, failed: 0, canceled: 0, interrupted: 0 },
    trialBudget: 20,
  })

  it('shows the studies that run, and how far they are', async () => {
    const part = await app({ path: '/settings', back: { 'study.list': [running, studyRow(5)] } })
    const group = part.wrapper.find(`[role=group][aria-label="${t('nav.running')}"]`)
    expect(group.findAll('a')).toHaveLength(1)
    expect(group.text()).toContain('digits')
    expect(group.text()).toContain('7 / 20')
    expect(group.find('progress').attributes()).toMatchObject({ value: '7', max: '20' })
    stream().send({
      sequence: 1,
      type: 'study',
      study: { ...running, runsInThisProcess: false, state: 'finished' },
    })
    await settle()
    expect(part.wrapper.find(`[role=group][aria-label="${t('nav.running')}"]`).exists()).toBe(false)
  })

  it('shrinks to its icons, which keep their names, and stays so', async () => {
    const part = await app({ language: 'zh-CN', back: { 'study.list': [running] } })
    const nav = part.wrapper.find('nav')
    const toggle = part.button(zh('nav.narrow'))
    expect(toggle.attributes('aria-expanded')).toBe('true')
    await toggle.trigger('click')
    expect(nav.classes()).toContain('narrow')
    expect(toggle.attributes('aria-expanded')).toBe('false')
    expect(nav.find(`a[title="${zh('nav.datasets')}"]`).text()).toBe(zh('nav.datasets'))
    expect(usePreferences().isNavNarrow).toBe(true)
    usePreferences().isNavNarrow = false
  })
})

describe('keys that work anywhere', () => {
  it('lead to the studies and to a new one, but not while a person types', async () => {
    const part = await app({ path: '/settings' })
    const page = () => part.router.currentRoute.value.name
    await pressKey('n', document.body)
    expect(page()).toBe('newStudy')
    await pressKey('s', document.body)
    expect(page()).toBe('studies')
    const field = document.body.appendChild(document.createElement('input'))
    await pressKey('n', field)
    // The editor of the study file has its field in a shadow: the event names the place of it.
    const editor = document.body.appendChild(document.createElement('div'))
    editor.className = 'takes-text'
    await pressKey('n', editor)
    await pressKey('n', document.body, { ctrlKey: true })
    expect(page()).toBe('studies')
  })

  it('list themselves, in the language of the page', async () => {
    const part = await app({ language: 'zh-CN' })
    expect(shows(part, zh('shortcuts.title'))).toBe(false)
    await pressKey('?', document.body)
    expect(shows(part, zh('shortcuts.title'))).toBe(true)
    for (const name of ['palette', 'studies', 'newStudy', 'search', 'help'] as const)
      expect(part.text()).toContain(zh(`shortcuts.${name}`))
  })

  it('go to the search where there is one', async () => {
    await app()
    await pressKey('/', document.body)
    const search = document.createElement('div')
    search.dataset['search'] = ''
    const field = search.appendChild(document.createElement('input'))
    document.body.append(search)
    await pressKey('/', document.body)
    expect(document.activeElement).toBe(field)
  })

  it('open and close the palette, also while a person types', async () => {
    const part = await app()
    const field = document.body.appendChild(document.createElement('input'))
    await pressKey('k', field, { ctrlKey: true })
    expect(shows(part, t('shortcuts.palette'))).toBe(true)
    await pressKey('K', document.body, { metaKey: true })
    expect(shows(part, t('shortcuts.palette'))).toBe(false)
  })
})

describe('the palette', () => {
  const palette = async (change: Parameters<typeof mountPart>[1] = {}): Promise<Mounted> => {
    const part = mountPart(CommandPalette, {
      props: { modelValue: false },
      prepare: () => {
        for (let id = 1; id <= 20; id++) useStudies().put(studyRow(id, { name: `run ${id}` }))
      },
      ...change,
    })
    await part.give(true)
    return part
  }
  const commands = (part: Mounted): string[] =>
    part.wrapper.findAll('[role=option]').map(element => element.text())
  const active = (part: Mounted): string | undefined =>
    part.wrapper
      .findAll('[role=option]')
      .find(element => element.attributes('aria-selected') === 'true')
      ?.text()
  const field = t('shortcuts.paletteHint')

  it('finds by words in any order, and says how many more there are', async () => {
    const part = await palette()
    expect(commands(part)).toHaveLength(12)
    expect(part.text()).toContain(t('app.showing', { shown: 12, total: 31 }))
    await part.type(field, '7 RUN')
    expect(commands(part)).toEqual(['run 7', 'run 17'])
    await part.type(field, 'nothing like it')
    expect(part.text()).toContain(t('shortcuts.paletteNone'))
    await pressKey('Enter', part.field(field).element)
    expect(part.model()).toBe(true)
  })

  it('leads to every page', async () => {
    const part = await palette()
    for (const name of [
      'studies',
      'newStudy',
      'compare',
      'datasets',
      'engines',
      'settings',
    ] as const) {
      await part.give(true)
      await part.type(field, t(`nav.${name}`))
      await pressKey('Enter', part.field(field).element)
      expect(part.router.currentRoute.value.name).toBe(name)
      expect(part.model()).toBe(false)
    }
  })

  it('chooses by arrows, round the ends, and begins anew with every word', async () => {
    const part = await palette()
    const input = part.field(field).element
    await part.type(field, 'run 1')
    const [first, second] = commands(part)
    expect(active(part)).toBe(first)
    await pressKey('ArrowDown', input)
    expect(active(part)).toBe(second)
    expect(part.field(field).attributes('aria-activedescendant')).toBe('palette-study-19')
    await pressKey('ArrowUp', input)
    await pressKey('ArrowUp', input)
    expect(active(part)).toBe(commands(part).at(-1))
    await part.type(field, 'run')
    expect(active(part)).toBe(commands(part)[0])
  })

  it('opens a study by Enter, changes the theme by a click and the language', async () => {
    const part = await palette()
    await part.type(field, 'run 20')
    await pressKey('Enter', part.field(field).element)
    expect(part.router.currentRoute.value).toMatchObject({ name: 'study', params: { id: '20' } })
    await part.give(true)
    expect((part.field(field).element as HTMLInputElement).value).toBe('')
    await part.type(field, t('app.themes.dark'))
    await part.wrapper.find('[role=option]').trigger('click')
    expect(usePreferences().theme).toBe('dark')
    await part.give(true)
    await part.type(field, '语言')
    await pressKey('Enter', part.field(field).element)
    expect(usePreferences().language).toBe('zh-CN')
    expect(commands(part).length).toBeGreaterThan(0)
  })
})

describe('the stream of events', () => {
  const running = studyRow(4, { name: 'alpha', runsInThisProcess: true, state: 'running' })
  const ended = { ...running, runsInThisProcess: false, state: 'finished' } as const
  it('tells the end of a study on every page, where a person wants it', async () => {
    await app({ back: { 'study.list': [running] } })
    await useStudies().load()
    stream().send({ sequence: 1, type: 'study', study: ended })
    await settle()
    const state = t('studyState.finished')
    expect(useNotices().all.map(({ text, studyId, kind }) => [text, studyId, kind])).toEqual([
      [t('notices.studyEnded', { name: 'alpha', state }), 4, 'good'],
    ])
    usePreferences().notifyWhenStudyEnds = false
    await useStudies().load()
    stream().send({ sequence: 2, type: 'study', study: ended })
    await settle()
    expect(useNotices().all).toHaveLength(1)
  })

  it('says that the back end is away, and asks anew when it is back', async () => {
    const part = await app()
    stream().send({ sequence: 7, type: 'studyDeleted', studyId: 9 })
    await settle()
    const first = stream()
    first.cut()
    await settle()
    expect(part.text()).toContain(t('app.offline'))
    // The side bar has asked once.
    expect(part.requests('study.list')).toHaveLength(1)
    await vi.waitUntil(() => stream() !== first, { timeout: 30_000 })
    await settle()
    expect(part.text()).not.toContain(t('app.offline'))
    expect(part.requests('study.list')).toHaveLength(2)
    expect(stream().headers.get('Last-Event-ID')).toBe('7')
  })

  it('says that it is not signed in any more, rather than that nobody is there', async () => {
    const part = mountPart(App, {
      back: { 'study.list': [] },
      stream: () => new Response(null, { status: 401 }),
    })
    await settle()
    const command = 'tunewright serve --link'
    await vi.waitFor(() => {
      expect(part.text()).toContain(t('error.page.signedOut', { command }))
    })
    expect(part.text()).not.toContain(t('app.offline'))
  })

  it('is asked anew where events are missing', async () => {
    const part = await app()
    stream().send({ sequence: 1, type: 'studyDeleted', studyId: 9 })
    stream().send({ sequence: 2, type: 'studyDeleted', studyId: 9 })
    await settle()
    expect(part.requests('study.list')).toHaveLength(1)
    stream().send({ sequence: 5, type: 'studyDeleted', studyId: 9 })
    await settle()
    expect(part.requests('study.list')).toHaveLength(2)
  })

  it.each([
    ['', '#/'],
    ['&study=7', '#/studies/7'],
  ])('sends the key of the session, which a sign-in left in the address%s', async (study, hash) => {
    localStorage.clear()
    vi.resetModules()
    location.hash = `#key=${'k'.repeat(43)}${study}`
    const { sessionHeaders } = await import('../../src-renderer/bridge/session-key.ts')
    expect(location.hash).toBe(hash)
    expect(sessionHeaders()).toEqual({ [keyHeader]: 'k'.repeat(43) })
    // A later sign-in, in another tab.
    localStorage.setItem('tunewright.key', 'other')
    expect(sessionHeaders()).toEqual({ [keyHeader]: 'other' })
    localStorage.clear()
  })

  it('ends with the page', async () => {
    const part = await app()
    part.wrapper.unmount()
    expect(FakeStream.last).toBeNull()
  })
})
