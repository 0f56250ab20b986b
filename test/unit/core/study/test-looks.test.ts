import { describe, expect, it } from 'vitest'
import { createTranslate } from '../../../../src-main/core/i18n/translate.ts'
import { testLooksMessage, testRowsName } from '../../../../src-main/core/study/test-looks.ts'

const dataset = { contentHash: 'ab' }

function nameOf(data: object, seed = 0, hash: object = dataset): string | null {
  const objective = { task: 'tabular', data: { file: 'a.csv', target: 'y', test: 0.2, ...data } }
  return testRowsName({ objective: objective, seed }, hash as never)
}

describe('the name of test rows', () => {
  it('is that of the file, and of what draws them', () => {
    const name = nameOf({})
    expect(nameOf({ file: 'copy.csv', validation: 0.1 })).toBe(name)
    expect(nameOf({}, 0, { contentHash: 'cd' })).not.toBe(name)
    expect(nameOf({}, 1)).not.toBe(name)
    expect(nameOf({ test: 0.3 })).not.toBe(name)
    expect(nameOf({ group: 'g' })).not.toBe(name)
  })

  it('leaves out the seed where nothing is drawn', () => {
    expect(nameOf({ time: 't' }, 1)).toBe(nameOf({ time: 't' }, 2))
    const testFile = 'b.csv'
    expect(nameOf({ testFile, test: 0.5 }, 1)).toBe(nameOf({ testFile }, 2))
    expect(nameOf({ source: 'mnist' }, 1)).toBe(nameOf({ source: 'mnist' }, 2))
  })

  it('is nothing without data', () => {
    expect(testRowsName({ objective: { function: 'branin' }, seed: 0 }, null)).toBeNull()
    expect(nameOf({}, 0, {})).toBeNull()
  })
})

describe('looks at test rows', () => {
  it('are said with how many came before', () => {
    expect(testLooksMessage({ before: 0, total: 1, studies: 1 }).code).toBe('testLooks.first')
    const again = { before: 2, total: 3, studies: 2 }
    expect(testLooksMessage(again)).toEqual({ code: 'testLooks.again', values: again })
  })

  it('do not say that none came before, and count none of them for a model that was measured later', () => {
    const t = createTranslate('en')
    const text = (before: number, isLater = false): string =>
      t.format(testLooksMessage({ before, total: 3, studies: 1 }, isLater))
    expect(text(0)).toContain('3 times so far. ')
    expect(text(2)).toContain('3 times so far, 2 of them before this value. ')
    expect(text(2, true)).toContain('3 times so far. ')
    const zh = createTranslate('zh-CN')
    expect(zh.format(testLooksMessage({ before: 0, total: 3, studies: 1 }))).not.toContain('早于')
  })
})
