import { createHash } from 'node:crypto'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { StudySnapshot } from '../../src-main/core/study/study.ts'
import { studySpecificationSchema } from '../../src-main/core/study/study-specification.ts'
import { createTranslate } from '../../src-main/core/i18n/translate.ts'
import { pageData } from '../../src-main/reports/interactive/interactive-data.ts'
import { interactivePage } from '../../src-main/reports/interactive/interactive-page.ts'
import { pageScript } from '../../src-main/reports/interactive/page-script.ts'
import { buildSampleSnapshot } from '../helpers/build-sample-snapshot.ts'

const hash = (text: string): string => createHash('sha256').update(text).digest('base64')

/** Whoever names a choice so wants to break the page. */
const hostile = '</script><script>alert(1)</script><!--'
function studyWith(count: number): StudySnapshot {
  const sample = buildSampleSnapshot()
  const { excluded: _, untilStep: __, ...first } = sample.trials[0]!
  return {
    ...sample,
    study: {
      ...sample.study,
      name: `<b>${hostile}`,
      source: 'SECRET-SOURCE',
      specification: studySpecificationSchema.parse({
        name: 'shared',
        objective: { command: ['/home/alice/train', '{units}'] },
        goals: [{ metric: 'loss', direction: 'minimize' }],
        space: { units: { int: [1, 100_000] }, kind: { choice: ['adam', hostile] } },
        stop: { trials: count },
      }),
    },
    trials: Array.from({ length: count }, (_, number) => ({
      ...first,
      number,
      state: number % 4 === 3 ? ('pruned' as const) : ('complete' as const),
      constraints: [],
      values: [number === 2 ? Number.NaN : count - number],
      parameters: { units: 12_345 + number, kind: number % 2 === 0 ? 'adam' : hostile },
    })),
  }
}

/** The page as a browser opens it. */
function open(html: string): Document {
  const parsed = new DOMParser().parseFromString(html, 'text/html')
  document.body.innerHTML = parsed.body.innerHTML
  // eslint-disable-next-line @typescript-eslint/no-implied-eval, @typescript-eslint/no-unsafe-call
  new Function(pageScript)()
  return document
}
const rows = (): string[][] =>
  [...document.querySelectorAll('#body tr')].map(row =>
    [...row.querySelectorAll('td')].map(cell => cell.textContent),
  )

beforeEach(() => {
  vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue(null)
})

describe.each(['en', 'zh-CN'] as const)('a page to share, in %s', language => {
  const t = createTranslate(language)

  it('shows what would turn or hide a name or a value', () => {
    const sample = studyWith(1)
    const [trial] = sample.trials
    const html = interactivePage(
      {
        ...sample,
        study: {
          ...sample.study,
          specification: studySpecificationSchema.parse({
            name: 'shared',
            objective: { command: ['a', '{k\u202Ed}'] },
            goals: [{ metric: 'l\u200Bs', direction: 'minimize' }],
            space: { 'k\u202Ed': { choice: ['x', 'a\u202Eb\u001B[1m\u009B\u2028'] } },
            stop: { trials: 1 },
          }),
        },
        trials: [{ ...trial!, parameters: { 'k\u202Ed': 'a\u202Eb\u001B[1m\u009B\u2028' } }],
      },
      t,
      hash,
    )
    for (const hidden of ['\u001B', '\u009B', '\u200B', '\u2028', '\u202E'])
      expect(html).not.toContain(hidden)
    open(html)
    expect(rows()[0]).toContain('a<U+202E>b␛[1m\\x9b<U+2028>')
    const head = document.querySelector('#head')?.textContent ?? ''
    expect(head).toContain('l<U+200B>s')
    expect(head).toContain('k<U+202E>d')
  })

  it('is filtered and sorted from the file alone', () => {
    const html = interactivePage(studyWith(12), t, hash)
    open(html)
    expect(rows()).toHaveLength(12)
    // The best first, those without a value last.
    expect(rows().map(([number]) => number)).toEqual([
      '11',
      '10',
      '9',
      '8',
      '7',
      '6',
      '5',
      '4',
      '3',
      '1',
      '0',
      '2',
    ])
    expect(rows()[0]).toEqual(['11', t('state.pruned'), '1', '12,356', hostile, expect.any(String)])
    const type = (text: string): void => {
      const field = document.querySelector<HTMLInputElement>('#filter')!
      field.value = text
      field.dispatchEvent(new Event('input'))
    }
    type('kind:adam value<5')
    expect(rows().map(([number]) => number)).toEqual(['10', '8'])
    type(`state:${t('state.pruned')} units>=12350`)
    expect(rows().map(([number]) => number)).toEqual(['11', '7'])
    type('nothing>3')
    expect(document.querySelector('#count')?.textContent).toContain('nothing')
    type('')
    document.querySelector<HTMLButtonElement>('#head th button')!.click()
    expect(rows()[0]?.[0]).toBe('0')
    document.querySelector<HTMLButtonElement>('#head th button')!.click()
    expect(rows()[0]?.[0]).toBe('11')
    expect(document.querySelector('#head th')?.ariaSort).toBe('descending')
  })

  it('lets nothing of the study become markup, and nothing run but its own script', () => {
    const html = interactivePage(studyWith(12), t, hash)
    expect(html.match(/<script/g)).toHaveLength(3)
    expect(html).toContain(`script-src 'sha256-${hash(pageScript)}'`)
    expect(html).toContain("default-src 'none'")
    expect(open(html).querySelectorAll('#body script, #body b, h1 b')).toHaveLength(0)
    expect(document.querySelector('h1')?.textContent).toBe(`<b>${hostile}`)
  })

  it('says nothing of code, files and machine', () => {
    const html = interactivePage(studyWith(12), t, hash)
    for (const secret of ['SECRET-SOURCE', '/home/alice', 'Xeon', '.ts:']) {
      expect(html).not.toContain(secret)
    }
  })
})

describe('the size of a page to share', () => {
  it('is bounded: the best trials stay, and the page says how many', () => {
    const data = pageData(studyWith(1_000), 5_000)
    expect(JSON.stringify(data.rows).length).toBeLessThanOrEqual(5_000)
    expect(data.total).toBe(1_000)
    expect(data.rows.length).toBeGreaterThan(20)
    expect(data.rows.at(-1)?.[0]).toBe(999)
    expect(data.best).toBe(998)
  })

  it('is that of all trials of usual studies', () => {
    const data = pageData(studyWith(5_000))
    expect(data.rows).toHaveLength(5_000)
  })
})
