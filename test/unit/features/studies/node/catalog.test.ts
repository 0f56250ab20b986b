import { expect, it } from 'vitest'
import { inLanguage, listSamples } from '../../../../../src-main/features/studies/node/catalog.ts'

const source = [
  '# Two lines',
  '# in English.',
  '# zh-CN: 第一行，',
  '# zh-CN: 第二行。',
  'name: a',
  '# zh-CN: stays',
  'seed: 1',
].join('\n')

it('gives a study file with the comment at its head in one language', () => {
  const rest = 'name: a\n# zh-CN: stays\nseed: 1'
  expect(inLanguage(source, 'en')).toEqual({
    description: 'Two lines in English.',
    source: `# Two lines\n# in English.\n${rest}`,
  })
  expect(inLanguage(source, 'zh-CN')).toEqual({
    description: '第一行，第二行。',
    source: `# 第一行，\n# 第二行。\n${rest}`,
  })
})

it('falls back to English where there is no translation, and takes a file without a comment', () => {
  const english = '# Only English.\nname: a'
  expect(inLanguage(english, 'zh-CN')).toEqual({ description: 'Only English.', source: english })
  expect(inLanguage('name: a', 'en')).toEqual({ description: '', source: 'name: a' })
})

it('shows no sample with a comment in another language than that of its reader', async () => {
  const samples = await listSamples('en')
  expect(samples.length).toBeGreaterThan(10)
  for (const { source: text } of samples) expect(text).not.toContain('# zh-CN:')
  for (const { source: text, name } of await listSamples('zh-CN')) {
    expect(text.split('\n')[0], name).toMatch(/^# .*\p{Script=Han}/u)
  }
})
