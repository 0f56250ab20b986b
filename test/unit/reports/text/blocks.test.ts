import { methodCitations } from '../../../../src-main/search/citations.ts'
import { describe, expect, it } from 'vitest'
import type { StudySnapshot } from '../../../../src-main/core/study/study.ts'
import { languages } from '../../../../src-main/core/i18n/language.ts'
import {
  buildHtmlReport,
  buildSections,
} from '../../../../src-main/reports/html/build-html-report.ts'
import { createTranslate } from '../../../../src-main/core/i18n/translate.ts'
import type { HtmlReportOptions } from '../../../../src-main/reports/html/report-context.ts'
import { plain } from '../../../../src-main/reports/text/blocks.ts'
import { buildLatex } from '../../../../src-main/reports/text/build-latex.ts'
import { buildMarkdown } from '../../../../src-main/reports/text/build-markdown.ts'
import { readBlocks } from '../../../../src-main/reports/text/read-blocks.ts'
import { standaloneFigure } from '../../../../src-main/reports/text/standalone-figure.ts'
import { sampleNames, sampleSnapshot } from '../../../helpers/sample-snapshot.ts'

const english: HtmlReportOptions = {
  language: 'en',
  generatedAtMs: Date.UTC(2026, 10, 25),
  version: '0.1.0',
}

function blocksOf(snapshot: StudySnapshot, options: HtmlReportOptions = english) {
  return readBlocks(buildSections(snapshot, options), createTranslate(options.language))
}

describe('every sample study, in every language,', () => {
  it.each(sampleNames.flatMap(name => languages.map(language => [name, language] as const)))(
    'has the page’s headings, tables and figures as blocks: %s, %s',
    (name, language) => {
      const snapshot = sampleSnapshot(name)
      const options = { ...english, language }
      const page = buildHtmlReport(snapshot, options)
      const blocks = blocksOf(snapshot, options)
      const count = (pattern: RegExp): number => page.match(pattern)?.length ?? 0
      const of = (kind: string): number => blocks.filter(block => block.kind === kind).length
      expect(of('heading')).toBe(count(/<h[23][ >]/g))
      expect(of('table')).toBe(count(/<table[ >]/g))
      expect(of('figure')).toBe(count(/<svg class="chart /g))
      expect(of('descriptionList')).toBe(count(/<dl /g))
      const rows = blocks.flatMap(block => (block.kind === 'table' ? block.table.rows : []))
      expect(rows).toHaveLength(count(/<tr[ >]/g) - of('table'))
      const texts = JSON.stringify(blocks.filter(block => block.kind !== 'figure'))
      expect(texts.includes('&#39;')).toBe(false)

      const markdown = buildMarkdown('title', blocks, createTranslate(language))
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

      const latex = buildLatex('title', blocks, language)
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
    const page = buildHtmlReport(snapshot, options)
    expect([...page.matchAll(/<section id="(\w+)"/g)].map(match => match[1])).toEqual([
      'verdict',
      'pareto',
      'limits',
    ])
    expect(blocksOf(snapshot, options)[0]).toMatchObject({ kind: 'heading', level: 2 })
  })

  it('writes its methods from the settings, with the sources of what was used', () => {
    const snapshot = sampleSnapshot('pruned')
    const text = blocksOf(snapshot, { ...english, methodCitations, sections: ['writeup'] })
      .map(block =>
        block.kind === 'paragraph'
          ? plain(block.text)
          : block.kind === 'list'
            ? block.items.map(plain).join(' ')
            : '',
      )
      .join(' ')
    expect(text).toContain('We searched 6 hyperparameters; validationAccuracy was maximized.')
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
    const figures = blocksOf(sampleSnapshot('twoGoals')).flatMap(block =>
      block.kind === 'figure' ? [block.figure] : [],
    )
    expect(figures.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['history-1', 'pareto-1', 'importance-1', 'timeline-1']),
    )
    expect(new Set(figures.map(({ name }) => name)).size).toBe(figures.length)
    for (const figure of figures) {
      const svg = standaloneFigure(figure)
      expect(svg).toMatch(
        /^<\?xml .*\?>\n<svg xmlns="http:\/\/www.w3.org\/2000\/svg" width="[\d.]+" height="[\d.]+" /,
      )
      expect(svg).not.toContain('prefers-color-scheme')
    }
  })
})
