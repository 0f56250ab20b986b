import { methodCitations } from '../../../../src-main/search/citations.ts'
import { describe, expect, it } from 'vitest'
import type { StudySnapshot } from '../../../../src-main/core/study/study.ts'
import { languages } from '../../../../src-main/core/i18n/language.ts'
import { createTranslate } from '../../../../src-main/core/i18n/translate.ts'
import {
  chartsOf,
  type PlainBlock,
  plainBlocks,
  plainText,
  wordsOf,
} from '../../../../src-main/reports/blocks/plain-blocks.ts'
import { chartDrawing } from '../../../../src-main/reports/drawing/chart-drawing.ts'
import { studyReport } from '../../../../src-main/features/reports/common/study-report.ts'
import type { ReportOptions } from '../../../../src-main/reports/sections/report-context.ts'
import { renderHtml } from '../../../../src-main/reports/html/render-html.ts'
import { renderLatex } from '../../../../src-main/reports/text/render-latex.ts'
import { renderMarkdown } from '../../../../src-main/reports/text/render-markdown.ts'
import { type ReportStudy, reportStudies } from '../../../helpers/report-studies.ts'
import { sampleNames, sampleSnapshot } from '../../../helpers/sample-snapshot.ts'

const english: ReportOptions = {
  language: 'en',
  generatedAtMs: Date.UTC(2026, 10, 25),
  timeZone: 'UTC',
  version: '0.1.0',
}

function studyOf(name: string): ReportStudy {
  const build = reportStudies[name]
  if (build === undefined) throw new Error(`no study ${name}`)
  return build()
}

function blocksOf(snapshot: StudySnapshot, options: ReportOptions): PlainBlock[] {
  return studyReport(snapshot, options).sections.flatMap(plainBlocks)
}

