import { expect, it } from 'vitest'
import { historyModel } from '../../../../src-main/charts/history-model.ts'
import { createTranslate } from '../../../../src-main/core/i18n/translate.ts'
import { chartFile } from '../../../../src-main/reports/drawing/chart-file.ts'

const t = createTranslate('en')
const model = historyModel({
  trials: [3, 1, 2].map((value, number) => ({
    number,
    state: 'complete' as const,
    values: [value],
    constraints: [],
  })),
  goal: { index: 0, metric: 'loss', direction: 'minimize' },
  by: 'trials',
  logX: false,
  log: 'auto',
  t,
})

it('is a file of its own with title, chart and legend, whatever signs they hold', () => {
  const file = chartFile("loss $& $' $1 <b>", { model, language: 'en', trialName: 'trial' }) ?? ''
  expect(file).toMatch(/^<\?xml [^>]*>\n<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" /)
  expect(file.match(/<svg /g)).toHaveLength(1 + (file.match(/<svg class="sample/g)?.length ?? 0))
  const words = [...file.matchAll(/<text[^>]*>([^<]*)/g)].map(([, word]) => word)
  expect(words[0]).toBe('loss $&amp; $&#39; $1 &lt;b&gt;')
  expect(words.filter(word => word === words[0])).toHaveLength(1)
  expect(file.match(/<g/g)).toHaveLength(file.match(/<\/g>/g)?.length ?? 0)
})

it('is nothing where nothing is drawn', () => {
  const empty = { ...model, empty: 'none' }
  expect(chartFile('a', { model: empty, language: 'en', trialName: 'trial' })).toBeNull()
})

it('is light on white, whatever the theme of the page or of who looks at it', () => {
  const file = chartFile('a', { model, language: 'en', trialName: 'trial' }) ?? ''
  expect(file).toContain('fill="#ffffff"')
  expect(file).toContain('color-scheme:light')
  expect(file).not.toMatch(/prefers-color-scheme|light dark/)
})
