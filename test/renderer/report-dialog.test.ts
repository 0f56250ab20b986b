import { describe, expect, it, vi } from 'vitest'
import type { ExportedFile } from '../../src-main/features/api/common/exported-file.ts'
import { AppError } from '../../src-main/core/errors/errors.ts'
import { verbatim } from '../../src-main/core/errors/message.ts'
import { useLiveStudy } from '../../src-renderer/stores/live-study.ts'
import ReportDialog from '../../src-renderer/features/reports/ReportDialog.vue'
import {
  errorsShown,
  type Mounted,
  mountPart,
  pressKey,
  settle,
  standStill,
  t,
  zh,
} from './mount.ts'

const headings = { en: ['Summary', 'Best trial'], 'zh-CN': ['摘要', '最佳试验'] }
type Request = { format: string; language: 'en' | 'zh-CN'; sections: string[] | null }

function report({ format, language }: Request): ExportedFile {
  const [summary, best] = headings[language]
  const content = `<!doctype html><html lang="${language}"><head><style>body{color:red}</style></head><body>
    <nav>contents</nav><main>
    <section id="summary"><h2>${summary}</h2><p style="width:3px">one</p><a href="#best">to it</a></section>
    <section id="best"><h2>${best}</h2></section></main></body></html>`
  return { fileName: `a.${format}`, mediaType: 'text/html', content, encoding: 'text' }
}

async function dialog(
  change: Parameters<typeof mountPart>[1] & { trials?: number } = {},
): Promise<Mounted> {
  const part = mountPart(ReportDialog, {
    ...change,
    props: { modelValue: false, studyId: 7, trials: change.trials ?? 10 },
    back: { 'study.report': report, ...change.back },
  })
  await part.give(true)
  await settle()
  return part
}
const paper = (part: Mounted) => part.wrapper.find('[role=document]').element.shadowRoot
const visibleSections = (part: Mounted): (string | undefined)[] =>
  [...(paper(part)?.querySelectorAll<HTMLElement>('main > section') ?? [])]
    .filter(section => !section.hidden)
    .map(section => section.querySelector('h2')?.textContent)

