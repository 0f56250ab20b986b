import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { bestTrials } from '../../../../src-main/core/trial/ranking.ts'
import type { CustomChart } from '../../../../src-main/core/study/custom-chart.ts'
import type { StudySnapshot } from '../../../../src-main/core/study/study.ts'
import type { TrialRecord } from '../../../../src-main/core/trial/trial.ts'
import { buildHtmlReport } from '../../../helpers/html-report.ts'
import { numericAxis } from '../../../../src-main/charts/numeric-axis.ts'
import { fitText, textWidth } from '../../../../src-main/reports/html/charts/text-width.ts'
import { markup } from '../../../../src-main/reports/html/markup.ts'
import { createTranslate } from '../../../../src-main/core/i18n/translate.ts'
import { methodCitations } from '../../../../src-main/search/citations.ts'
import { writeOutput } from '../../../../src-main/platform/files/write-output.ts'
import {
  buildSampleSnapshot,
  hostileText,
  sampleNames,
  sampleSnapshot,
} from '../../../helpers/sample-snapshot.ts'

const options = {
  language: 'en',
  generatedAtMs: Date.UTC(2026, 10, 25, 9, 30),
  version: '0.1.0',
  methodCitations,
} as const

function build(snapshot: StudySnapshot, language: 'en' | 'zh-CN' = 'en'): string {
  return buildHtmlReport(snapshot, { ...options, language })
}

/** What a reader sees: no markup, entities resolved, spaces joined. */
function textOf(page: string): string {
  return page
    .replace(/<style>.*?<\/style>/s, '')
    .replace(/<wbr>/g, '')
    .replace(/<[^>]*>/g, ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
    .replace(/\s+/g, ' ')
}

function sectionOf(page: string, id: string): string {
  const section = page.match(new RegExp(`<section id="${id}".*?</section>`, 's'))?.[0]
  if (section === undefined) throw new Error(`no section ${id}`)
  return section
}

describe('every sample study in every language', () => {
  for (const name of sampleNames) {
    for (const language of ['en', 'zh-CN'] as const) {
      it(`${name} in ${language} makes a well-formed page without holes`, () => {
        const page = build(sampleSnapshot(name), language)
        expect(page).toContain(`<html lang="${language}">`)
        expectBalanced(page)
        expectUniqueIds(page)
        const text = textOf(page)
        // The study file itself has settings that are null.
        expect(text.replaceAll(/: null\b/g, '')).not.toMatch(/\bundefined\b|\[object|\bnull\b/)
        expect(text).not.toMatch(/\{\w+(\|[^}]*)?\}(?<!\{7\*7\})(?<!\{display:none\})/)
        for (const drawing of page.matchAll(/ (?:d|x|y|cx|cy|width|height)="([^"]*)"/g)) {
          expect(drawing[1]).not.toMatch(/NaN|Infinity/)
        }
      })
    }
  }
})