describe('every sample study, in every language,', () => {
  it.each(sampleNames.flatMap(name => languages.map(language => [name, language] as const)))(
    'has the page’s headings, tables and figures as blocks: %s, %s',
    (name, language) => {
      const snapshot = sampleSnapshot(name)
      const options = { ...english, language }
      const report = studyReport(snapshot, options)
      const page = renderHtml(report)
      const blocks = report.sections.flatMap(plainBlocks)
      const count = (pattern: RegExp): number => page.match(pattern)?.length ?? 0
      const of = (kind: string): number => blocks.filter(block => block.kind === kind).length
      expect(of('heading')).toBe(count(/<h3[ >]/g))
      expect(of('table')).toBe(count(/<table[ >]/g))
      expect(of('chart')).toBe(count(/<svg class="chart /g))
      expect(of('descriptionList')).toBe(count(/<dl /g))
      const rows = blocks.flatMap(block => (block.kind === 'table' ? block.rows : []))
      expect(rows).toHaveLength(count(/<tr[ >]/g) - of('table'))

      const markdown = renderMarkdown(report)
      // A table's rows have as many cells as its header: what is inside a cell cannot end it.
      for (const [table] of markdown.matchAll(/(?:^\|.*\|$\n?)+/gm)) {
        const widths = table
          .trim()
          .split('\n')
          .map(line => line.replaceAll(/\\[\\|]/g, '').split('|').length)
        expect(new Set(widths).size).toBe(1)
      }
      // Markup of a study is text: outside of code every angle bracket is escaped.
      const prose = markdown.replaceAll(/(`+)[\s\S]*?[^`]\1(?!`)/g, '')
      expect(/[^\\]<script/.test(prose)).toBe(false)

      const latex = renderLatex(report)
      const unescaped = latex.replaceAll(/^%.*$/gm, '').replaceAll(/\\[\\{}$&#_%]/g, '')
      expect(unescaped.split('{').length).toBe(unescaped.split('}').length)
      const body = latex.slice(latex.indexOf('\\maketitle'))
      expect(/(?<!\\)#/.test(body.replaceAll(/^%.*$/gm, ''))).toBe(false)
      const ends = (word: string): number => latex.split(`\\${word}{longtable}`).length
      expect(ends('begin')).toBe(ends('end'))
    },
  )
})

describe('a report', () => {
  it('has the chosen sections in its own order', () => {
    const snapshot = sampleSnapshot('twoGoals')
    const options = { ...english, sections: ['limits', 'verdict', 'pareto'] as const }
    const report = studyReport(snapshot, options)
    const page = renderHtml(report)
    expect([...page.matchAll(/<section id="(\w+)"/g)].map(match => match[1])).toEqual([
      'verdict',
      'pareto',
      'limits',
    ])
    const headings = [...renderMarkdown(report).matchAll(/^## (.*)$/gm)].map(match => match[1])
    expect(headings).toEqual(report.sections.map(({ heading }) => heading))
  })

  it('writes its methods from the settings, with the sources of what was used', () => {
    const snapshot = sampleSnapshot('pruned')
    const t = createTranslate('en')
    const text = blocksOf(snapshot, { ...english, methodCitations, sections: ['writeup'] })
      .flatMap(block =>
        block.kind === 'paragraph' ? [block.text] : block.kind === 'list' ? block.items : [],
      )
      .map(inline => wordsOf(plainText(inline, t)))
      .join(' ')
    expect(text).toContain('We searched 6 hyperparameters; validation accuracy was maximized.')
    expect(text).toContain('proposed by the sampler random [1]')
    expect(text).toContain('pruner median (startupTrials: 5) [2]')
    expect(text).toContain('Bergstra, Y. Bengio: Random search')
    expect(text).not.toContain('Parzen')
  })

  it('names what people did, and nothing where nobody did anything', () => {
    const snapshot = sampleSnapshot('pruned')
    const steered = {
      ...snapshot,
      events: [
        ...snapshot.events,
        {
          id: 900,
          atMs: 5,
          kind: 'trial.excluded' as const,
          trialNumber: 2,
          detail: { excluded: true },
        },
      ],
    }
    const only = { ...english, sections: ['interventions', 'limits'] as const }
    expect(JSON.stringify(blocksOf(steered, only))).toContain('1 intervention, in order')
    expect(JSON.stringify(blocksOf(steered, only))).toContain('A person took trials out')
    expect(JSON.stringify(blocksOf(snapshot, only))).toContain('Nobody intervened')
  })

  it('has figures that stand alone', () => {
    const charts = chartsOf(studyReport(sampleSnapshot('twoGoals'), english))
    expect([...charts.keys()]).toEqual(
      expect.arrayContaining(['history-1', 'pareto-1', 'importance-1', 'timeline-1']),
    )
    for (const chart of charts.values()) {
      const svg = chartDrawing(chart, 'en', createTranslate('en'))
      expect(svg).toMatch(
        /^<\?xml .*\?>\n<svg xmlns="http:\/\/www.w3.org\/2000\/svg" width="[\d.]+" height="[\d.]+" /,
      )
      expect(svg).not.toContain('prefers-color-scheme')
    }
  })

  it.each(Object.keys(reportStudies))('is plain data before it has a format: %s', name => {
    const { snapshot, errors = null } = studyOf(name)
    const report = studyReport(snapshot, { ...english, errors })
    const copy = structuredClone(report)
    for (const render of [renderHtml, renderMarkdown, renderLatex])
      expect(render(copy)).toBe(render(report))
  })

  it.each(Object.keys(reportStudies))('has no empty list, which LaTeX refuses: %s', name => {
    const { snapshot, errors = null } = studyOf(name)
    const latex = renderLatex(studyReport(snapshot, { ...english, errors }))
    expect(latex).not.toMatch(/\\begin\{(enumerate|itemize)\}\s*\\end/)
  })

  it('has long text once in plain formats, which a page folds away', () => {
    const { snapshot } = studyOf('gradients')
    const report = studyReport(snapshot, { ...english, sections: ['curves'] })
    const all = 'a −2.500, b −1.500, c −0.5000, d 0.5000, e 1.500'
    expect(renderHtml(report)).toContain(`<summary>a −2.500, b −1.500 … (5)</summary>${all}<`)
    expect(renderMarkdown(report)).toContain(`| ${all} |`)
  })
})
