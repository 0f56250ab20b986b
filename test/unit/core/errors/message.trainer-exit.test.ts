import { describe, expect, it } from 'vitest'
import { msg } from '../../../../src-main/core/errors/message.ts'
import { createTranslate } from '../../../../src-main/core/i18n/translate.ts'

describe('a trainer that ended', () => {
  it.each([
    ['en', 3, 'trainer ended with exit code 3: no memory'],
    ['en', null, 'trainer ended: no memory'],
    ['zh-CN', 3, '训练进程以退出码 3 结束：no memory'],
    ['zh-CN', null, '训练进程已结束：no memory'],
  ] as const)('is told of in %s, with exit code %s', (language, exitCode, text) => {
    const sentence = createTranslate(language).format(
      msg('failure.trainerExit', { exitCode, tail: 'no memory' }),
    )
    expect(sentence).toBe(text)
  })
})