describe('safety', () => {
  it.each(['constructor', 'toString', '__proto__', 'hasOwnProperty'])(
    'shows a metric that is named %s, which only some trials report',
    name => {
      const snapshot = buildSampleSnapshot()
      const [best] = bestTrials(snapshot.trials, snapshot.study.specification.goals[0])
      const trials = snapshot.trials.map(trial => {
        const metrics = Object.entries(trial.metrics)
        const curve = { steps: Int32Array.of(1), values: Float64Array.of(0.123) }
        // Of the best trial at a step that is not its best one.
        return trial.number === best?.number || trial.number % 2 === 0
          ? { ...trial, metrics: Object.fromEntries([...metrics, [name, curve]]) }
          : trial
      })
      const html = build({ ...snapshot, trials })
      expect(html).toContain(name)
      expect(html).not.toContain('[native code]')
    },
  )

  it('lets no text of a study become markup', () => {
    const page = build(sampleSnapshot('hostile'))
    const clean = build(
      buildSampleSnapshot({
        trials: 10,
        chooseState: number => (number % 2 ? 'failed' : 'complete'),
      }),
    )
    const elements = (html: string) => new Set(html.match(/<[a-z][\w-]*/gi))
    expect([...elements(page)].filter(element => !elements(clean).has(element))).toEqual([])
    expect(page.replace(/"[^"]*"/g, '""')).not.toMatch(/<script|<img|<iframe|<[^>]*\son\w+=/i)
    expect(page.match(/<style>/g)).toHaveLength(1)
    // The direction override and the control character are shown as replacement characters.
    expect(page).not.toContain('\u202E')
    expect(page).not.toContain('\u0007')
    expect(textOf(page)).toContain(hostileText.slice(0, 40))
  })

  it('forbids scripts and requests and refers to nothing outside', () => {
    for (const name of sampleNames) {
      const page = build(sampleSnapshot(name))
      expect(page).toContain(
        `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:;`,
      )
      for (const [, target] of page.matchAll(/<[^>]*\s(?:href|src)="([^"]*)"/g)) {
        expect(target).toMatch(/^(#|data:,)/)
      }
      expect(page).not.toMatch(/@import|url\((?!#)/)
    }
  })

  it('escapes what templates interpolate and nothing else', () => {
    expect(
      markup`<p title="${'a"b'}">${"<b>&'"}${markup`<i>${1}</i>`}${[null, false, 'x']}</p>`.text,
    ).toBe('<p title="a&quot;b">&lt;b&gt;&amp;&#39;<i>1</i>x</p>')
  })
})

describe('content', () => {
  it('says the result in words, with validation and test values', () => {
    const text = textOf(sectionOf(build(buildSampleSnapshot()), 'verdict'))
    expect(text).toMatch(
      /Trial \d+ is the best of \d+ complete trials: its validation accuracy of 0\.\d{4} is the highest\./,
    )
    expect(text).toContain('On the test split, which the search never saw, trial')
    expect(text).toContain('testAccuracy 0.9712')
    expect(text).toMatch(/ran 50 trials in 3 min.*; \d+ were stopped early and \d+ failed/)
  })

  it('says that test rows were looked at before, in place of that the search never saw them', () => {
    const snapshot = buildSampleSnapshot()
    const looks = { before: 2, total: 3, studies: 2 }
    const winner = snapshot.winner && { ...snapshot.winner, looks }
    const page = build({ ...snapshot, winner })
    const text = textOf(sectionOf(page, 'verdict'))
    expect(text).not.toContain('never saw')
    expect(text).toContain('3 times so far, 2 of them before this value, by 2 studies')
    expect(textOf(sectionOf(page, 'best'))).toContain('3 times so far')
  })

  it('names the reason and the next step where there is nothing to show', () => {
    expect(textOf(build(sampleSnapshot('empty')))).toContain('No trial has been started yet')
    const failed = textOf(build(sampleSnapshot('allFailed')))
    expect(failed).toContain('None of 6 trials was completed, so there is no best trial.')
    expect(failed).toContain('The section on failures says what went wrong.')
    expect(textOf(build(sampleSnapshot('functionOnly')))).toContain(
      'No trial reported value while it ran',
    )
    expect(textOf(build(sampleSnapshot('oneTrial')))).toContain('best of 1 complete trial:')
  })

  it('says which trials break constraints and takes the best of the others', () => {
    const sample = sampleSnapshot('infeasible')
    const page = build(sample)
    const broken = sample.trials.filter(
      trial => trial.state === 'complete' && !trial.constraints?.every(value => value <= 0),
    )
    expect(broken.length).toBeGreaterThan(3)
    expect(textOf(sectionOf(page, 'verdict'))).toContain(
      `${broken.length} complete trials break a constraint and cannot be the best.`,
    )
    expect(textOf(sectionOf(page, 'method'))).toContain('excess ≤ 0 latency ≤ 20')
    const table = sectionOf(page, 'trials')
    expect(table.match(/>infeasible</g)?.length).toBeGreaterThanOrEqual(broken.length)
    const number = Number(/class="best-row".*?id="trial-(\d+)"/s.exec(table)?.[1])
    expect(sample.trials[number]?.constraints?.every(value => value <= 0)).toBe(true)
    expect(sectionOf(page, 'history').match(/class="mark circle line-failed"/g)).not.toBeNull()
    const none = buildSampleSnapshot({
      constraints: ['excess'],
      trials: 4,
      chooseState: () => 'complete',
      chooseConstraints: () => [1],
    })
    const text = textOf(build(none))
    expect(text).toContain('None of 4 complete trials keeps every constraint, so there is no best')
    expect(textOf(build(none, 'zh-CN'))).toContain('都违反约束')
  })

  it('puts every trial into the table', () => {
    for (const name of ['large', 'notANumber', 'running'] as const) {
      const snapshot = sampleSnapshot(name)
      const rows = sectionOf(build(snapshot), 'trials').match(/id="trial-\d+"/g)
      expect(rows).toEqual(snapshot.trials.map(trial => `id="trial-${trial.number}"`))
    }
  })

  it('writes NaN and infinities as they are', () => {
    const table = textOf(sectionOf(build(sampleSnapshot('notANumber')), 'trials'))
    expect(table).toMatch(/ NaN /)
    expect(table).toMatch(/ ∞ /)
    expect(table).toMatch(/ −∞ /)
  })

  it('gives exact values, seeds, versions, hash, conditions, failures and file', () => {
    const snapshot = buildSampleSnapshot()
    const page = build(snapshot)
    const text = textOf(page)
    const best = snapshot.trials.find(trial => trial.number === snapshot.winner?.trialNumber)
    if (best === undefined) throw new Error('the sample has no best trial')
    expect(textOf(sectionOf(page, 'best'))).toContain(String(best.parameters['learningRate']))
    expect(textOf(sectionOf(page, 'best'))).toContain(String(best.seed))
    expect(text).toContain('optimizer = sgd')
    expect(text).toContain('Tunewright 0.1.0, Node 24.21.0, SQLite 3.53.0')
    expect(text).toContain('ab'.repeat(32))
    expect(text).toContain('@tensorflow/tfjs-backend-wasm 4.22.0')
    expect(textOf(sectionOf(page, 'failures'))).toContain('training loss is NaN at step 3')
    expect(textOf(sectionOf(page, 'file'))).toContain('# written by hand')
    expect(textOf(sectionOf(page, 'file'))).toContain('parallelTrials: 2')
    expect(text).toContain('Written by Tunewright 0.1.0 on 2026-11-25 09:30 UTC.')
  })

  it('has a tile of the test beside the best trial where that one was tested, and no other', () => {
    const snapshot = buildSampleSnapshot()
    const { winner } = snapshot
    if (winner === null) throw new Error('the sample has no winner')
    const tile = createTranslate('en')('report.verdict.testTile')
    const tilesOf = (shown: StudySnapshot): string =>
      sectionOf(build(shown), 'verdict').replace(/.*?<ul/s, '<ul')
    expect(tilesOf(snapshot)).toContain(tile)
    const other = snapshot.trials.find(({ number }) => number !== winner.trialNumber)?.number ?? -1
    expect(tilesOf({ ...snapshot, winner: { ...winner, trialNumber: other } })).not.toContain(tile)
    expect(tilesOf({ ...snapshot, winner: null })).not.toContain(tile)
  })

  it('says how many curves it shows when it cannot show all', () => {
    const page = sectionOf(build(sampleSnapshot('large')), 'curves')
    expect(textOf(page)).toContain('Showing 200 of 500: the best ones.')
    expect(
      page.match(/<path class="line dash0 line-(best|pruned|faint)" d="M[^"]*"><title>/g),
    ).toHaveLength(200)
  })

  it('gives every chart a sentence and a table', () => {
    for (const id of ['history', 'curves', 'parallel', 'slices', 'timeline']) {
      const section = sectionOf(build(buildSampleSnapshot()), id)
      expect(section).toMatch(/<figcaption>[^<]+[.]<\/figcaption>/)
      expect(section).toMatch(/<svg class="chart[^>]* role="img" aria-label="[^"]+"/)
      expect(section).toMatch(/<details><summary>View data<\/summary>.*<table/s)
    }
  })

  it('draws the custom chart that was chosen, with facets, and has none where nobody chose', () => {
    const snapshot = buildSampleSnapshot()
    expect(build(snapshot)).not.toContain('id="customChart"')
    const draw = (chart: Partial<CustomChart>): string => {
      const customChart = { x: 'trial', y: 'goal.0', color: '', size: '', facets: '', ...chart }
      return sectionOf(
        build({ ...snapshot, study: { ...snapshot.study, customChart } }),
        'customChart',
      )
    }
    const whole = draw({ size: 'duration' })
    expect(whole).toContain(
      'aria-label="validation accuracy by trial, as it was chosen on the page."',
    )
    const measured = snapshot.trials.filter(({ values: [value] }) => Number.isFinite(value))
    expect(whole.match(/<path class="mark dot [^"]*" style="stroke-width:[\d.]+"/g)).toHaveLength(
      measured.length,
    )
    const states = new Set(snapshot.trials.map(({ state }) => state))
    expect(draw({ facets: 'state' }).match(/<p class="cell-title">state = /g)).toHaveLength(
      states.size,
    )
    expect(draw({ x: 'parameter.gone' })).not.toContain('<svg')
  })

  it('is the same text for the same snapshot', () => {
    expect(build(sampleSnapshot('twoGoals'))).toBe(build(sampleSnapshot('twoGoals')))
  })

  it('marks states by shape, not by color alone', () => {
    const section = sectionOf(build(sampleSnapshot('large')), 'history')
    const shape = (tone: string) =>
      section
        .match(new RegExp(`class="mark [a-z]+ line-${tone}" d="M[^a-z]*([^"]*)"`))?.[1]
        ?.replace(/[\d.,-]/g, '')
    const shapes = ['accent', 'pruned', 'failed'].map(shape)
    expect(shapes).not.toContain(undefined)
    expect(new Set(shapes).size).toBe(3)
  })
})

describe('size', () => {
  it('builds 1,000 trials of 20 epochs within 2 s and 10 MB', () => {
    const snapshot = buildSampleSnapshot({ trials: 1000, epochs: 20, parallelTrials: 4 })
    const before = process.cpuUsage()
    const page = build(snapshot)
    const used = process.cpuUsage(before)
    expect((used.user + used.system) / 1e6).toBeLessThan(2)
    expect(Buffer.byteLength(page)).toBeLessThan(10e6)
  })

  it('thins long curves and says so', () => {
    const page = build(
      buildSampleSnapshot({ trials: 3, epochs: 5_000, chooseState: () => 'complete' }),
    )
    expect(textOf(sectionOf(page, 'curves'))).toContain('3 curves are thinned to 200 points.')
    expect(page.length).toBeLessThan(200_000)
  })
})

describe('messages', () => {
  it('choose the word that fits the number', () => {
    const t = createTranslate('en')
    expect(t('report.stop.trials', { count: 1 })).toBe('after 1 trial')
    expect(t('report.stop.trials', { count: 1234 })).toBe('after 1,234 trials')
    expect(createTranslate('zh-CN')('report.stop.trials', { count: 2 })).toBe('试验达到 2 个')
  })

  it('do not expand placeholders inside values', () => {
    expect(createTranslate('en')('report.trial.title', { number: '{number}' })).toBe(
      'trial {number}',
    )
  })
})

describe('axes', () => {
  it('puts ticks inside the range, rising, with different labels', () => {
    const ranges = [
      { low: 0, high: 1 },
      { low: 0.97, high: 0.9744 },
      { low: 1e-12, high: 1e12, log: true },
      { low: 16, high: 256, log: true },
      { low: 3, high: 4, log: true },
      { low: 5, high: 5 },
      { low: -1e-9, high: 1e-9 },
      { low: 0, high: 3e9 },
    ]
    for (const range of ranges) {
      const { ticks } = numericAxis({ ...range, from: 0, to: 100 })
      expect(ticks.length).toBeGreaterThanOrEqual(2)
      expect(new Set(ticks.map(tick => tick.label)).size).toBe(ticks.length)
      for (const [index, tick] of ticks.entries()) {
        expect(tick.at).toBeGreaterThanOrEqual(-1e-6)
        expect(tick.at).toBeLessThanOrEqual(100 + 1e-6)
        expect(tick.at).toBeGreaterThan(ticks[index - 1]?.at ?? -1)
      }
    }
  })

  it('holds outliers on the edge', () => {
    const axis = numericAxis({ low: 0, high: 10, from: 0, to: 100 })
    expect(axis.at(5)).toBe(50)
    expect(axis.at(1e9)).toBe(100)
  })

  it('cuts text to its room, wide characters counted wide', () => {
    expect(fitText('short', 100, 12)).toBe('short')
    expect(textWidth(fitText('a very long name of a parameter', 80, 12), 12)).toBeLessThanOrEqual(
      80,
    )
    expect(textWidth('参数', 12)).toBe(24)
  })
})

describe('writeOutput', () => {
  it('replaces the file whole and leaves nothing else behind', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'report-'))
    try {
      const path = join(folder, 'new', 'report.html')
      expect(await writeOutput(path, 'first')).toBe(path)
      await writeOutput(path, 'second 中')
      expect(await readFile(path, 'utf8')).toBe('second 中')
      expect(await readdir(join(folder, 'new'))).toEqual(['report.html'])
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })

  it('names the path that cannot be written', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'report-'))
    try {
      const file = join(folder, 'file')
      await writeFile(file, '')
      await expect(writeOutput(join(file, 'report.html'), 'x')).rejects.toMatchObject({
        code: 'file.unwritable',
        detail: { path: join(file, 'report.html') },
      })
      // A folder stands where the report should go: the rename fails, the partial file goes away.
      await expect(writeOutput(folder, 'x')).rejects.toMatchObject({ code: 'file.unwritable' })
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })
})

const voidElements = new Set(['meta', 'link', 'wbr', 'br'])

/** Every element is closed in order; enough of a parser to catch a broken template. */
function expectBalanced(page: string): void {
  const open: string[] = []
  for (const [, closing, name = '', selfClosing] of page
    .replace(/<style>.*?<\/style>/s, '')
    .matchAll(/<(\/?)([a-zA-Z][\w-]*)(?:"[^"]*"|[^">])*?(\/?)>/g)) {
    if (voidElements.has(name) || selfClosing === '/') continue
    if (closing === '') open.push(name)
    else expect(open.pop()).toBe(name)
  }
  expect(open).toEqual([])
}

