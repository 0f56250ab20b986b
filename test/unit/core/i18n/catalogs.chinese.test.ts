import { IntlMessageFormat } from 'intl-messageformat'
import { describe, expect, it } from 'vitest'
import { catalogs } from '../../../../src-main/core/i18n/catalogs.ts'
import { createTranslate } from '../../../../src-main/core/i18n/translate.ts'
import { studySpecificationSchema } from '../../../../src-main/core/study/study-specification.ts'
import { taskNames } from '../../../../src-main/core/tasks/registry.ts'
import { inputJsonSchema, outputJsonSchema } from '../../../../src-main/hosts/mcp/tool.ts'
import { mcpTools } from '../../../../src-main/hosts/mcp/tools/registry.ts'
import { leftInEnglish } from '../../../helpers/left-in-english.ts'

describe('leftInEnglish', () => {
  it.each([
    ['试验 3 has failed', ['has', 'failed']],
    ['No trials yet', ['No', 'trials', 'yet']],
    ['stop the study', ['stop', 'the', 'study']],
    ['seed trials', ['seed', 'trials']],
    ['状态：running', ['running']],
    ['trialNumber：3', ['trialNumber']],
    ['tunewright could not open', ['could', 'not', 'open']],
    ['最佳 best of 12', ['best', 'of']],
    ['Optuna storage is missing', ['storage', 'is', 'missing']],
    ['文件 runs.csv is empty', ['is', 'empty']],
    ['loss 在第 3 步', []],
    ['validationScore 在第 3 步', ['validationScore']],
  ])('finds in “%s” %j', (text, words) => {
    expect(leftInEnglish(text)).toEqual(words)
  })

  it.each([
    '请运行 tunewright engine install tensorflow --gpu。',
    '最佳 0.9731，1e-5，16 GiB，3 ms，NaN',
    '写入 /home/a/out.csv 或 C:\\data\\x.npy，见 docs/ask-and-tell.md',
    '目标任务 objective.resumes 未声明；mode online 只支持 momentum、adam',
    '变量 TUNEWRIGHT_RESULTS，SHA-256 3fa9bc',
  ])('takes “%s” as Chinese', text => {
    expect(leftInEnglish(text)).toEqual([])
  })

  it('takes names of the thing at hand, but only whole ones', () => {
    expect(leftInEnglish('optimizer.lr 与 hidden', ['optimizer.lr', 'hidden'])).toEqual([])
    expect(leftInEnglish('hiddenness', ['hidden'])).toEqual(['hiddenness'])
  })
})

/** Tools, their fields and what these may be, and keys of study files: texts for assistants name them as they are. */
const namesForAssistants = [
  ...mcpTools.flatMap(tool => {
    const json = JSON.stringify([
      inputJsonSchema(tool, createTranslate('en')),
      outputJsonSchema(tool, createTranslate('en')),
    ])
    const names = [...json.matchAll(/"(\w+)"(?=:\{|[,\]])/g)].map(([, name = '']) => name)
    return [tool.name, ...names]
  }),
  ...Object.keys(studySpecificationSchema.shape),
  ...taskNames,
  'minutes',
  'group',
  'command',
  'objective.command',
  'lr',
  'JSON Schema',
  'Schema',
  'NumPy',
]

it('leaves nothing of the Chinese catalog in English', () => {
  const englishWords = Object.entries(catalogs['zh-CN']).flatMap(([key, text]) =>
    branches(text).flatMap(branch =>
      leftInEnglish(branch, /^(rule\.)?mcp\./.test(key) ? namesForAssistants : []).map(
        word => `${key}: ${word} in ${branch}`,
      ),
    ),
  )
  expect(englishWords).toEqual([])
})

interface Part {
  readonly type: number
  readonly value?: string
  readonly options?: Readonly<Record<string, { readonly value: readonly Part[] }>>
}

/** What a message says for itself, placeholders as a dot; every branch of a choice on its own. */
function branches(text: string): string[] {
  const texts: string[] = []
  const walk = (parts: readonly Part[]): void => {
    texts.push(parts.map(({ type, value }) => (type === 0 ? value : '·')).join(''))
    for (const { options } of parts)
      for (const { value } of Object.values(options ?? {})) walk(value)
  }
  walk(new IntlMessageFormat(text, 'zh-CN', undefined, { ignoreTag: true }).getAst())
  return texts
}
