import { Window } from 'happy-dom'
import { describe, expect, it } from 'vitest'
import { importanceCitations } from '../../../../src-main/reports/sections/citations.ts'
import { methodCitations } from '../../../../src-main/search/citations.ts'
import type { ReportFormat } from '../../../../src-main/core/questions/report.ts'
import type { StudySnapshot } from '../../../../src-main/core/study/study.ts'
import { buildReport } from '../../../../src-main/features/reports/node/build-report.ts'
import { halfWidthSigns } from '../../../helpers/half-width-signs.ts'
import { leftInEnglish } from '../../../helpers/left-in-english.ts'
import { sampleNames, sampleSnapshot } from '../../../helpers/sample-snapshot.ts'
import { shownTexts } from '../../../helpers/shown-texts.ts'

/** Markup and long names of others are the subject of other tests. */
const samples = sampleNames.filter(name => name !== 'hostile' && name !== 'longNames')

async function report(snapshot: StudySnapshot, format: ReportFormat): Promise<string> {
  const options = { language: 'zh-CN', generatedAtMs: 0, version: '0.1.0' } as const
  return String((await buildReport(snapshot, format, options)).content)
}

function namesOf({
  study: { specification, environment },
  trials,
  winner,
}: StudySnapshot): string[] {
  const { name, goals, space } = specification
  const tested = Object.keys(winner?.metrics ?? {})
  const values = trials.flatMap(({ parameters }) => Object.values(parameters))
  const metrics = trials.flatMap(trial => Object.keys(trial.metrics))
  const choices = Object.values(space).flatMap(parameter =>
    Object.values(parameter).flat().map(String),
  )
  const of = [
    ...choices.filter(choice => !/^[\d.]+$/u.test(choice)),
    ...Object.keys(space),
    ...metrics,
    ...tested,
    ...values.filter(value => typeof value === 'string'),
  ]
  return [
    ...new Set([
      name,
      environment.cpu,
      'written by hand',
      ...goals.map(({ metric }) => metric),
      ...of,
    ]),
  ]
}

/** Titles of papers stay as they are. */
const citations = [...Object.values(methodCitations), ...Object.values(importanceCitations)]

function expectChinese(texts: readonly string[], names: readonly string[]): void {
  const untranslated = texts
    .filter(text => !citations.some(citation => text.includes(citation.slice(0, 30))))
    .flatMap(text => [
      ...leftInEnglish(text, names).map(word => `${word}: ${text}`),
      ...halfWidthSigns(text),
    ])
  expect(untranslated).toEqual([])
}

describe.each(samples)('the Chinese report of the study %s', sample => {
  const snapshot = sampleSnapshot(sample)
  const names = namesOf(snapshot)

  it('as a page', async () => {
    const { document } = new Window()
    document.write(await report(snapshot, 'html'))
    expectChinese(shownTexts(document.documentElement as unknown as Element), names)
  })
})

describe('the Chinese report as a text', () => {
  const snapshot = sampleSnapshot('pruned')
  const names = namesOf(snapshot)

  it('in Markdown', async () => {
    const markdown = await report(snapshot, 'markdown')
    const prose = markdown.replaceAll(/(`+)[\s\S]*?[^`]\1(?!`)/gu, '·').replaceAll('\\', '')
    expectChinese(prose.split(/\n|\|/u), names)
  })

  it('in LaTeX', async () => {
    const latex = await report(snapshot, 'latex')
    const prose = latex
      .replaceAll(
        /\\(?:usepackage|documentclass|begin|end|setlength)(?:\[.*?\]|\{.*?\}(?:\{@.*@\{\}\})?)+|!TeX program/gu,
        '',
      )
      .replaceAll(/\\allowbreak\{\}/gu, '')
      .replaceAll(/\\texttt\{(?:\\.|[^{}\\])*\}/gu, '·')
      .replaceAll(/\\(?:text\w+\{\}|[a-zA-Z]+)/gu, ' ')
    expectChinese(prose.split(/\n|&/u), names)
  })
})