function expectUniqueIds(page: string): void {
  const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(match => match[1])
  expect(new Set(ids).size).toBe(ids.length)
}

describe('a study of very many trials', () => {
  it('has the best and the last of them, and says so', () => {
    const snapshot = sampleSnapshot('conditional')
    const sample = snapshot.trials.find(({ state }) => state === 'complete') as TrialRecord
    const count = 12_000
    const trials = Array.from({ length: count }, (_, number): TrialRecord => ({
      ...sample,
      number,
      metrics: {},
      values: sample.values.map(() => number % 5_000),
    }))
    const page = buildHtmlReport({ ...snapshot, trials, events: [], winner: null }, options)
    expect(page).toContain('Showing 10,000 of 12,000 trials: the best 2,000 and the last ones.')
    expect(page).toContain('Drawn are the longest 5,000 of 12,000 attempts.')
    expect(page.match(/<span id="trial-/g)).toHaveLength(10_000)
    for (const trialNumber of [11_999, 4_999])
      expect(page).toContain(`<span id="trial-${trialNumber}">`)
    expect(page).not.toContain('<span id="trial-0">')
    expect(page.length).toBeLessThan(10e6)
  })
})

it('heads the page with the state in words and since when it is so', () => {
  const snapshot = sampleSnapshot('running')
  const statusOf = (state: 'paused' | 'finished', trials = snapshot.trials): string => {
    const event = {
      id: 99,
      kind: `study.${state}`,
      trialNumber: null,
      atMs: Date.UTC(2027, 0, 2, 8, 2, 42),
      detail: {},
    } as const
    const study = { ...snapshot.study, state, reason: null }
    const page = build({ ...snapshot, study, trials, events: [...snapshot.events, event] })
    return /<p class="status">.*?<\/p>/s.exec(page)?.[0].replace(/<[^>]*>/g, '') ?? ''
  }
  expect(statusOf('paused')).toBe('Paused · 2027-01-02 08:02 UTC')
  expect(statusOf('finished', [])).toBe('Nothing tried · 2027-01-02 08:02 UTC')
})