describe('the report', () => {
  it('is shown beside the choice, whole at first, without its contents', async () => {
    const part = await dialog()
    expect(part.requests('study.report')).toEqual([
      {
        studyId: 7,
        format: 'html',
        language: 'en',
        sections: null,
        ticket: expect.any(String) as string,
      },
    ])
    expect(visibleSections(part)).toEqual(['Summary', 'Best trial'])
    expect(paper(part)?.querySelector('nav')).toBeNull()
    expect(paper(part)?.querySelector<HTMLElement>('p')?.style.width).toBe('3px')
  })

  it('says how far it is, and can be canceled and built again', async () => {
    let refuse: (error: Error) => void = () => undefined
    let answered = 0
    const part = await dialog({
      back: {
        'study.report': (request: Request) =>
          answered++ > 0
            ? report(request)
            : new Promise((_, reject) => {
                refuse = reject
              }),
        'study.cancelWork': () => {
          refuse(new Error('ended'))
          return null
        },
      },
    })
    const [{ ticket }] = part.requests('study.report') as [{ ticket: string }]
    const bar = () => part.wrapper.find('progress').attributes('value')
    expect(bar()).toBeUndefined()
    useLiveStudy().workShare = { ticket: 'of another', share: 0.9 }
    await settle()
    expect(bar()).toBeUndefined()
    useLiveStudy().workShare = { ticket, share: 0.25 }
    await settle()
    expect(bar()).toBe('0.25')
    await part.press(t('app.cancel'))
    expect(part.requests('study.cancelWork')).toEqual([{ ticket }])
    expect(part.text()).toContain(t('output.canceled'))
    expect(errorsShown()).toEqual([])
    await part.press(t('output.buildAgain'))
    expect(visibleSections(part)).toEqual(['Summary', 'Best trial'])
  })

  it('is canceled when its dialog is closed', async () => {
    const part = await dialog({ back: { 'study.report': () => new Promise(() => undefined) } })
    await part.give(false)
    await settle()
    expect(part.requests('study.cancelWork')).toHaveLength(1)
  })

  it('hides the sections that are not wanted, and saves the others', async () => {
    const clicked: string[] = []
    vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (
      this: HTMLAnchorElement,
    ) {
      clicked.push(this.download)
    })
    const part = await dialog()
    await part.tick('Summary', false)
    expect(visibleSections(part)).toEqual(['Best trial'])
    await part.choose(t('output.format'), 'markdown')
    await part.submit()
    expect(part.requests('study.report')[1]).toMatchObject({
      studyId: 7,
      format: 'markdown',
      language: 'en',
      sections: ['best'],
    })
    expect(clicked).toEqual(['a.markdown'])
    expect(part.model()).toBe(false)
  })

  it('keeps one section at least', async () => {
    const part = await dialog()
    await part.tick('Summary', false)
    expect(part.field('Best trial').attributes('disabled')).toBeDefined()
  })

  it('is written in another language with the same sections', async () => {
    const part = await dialog()
    await part.tick('Summary', false)
    await part.choose(t('app.language'), 'zh-CN')
    expect(part.requests('study.report')[1]).toMatchObject({ language: 'zh-CN' })
    expect(visibleSections(part)).toEqual(['最佳试验'])
  })

  it('says what a format means, in the language of the page', async () => {
    const part = await dialog({ language: 'zh-CN' })
    expect(visibleSections(part)).toEqual(headings['zh-CN'])
    await part.choose(zh('output.format'), 'pdf')
    expect(part.text()).toContain(zh('output.takesTime'))
    await part.choose(zh('output.format'), 'csv')
    expect(part.text()).toContain(zh('output.wholeRecord'))
    expect(part.wrapper.find('fieldset').exists()).toBe(false)
  })

  it('leaves the table of very many trials out of the preview, not out of the file', async () => {
    const part = await dialog({ trials: 1_001 })
    const [request] = part.requests('study.report') as Request[]
    expect(request?.sections).not.toContain('trials')
    expect(request?.sections?.length).toBeGreaterThan(3)
    expect(part.text()).toContain(t('output.noTable', { count: 1_001 }))
    await part.submit()
    expect(part.requests('study.report')[1]).toMatchObject({
      sections: expect.arrayContaining(['trials']) as unknown,
    })
  })

  it('follows its own links inside, never elsewhere', async () => {
    const part = await dialog()
    const link = paper(part)?.querySelector('a')
    const click = new MouseEvent('click', { bubbles: true, cancelable: true, composed: true })
    link?.dispatchEvent(click)
    expect(click.defaultPrevented).toBe(true)
  })

  it('cannot be saved before it is there, and stays open where saving fails', async () => {
    const failed = new AppError('browser.missing', { variable: 'CHROME' })
    const part = await dialog({
      back: {
        'study.report': (request: Request) => (request.format === 'pdf' ? failed : report(request)),
      },
    })
    await part.choose(t('output.format'), 'pdf')
    await part.submit()
    expect(errorsShown()).toEqual([t('error.browser.missing', { variable: 'CHROME' })])
    expect(part.model()).toBe(true)
    const none = await dialog({
      back: {
        'study.report': new AppError('database.full', { path: '/d', reason: verbatim('x') }),
      },
    })
    expect(none.button(t('output.save')).attributes('disabled')).toBeDefined()
    expect(none.text()).not.toContain(t('output.canceled'))
    expect(none.button(t('output.buildAgain')).exists()).toBe(true)
  })

  it('is closed by Escape, with nothing saved', async () => {
    const part = await dialog({ hasTransitions: true })
    await standStill()
    await pressKey('Escape')
    await standStill()
    expect(part.model()).toBe(false)
    expect(part.requests('study.report')).toHaveLength(1)
  })
})
